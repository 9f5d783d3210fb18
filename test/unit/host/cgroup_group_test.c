/* Groups on the machine's own hierarchies, and where they would be made on others. */
#include "host/cgroup_group.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "host/children.h"
#include "host/fields.h"

struct file {
	const char *name, *text;
};

/* "self" is /proc/self/cgroup, "sys/…" the mount. */
static const struct machine {
	const char *about;
	struct file files[4];
	int version;
	const char *path; /* NULL: none can be made */
} machines[] = {
	{"version 2", {{"self", "0::/user/job\n"}, {"sys/cgroup.controllers", "cpu\n"}, {"sys/user/job/x", ""}},
		2, "/user/job/wasmograph-1.a"},
	{"hybrid: version 2 leaves the scheduling alone", {{"self", "2:cpu,cpuacct:/j\n0::/\n"},
		{"sys/unified/cgroup.controllers", ""}, {"sys/cpuacct/j/x", ""}}, 2, "/unified/wasmograph-1.a"},
	{"version 1", {{"self", "2:cpu,cpuacct:/j\n"}, {"sys/cpuacct/j/x", ""}}, 1, "/cpuacct/j/wasmograph-1.a"},
	{"version 1 of other controllers", {{"self", "2:memory:/j\n"}, {"sys/memory/j/x", ""}}, 0, NULL},
	{"taken in version 2", {{"self", "2:cpuacct:/\n0::/\n"}, {"sys/unified/cgroup.controllers", ""},
		{"sys/unified/wasmograph-1.a/x", ""}, {"sys/cpuacct/x", ""}}, 1, "/cpuacct/wasmograph-1.a"},
	{"no control groups", {{"self", "\n"}}, 0, NULL},
};

static void makes_groups_where_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		const struct machine *m = &machines[i];
		char *folder = scratch_make("group");
		for (size_t f = 0; f < 4 && m->files[f].name; f++)
			scratch_write(folder, m->files[f].name, m->files[f].text);
		char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
		struct cgroup_place place = {.membership = self, .mount = sys};
		struct cgroup_group group;
		struct err err = {0};
		print_message("%s\n", m->about);
		assert_int_equal(cgroup_group_make(&place, "wasmograph-1.a", &group, &err), m->path ? 0 : -1);
		assert_int_equal(group.version, m->version);
		if (m->path) {
			char *expected = mem_format("%s%s", sys, m->path);
			assert_string_equal(group.path, expected);
			assert_true(fs_is_folder(expected));
			free(expected);
		} else {
			assert_int_equal(err.code, ERR_ENVIRONMENT);
		}
		free(self);
		free(sys);
		scratch_remove(folder);
	}
}

static void touches_nothing_of_others(void **state)
{
	(void)state;
	static const char *const names[] = {"", "x", "wasmograph", "system.slice", "wasmograph-1/x", "wasmograph-/.."};
	struct cgroup_place place = cgroup_system();
	struct cgroup_group group;
	struct err err;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		assert_int_equal(cgroup_group_make(&place, names[i], &group, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_false(cgroup_group_find(&place, names[i], &group));
	}
	char *folder = scratch_make("group"); /* …/wasmograph-test-group-… */
	char *below = fs_join(folder, "x");
	assert_int_equal(mkdir(below, 0755), 0);
	assert_int_equal(cgroup_group_remove(below, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(cgroup_group_remove("x", &err), -1);
	assert_true(fs_is_folder(below));
	free(below);
	scratch_remove(folder);
}

static void in_group(void *argument)
{
	assert_true(cgroup_group_enter(*(int *)argument));
	burn_cpu(30);
}

static int64_t usage_us(const struct cgroup_group *group)
{
	char *path = fs_join(group->path, cgroup_group_usage_file(group->version)), text[4096];
	assert_true(fs_read_small(path, text, sizeof text) > 0);
	free(path);
	return group->version == 1 ? strtoll(text, NULL, 10) / 1000 : fields_integer(text, "usage_usec", -1);
}

/* One of the given version below our own group, or skips the test. */
static bool make_real(int version, struct cgroup_group *group)
{
	struct cgroup_place place = cgroup_system();
	struct cgroup parent;
	if (!(version == 2 ? cgroup_find_v2(&place, &parent) : cgroup_find_v1(&place, "cpuacct", &parent)))
		return false;
	group->version = version;
	snprintf(group->path, sizeof group->path, "%.900s/wasmograph-test.%d", parent.path, (int)getpid());
	return mkdir(group->path, 0755) == 0;
}

static void counts_kills_and_goes(int version)
{
	struct cgroup_group group, found;
	struct cgroup_place place = cgroup_system();
	struct err err = {0};
	if (!make_real(version, &group)) {
		skip(); /* takes root and a writable hierarchy */
		return;
	}
	const char *name = strrchr(group.path, '/') + 1;
	int fd = cgroup_group_open(&group);
	assert_true(fd >= 0);
	pid_t inside = child_start(in_group, &fd), outside = child_start(NULL, NULL);
	assert_true(cgroup_group_holds(&group, inside));
	assert_false(cgroup_group_holds(&group, outside));
	assert_true(usage_us(&group) >= 25000); /* burnt 30 ms in it */
	assert_int_equal(cgroup_group_remove(group.path, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_true(cgroup_group_find(&place, name, &found));
	assert_int_equal(found.version, version);
	assert_string_equal(found.path, group.path);
	assert_int_equal(cgroup_group_kill(&found), 1);
	assert_true(WIFSIGNALED(scratch_wait(inside)));
	assert_int_equal(kill(outside, 0), 0);
	child_kill(outside);
	if (cgroup_group_remove(group.path, &err))
		fail_msg("%s", err.text);
	assert_false(cgroup_group_find(&place, name, &found));
	assert_int_equal(cgroup_group_kill(&group), 0);
	assert_int_equal(cgroup_group_remove(group.path, &err), 0);
	close(fd);
}

static void counts_in_version_1(void **state)
{
	(void)state;
	counts_kills_and_goes(1);
}

static void counts_in_version_2(void **state)
{
	(void)state;
	counts_kills_and_goes(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_groups_where_it_should),
		cmocka_unit_test(touches_nothing_of_others),
		cmocka_unit_test(counts_in_version_1),
		cmocka_unit_test(counts_in_version_2),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
