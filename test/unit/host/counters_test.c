#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <math.h>

#include "host/children.h"
#include "host/counters.h"
#include "host/environment.h"

/* A window of 10 s on 2 CPUs: 20 s in which 1 % is 200 ms. */
static const struct counters base = {
	.mono_us = 5000000, .busy_us = 100000000, .steal_us = 40000, .tree_us = 3000000,
	.self_us = 200000, .throttled = 7, .major_faults = 100, .swapped_pages = 8,
	.memory_stall_us = 900, .oom_kills = 1,
};

static const struct counters silent = { /* a kernel that says nothing */
	.mono_us = 0, .busy_us = -1, .steal_us = -1, .tree_us = 0, .self_us = 0, .throttled = -1,
	.major_faults = -1, .swapped_pages = -1, .memory_stall_us = -1, .oom_kills = -1,
};

static void limits_are_those_of_the_method(void **state)
{
	(void)state;
	static const struct {
		struct counters moved; /* added to `base` */
		const char *reason;    /* "" = valid */
	} rows[] = {
		{{0}, ""},
		/* 10 s of the tree, 1 s of ours: nothing foreign */
		{{.busy_us = 11000000, .tree_us = 10000000, .self_us = 1000000}, ""},
		{{.busy_us = 2000000}, ""}, /* exactly 10 % */
		{{.busy_us = 2010000},
			"other programs used 10.1 % of the machine (limit 10 %)"},
		{{.busy_us = 12000000, .tree_us = 5000000, .self_us = 1000000},
			"other programs used 30.0 % of the machine (limit 10 %)"},
		{{.busy_us = 1000000, .tree_us = 1500000}, ""}, /* below 0 by rounding: none */
		{{.steal_us = 400000}, ""}, /* exactly 2 % */
		{{.steal_us = 500000}, "the hypervisor took 2.5 % of the machine (limit 2 %)"},
		{{.throttled = 1}, "the control group was throttled 1 times"},
		{{.major_faults = 40}, ""}, /* 4 a second */
		{{.major_faults = 41}, "41 pages had to be read from disk (major faults, limit 40)"},
		{{.swapped_pages = 3}, "3 pages were swapped"},
		{{.memory_stall_us = 1}, "tasks waited 1 µs for memory"},
		{{.oom_kills = 2}, "the kernel killed 2 processes for lack of memory"},
		{{.steal_us = 1000000, .swapped_pages = 3},
			"the hypervisor took 5.0 % of the machine (limit 2 %); 3 pages were swapped"},
		{{.busy_us = 9000000, .tree_us = -3000000},
			"other programs used 45.0 % of the machine (limit 10 %)"}, /* the tree died */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct counters *m = &rows[i].moved;
		struct counters after = {
			.mono_us = base.mono_us + 10000000, .busy_us = base.busy_us + m->busy_us,
			.steal_us = base.steal_us + m->steal_us, .tree_us = base.tree_us + m->tree_us,
			.self_us = base.self_us + m->self_us, .throttled = base.throttled + m->throttled,
			.major_faults = base.major_faults + m->major_faults,
			.swapped_pages = base.swapped_pages + m->swapped_pages,
			.memory_stall_us = base.memory_stall_us + m->memory_stall_us,
			.oom_kills = base.oom_kills + m->oom_kills,
		};
		char reason[500];
		bool is_void = counters_void(&base, &after, 2, reason, sizeof reason);
		assert_string_equal(reason, rows[i].reason);
		assert_int_equal(is_void, rows[i].reason[0] != '\0');
	}
}

/* In a short window a few reads of pages say nothing yet. */
static void a_short_window_may_have_16_major_faults(void **state)
{
	(void)state;
	char reason[500];
	struct counters after = base;
	after.mono_us += 2000000;
	after.major_faults += 16;
	assert_false(counters_void(&base, &after, 2, reason, sizeof reason));
	after.major_faults++;
	assert_true(counters_void(&base, &after, 2, reason, sizeof reason));
	assert_string_equal(reason, "17 pages had to be read from disk (major faults, limit 16)");
}

