/* Processors of a control group: on the machine's own hierarchy, where a process that wants others is held; and by files how
 * version 2 would be used. */
#include "host/cgroup_cpuset.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host/children.h"
#include "host/cpus.h"
#include "support/first_cpu.h"

/* ---- version 2, by files ---- */

static const struct machine {
	const char *about;
	const char *self, *type, *controllers, *handed_down; /* of the parent; type NULL: it is the root */
	const char *effective;
	int accounting;
	const char *says;        /* NULL: it goes */
	const char *handed_down_then;
} machines[] = {
	{"the root, which hands nothing down yet", "0::/\n", NULL, "cpu cpuset io\n", "", "0\n", 2, NULL, "+cpuset"},
	{"the root, which does", "0::/\n", NULL, "cpu cpuset\n", "cpu cpuset\n", "0\n", 2, NULL, "cpu cpuset\n"},
	{"another group that does", "0::/\n", "domain\n", "cpuset\n", "cpuset\n", "0\n", 2, NULL, "cpuset\n"},
	{"another group that does not", "0::/\n", "domain\n", "cpuset cpu\n", "cpu\n", "0\n", 2, "does not hand the cpuset controller down", "cpu\n"},
	{"without the controller", "0::/\n", NULL, "cpu cpusets\n", "", "0\n", 2, "has no cpuset controller", ""},
	{"cut down", "0::/\n", NULL, "cpuset\n", "cpuset\n", "1\n", 2, "not all of the processors 0 can be had", "cpuset\n"},
	{"without an accounting group", "0::/\n", NULL, "cpuset\n", "cpuset\n", "0\n", 0, "no hierarchy with the cpuset controller", "cpuset\n"},
	{"accounting of version 1", "2:cpuacct:/\n0::/\n", NULL, "cpuset\n", "cpuset\n", "0\n", 1, "no hierarchy with the cpuset controller", "cpuset\n"},
	{"version 1 without a node of memory", "2:cpuset:/\n0::/\n", NULL, "cpu\n", "cpu\n", "0\n", 2, "has no nodes of memory", "cpu\n"},
};

static void assert_holds(const char *folder, const char *name, const char *expected)
{
	char *path = fs_join(folder, name), text[256];
	ssize_t length = fs_read_small(path, text, sizeof text);
	assert_int_equal(length, strlen(expected));
	assert_string_equal(text, expected);
	free(path);
}

static void check_machine(const struct machine *m)
{
	char *folder = scratch_make("cpuset");
	scratch_write(folder, "self", m->self);
	if (m->type)
		scratch_write(folder, "sys/cgroup.type", m->type);
	scratch_write(folder, "sys/cgroup.controllers", m->controllers);
	scratch_write(folder, "sys/cgroup.subtree_control", m->handed_down);
	scratch_write(folder, "sys/wasmograph-1.a/cpuset.cpus", "");
	scratch_write(folder, "sys/wasmograph-1.a/cpuset.cpus.effective", m->effective);
	scratch_write(folder, "sys/cpuset/x", "");
	char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
	struct cgroup_place place = {.membership = self, .mount = sys};
	struct cgroup_group accounting = {.version = m->accounting}, cpuset;
	struct err err = {0};
	snprintf(accounting.path, sizeof accounting.path, "%.900s/wasmograph-1.a", sys);
	print_message("%s\n", m->about);
	assert_int_equal(cgroup_cpuset_make(&place, "wasmograph-1.a", &accounting, "0", &cpuset, &err), m->says ? -1 : 0);
	assert_holds(folder, "sys/cgroup.subtree_control", m->handed_down_then);
	if (m->says) {
		assert_int_equal(err.code, ERR_ENVIRONMENT);
		if (!strstr(err.text, m->says))
			fail_msg("%s", err.text);
		assert_int_equal(cpuset.version, 0);
		assert_false(cgroup_cpuset_find(&place, "wasmograph-1.a", &cpuset));
	} else {
		assert_int_equal(cpuset.version, 2);
		assert_string_equal(cpuset.path, accounting.path);
		assert_holds(folder, "sys/wasmograph-1.a/cpuset.cpus", "0");
	}
	free(self);
	free(sys);
	scratch_remove(folder);
}

