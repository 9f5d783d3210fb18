/* Which counter of CPU time is taken on which machine, and that this machine's count what was used. */
#include "host/ticks_counter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "host/cgroup_group.h"
#include "host/children.h"
#include "host/ticks_thread.h"

struct file {
	const char *name, *text;
};

static const struct machine {
	const char *about;
	struct file files[5]; /* "self" is /proc/self/cgroup, "sys/…" the mount */
	enum ticks_counter_kind kind;
	uint64_t us; /* of the machine, but for /proc/stat */
} machines[] = {
	{"version 1: exact", {{"self", "2:cpuacct:/j\n0::/\n"}, {"sys/cpuacct/release_agent", ""},
		{"sys/cpuacct/cpuacct.usage", "123456789\n"}, {"sys/cgroup.controllers", ""},
		{"sys/cpu.stat", "usage_usec 5\n"}}, TICKS_COUNTER_CPUACCT, 123456},
	{"version 1, of which a container sees its part", {{"self", "2:cpuacct:/\n"},
		{"sys/cpuacct/cpuacct.usage", "123456789\n"}}, TICKS_COUNTER_PROC_STAT, 0},
	{"version 2", {{"self", "0::/user/job\n"}, {"sys/cgroup.controllers", "cpu\n"},
		{"sys/cpu.stat", "usage_usec 77\nuser_usec 4\n"}, {"sys/user/job/cpu.stat", "usage_usec 6\n"}},
		TICKS_COUNTER_CPU_STAT, 77},
	{"version 2, of which a container sees its part", {{"self", "0::/\n"}, {"sys/cgroup.controllers", ""},
		{"sys/cgroup.type", "domain\n"}, {"sys/cpu.stat", "usage_usec 77\n"}}, TICKS_COUNTER_PROC_STAT, 0},
	{"a counter that says nothing", {{"self", "2:cpuacct:/\n"}, {"sys/cpuacct/release_agent", ""},
		{"sys/cpuacct/cpuacct.usage", "\n"}}, TICKS_COUNTER_PROC_STAT, 0},
	{"no control groups", {{"self", "\n"}}, TICKS_COUNTER_PROC_STAT, 0},
};

static void takes_the_best_of_each_machine(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		const struct machine *m = &machines[i];
		char *folder = scratch_make("counter");
		for (size_t f = 0; f < 5 && m->files[f].name; f++)
			scratch_write(folder, m->files[f].name, m->files[f].text);
		char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
		struct cgroup_place place = {.membership = self, .mount = sys};
		struct ticks_counter counter;
		print_message("%s\n", m->about);
		ticks_counter_open_machine(&counter, &place);
		assert_int_equal(counter.kind, m->kind);
		if (m->us)
			assert_true(ticks_counter_read_us(&counter) == m->us);
		ticks_counter_release(&counter);
		assert_true(ticks_counter_read_us(&counter) == TICKS_UNKNOWN);
		free(self);
		free(sys);
		scratch_remove(folder);
	}
}

/* On this machine's own counters, each source against what was burnt meanwhile. */
static void check_counts(struct ticks_counter *counter)
{
	uint64_t before = ticks_counter_read_us(counter);
	assert_true(before != TICKS_UNKNOWN && before > 0);
	burn_cpu(60);
	uint64_t used = ticks_counter_read_us(counter) - before;
	if (used < 40000) /* /proc/stat counts in units of 10 ms */
		fail_msg("%s counted %llu us", ticks_counter_kind_name(counter->kind), (unsigned long long)used);
	ticks_counter_release(counter);
}

static void counts_the_machine(void **state)
{
	(void)state;
	struct ticks_counter counter;
	struct cgroup_place place = cgroup_system();
	ticks_counter_open_machine(&counter, &place);
	check_counts(&counter);
	place = (struct cgroup_place){.membership = "/nonexistent", .mount = "/nonexistent"};
	ticks_counter_open_machine(&counter, &place);
	assert_int_equal(counter.kind, TICKS_COUNTER_PROC_STAT);
	check_counts(&counter);
}

static void counts_a_group(void **state)
{
	(void)state;
	struct cgroup_place place = cgroup_system();
	struct cgroup_group group;
	char name[64];
	snprintf(name, sizeof name, "wasmograph-counter.%d", (int)getpid());
	if (cgroup_group_make(&place, name, &group, NULL)) {
		skip(); /* takes root and a writable hierarchy */
		return;
	}
	struct ticks_counter counter;
	ticks_counter_open_group(&counter, group.version, group.path);
	assert_true(ticks_counter_read_us(&counter) == 0);
	burn_cpu(20);
	assert_true(ticks_counter_read_us(&counter) == 0); /* we are not in it */
	pid_t pid = fork();
	if (pid == 0) {
		cgroup_group_enter(cgroup_group_open(&group));
		burn_cpu(60);
		_exit(0);
	}
	assert_int_equal(scratch_wait(pid), 0);
	uint64_t used = ticks_counter_read_us(&counter); /* the dead are counted, too */
	assert_true(used >= 55000 && used < 5000000);
	assert_int_equal(cgroup_group_remove(group.path, NULL), 0);
	ticks_counter_release(&counter);
	ticks_counter_open_group(&counter, group.version, group.path);
	assert_true(ticks_counter_read_us(&counter) == TICKS_UNKNOWN);
	ticks_counter_open_group(&counter, 0, "");
	assert_true(ticks_counter_read_us(&counter) == TICKS_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_best_of_each_machine),
		cmocka_unit_test(counts_the_machine),
		cmocka_unit_test(counts_a_group),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