static void what_the_kernel_does_not_say_voids_nothing(void **state)
{
	(void)state;
	char reason[500];
	struct counters after = base;
	assert_false(counters_void(&silent, &silent, 2, reason, sizeof reason));
	after.mono_us += 10000000;
	assert_false(counters_void(&silent, &after, 2, reason, sizeof reason));
	assert_false(counters_void(&base, &silent, 2, reason, sizeof reason));
	assert_string_equal(reason, "");

	after = silent;
	after.mono_us += 10000000;
	struct json *json = counters_json(&silent, &after, 2);
	static const char *const unknown[] = {"foreign_share", "steal_share", "throttled",
		"major_faults", "swapped_pages", "memory_stall_us", "oom_kills"};
	for (size_t i = 0; i < sizeof unknown / sizeof unknown[0]; i++) {
		assert_non_null(json_get(json, unknown[i]));
		assert_int_equal(json_type(json_get(json, unknown[i])), JSON_NULL);
	}
	assert_true(json_number(json, "tree_share", -1) == 0);
	json_free(json);
}

static void small_buffers_are_respected(void **state)
{
	(void)state;
	struct counters after = base;
	after.throttled++;
	after.oom_kills++;
	for (size_t size = 1; size < 120; size++) {
		char *reason = malloc(size); /* AddressSanitizer watches its end */
		bool is_void = counters_void(&base, &after, 2, reason, size);
		assert_true(strlen(reason) < size);
		assert_int_equal(is_void, size > 1);
		free(reason);
	}
}

static void figures_are_stored(void **state)
{
	(void)state;
	struct counters after = base;
	after.mono_us += 10000000;
	after.busy_us += 7000000;
	after.tree_us += 4000000;
	after.self_us += 1000000;
	after.steal_us += 100000;
	after.throttled += 2;
	after.swapped_pages += 5;
	struct json *json = counters_json(&base, &after, 2);
	char *text = json_print(json, false);
	assert_string_equal(text, "{\"window_us\":10000000,\"foreign_share\":0.1,\"steal_share\":0.005,"
		"\"tree_share\":0.2,\"self_share\":0.05,\"throttled\":2,\"major_faults\":0,"
		"\"swapped_pages\":5,\"memory_stall_us\":0,\"oom_kills\":0}");
	free(text);
	json_free(json);
}

static void burn_one_second(void *unused)
{
	(void)unused;
	burn_cpu(1000);
}

/* The same burner is foreign, or the browser's, according to whose child it is. */
static void real_work_is_attributed(void **state)
{
	(void)state;
	int cpus = environment_cpus();
	for (int in_tree = 0; in_tree < 2; in_tree++) {
		struct counters before, after;
		/* without a tree nobody's time is known to be the browser's */
		counters_read(&before, in_tree ? getpid() : 0);
		pid_t pid = child_start(burn_one_second, NULL);
		counters_read(&after, in_tree ? getpid() : 0);
		child_kill(pid);
		assert_true(after.mono_us > before.mono_us);
		/* A tick of 10 ms at each end, and one for each CPU's share not yet accounted. */
		int64_t slack_us = 20000 + 10000 * cpus;
		assert_true(after.busy_us - before.busy_us >= 1000000 - slack_us);
		if (in_tree)
			assert_true(after.tree_us - before.tree_us >= 1000000 - slack_us);
		else
			assert_int_equal(after.tree_us, 0);
		struct json *json = counters_json(&before, &after, cpus);
		double wall_us = json_number(json, "window_us", 0) * cpus;
		double tree = json_number(json, "tree_share", -1) * wall_us;
		double foreign = json_number(json, "foreign_share", -1) * wall_us;
		if (in_tree)
			assert_true(tree >= (double)(1000000 - slack_us));
		else
			assert_true(foreign >= (double)(1000000 - slack_us));
		json_free(json);
	}
}

static size_t allocated_bytes(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

/* What counters_read() must not do inside a window: allocate, or leave descriptors open. */
static void reading_is_harmless(void **state)
{
	(void)state;
	struct counters counters;
	size_t fds_before, fds_after;
	char **names = fs_list("/proc/self/fd", &fds_before, NULL);
	fs_list_free(names, fds_before);
	size_t before = allocated_bytes();
	counters_read(&counters, getpid());
	assert_int_equal(allocated_bytes(), before);
	names = fs_list("/proc/self/fd", &fds_after, NULL);
	fs_list_free(names, fds_after);
	assert_int_equal(fds_before, fds_after);
	assert_true(counters.busy_us > 0);
	assert_true(counters.steal_us >= 0);
	assert_true(counters.major_faults >= 0);
	assert_true(counters.self_us > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits_are_those_of_the_method),
		cmocka_unit_test(a_short_window_may_have_16_major_faults),
		cmocka_unit_test(what_the_kernel_does_not_say_voids_nothing),
		cmocka_unit_test(small_buffers_are_respected),
		cmocka_unit_test(figures_are_stored),
		cmocka_unit_test(real_work_is_attributed),
		cmocka_unit_test(reading_is_harmless),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