static void version_2_is_used_where_it_harms_nobody(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++)
		check_machine(&machines[i]);
}

/* ---- version 1, on this machine ---- */

/* Enters by the descriptor, if there is one, and asks for all processors. */
static void enter_and_ask(void *argument)
{
	int fd = *(int *)argument;
	cpu_set_t all;
	if (fd >= 0)
		assert_true(cgroup_group_enter(fd));
	memset(&all, 0xff, sizeof all);
	sched_setaffinity(0, sizeof all, &all);
}

static bool make_real(const char *cpus, struct cgroup_group *cpuset, struct err *err)
{
	char name[64];
	struct cgroup_place place = cgroup_system();
	struct cgroup parent;
	const struct cgroup_group none = {0};
	snprintf(name, sizeof name, "wasmograph-test.%d", (int)getpid());
	return cgroup_find_v1(&place, "cpuset", &parent) && access(parent.path, W_OK) == 0
		&& cgroup_cpuset_make(&place, name, &none, cpus, cpuset, err) == 0;
}

static void assert_cpus(pid_t pid, const char *expected)
{
	char *now = cpus_of(pid);
	assert_string_equal(now, expected);
	free(now);
}

/* With an affinity alone the same request is granted, which is what the group is for. */
static void nobody_inside_can_have_more(void **state)
{
	(void)state;
	char cpu[16];
	struct cgroup_group cpuset, found;
	struct err err = {0};
	struct cgroup_place place = cgroup_system();
	snprintf(cpu, sizeof cpu, "%d", first_cpu());
	if (!make_real(cpu, &cpuset, &err)) {
		print_message("%s\n", err.text);
		skip(); /* takes root and a hierarchy of version 1 */
	}
	char *all = cpus_of(0);
	int fd = cgroup_group_open(&cpuset), none = -1;
	assert_true(fd >= 0);
	assert_int_equal(cpus_take(cpu, &err), 0); /* both are started with the affinity */
	pid_t inside = child_start(enter_and_ask, &fd), outside = child_start(enter_and_ask, &none);
	assert_int_equal(cpus_take(all, &err), 0);
	assert_cpus(inside, cpu);
	assert_cpus(outside, all);
	assert_true(cgroup_cpuset_holds(&cpuset, inside));
	assert_false(cgroup_cpuset_holds(&cpuset, outside));
	assert_true(cgroup_cpuset_find(&place, strrchr(cpuset.path, '/') + 1, &found));
	assert_string_equal(found.path, cpuset.path);
	assert_int_equal(cgroup_group_kill(&found), 1);
	assert_true(WIFSIGNALED(scratch_wait(inside)));
	child_kill(outside);
	assert_int_equal(cgroup_group_remove(cpuset.path, &err), 0);
	assert_false(cgroup_cpuset_find(&place, strrchr(cpuset.path, '/') + 1, &found));
	close(fd);
	free(all);
}

static void what_cannot_be_had_leaves_nothing(void **state)
{
	(void)state;
	static const char *const lists[] = {"1023", "x", "0-"};
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct cgroup_group cpuset = {.version = 7};
		struct cgroup_place place = cgroup_system();
		struct err err = {0};
		char name[64];
		snprintf(name, sizeof name, "wasmograph-test.%d", (int)getpid());
		if (make_real(lists[i], &cpuset, &err))
			fail_msg("\"%s\" was had", lists[i]);
		assert_false(cgroup_cpuset_find(&place, name, &cpuset));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version_2_is_used_where_it_harms_nobody),
		cmocka_unit_test(nobody_inside_can_have_more),
		cmocka_unit_test(what_cannot_be_had_leaves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
