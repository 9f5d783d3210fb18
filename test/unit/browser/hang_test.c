/* What looks at threads add up to. Real renderers, stopped and looping, are browser_test.c's. */
#include "browser/hang.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { MAIN = 100, WORKER = 101, OTHER = 102 };

/* One look: the states of the main thread, a worker and a thread that runs no page's code. */
static void look(struct browser_hang_tally *tally, const char *states)
{
	struct proc_thread threads[3] = {
		{MAIN, {.name = "chromium", .state = states[0]}},
		{WORKER, {.name = "DedicatedWorker", .state = states[1]}},
		{OTHER, {.name = "ThreadPoolForeg", .state = states[2]}},
	};
	browser_hang_add(tally, threads, 3);
}

static void test_table(void **state)
{
	(void)state;
	static const struct row {
		const char *often, *once; /* nine looks and one */
		bool looping;
		const char *says;
	} rows[] = {
		{"SSS", "SSS", false, "the renderer (pid 100) is waiting"},
		{"RSS", "RSS", true, "the main thread of the renderer (pid 100) ran at 10 of 10 looks"},
		{"RSS", "SSS", true, "the main thread of the renderer (pid 100) ran at 9 of 10 looks"},
		{"SRS", "SRS", true, "a worker of the renderer (pid 100) ran at 10 of 10 looks"},
		{"RRS", "RRS", true, "the main thread of the renderer"},
		{"SSR", "SSR", false, "waiting"},
		{"DSS", "RSS", false, "waiting"},
		{"SSS", "RRR", false, "waiting"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct browser_hang_tally tally = {.renderer = MAIN};
		struct browser_hang_seen seen;
		for (int n = 0; n < BROWSER_HANG_LOOKS - 1; n++)
			look(&tally, rows[i].often);
		look(&tally, rows[i].once);
		browser_hang_judge(&tally, &seen);
		if (seen.looping != rows[i].looping || seen.stopped || !strstr(seen.text, rows[i].says))
			fail_msg("%s %s: %d, %s", rows[i].often, rows[i].once, seen.looping, seen.text);
	}
}

static void test_eight_looks_are_not_enough(void **state)
{
	(void)state;
	struct browser_hang_tally tally = {.renderer = MAIN};
	struct browser_hang_seen seen;
	for (int n = 0; n < BROWSER_HANG_LOOKS; n++)
		look(&tally, n < 8 ? "RSS" : "SSS");
	browser_hang_judge(&tally, &seen);
	assert_false(seen.looping);
}

static void test_no_renderer(void **state)
{
	(void)state;
	struct browser_hang_tally tally = {0};
	struct browser_hang_seen seen;
	for (int n = 0; n < BROWSER_HANG_LOOKS; n++)
		browser_hang_add(&tally, NULL, 0);
	browser_hang_judge(&tally, &seen);
	assert_false(seen.looping || seen.stopped);
	assert_string_equal(seen.text, "there is no renderer");
}

/* More workers than are kept: the first ones are still told right. */
static void test_too_many_threads(void **state)
{
	(void)state;
	struct proc_thread threads[BROWSER_HANG_THREADS_MAX + 50];
	enum { COUNT = sizeof threads / sizeof *threads };
	for (int i = 0; i < COUNT; i++)
		threads[i] = (struct proc_thread){MAIN + i, {.name = "DedicatedWorker", .state = i == 7 ? 'R' : 'S'}};
	struct browser_hang_tally tally = {.renderer = MAIN};
	struct browser_hang_seen seen;
	for (int n = 0; n < BROWSER_HANG_LOOKS; n++)
		browser_hang_add(&tally, threads, COUNT);
	browser_hang_judge(&tally, &seen);
	assert_int_equal(tally.count, BROWSER_HANG_THREADS_MAX);
	assert_true(seen.looping);
	assert_non_null(strstr(seen.text, "a worker"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_eight_looks_are_not_enough),
		cmocka_unit_test(test_no_renderer),
		cmocka_unit_test(test_too_many_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
