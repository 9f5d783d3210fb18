/* Which command lines are which parts, and what two looks at them tell. A real browser's parts are
 * browser_test.c's. */
#include "browser/census.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define UTILITY "/usr/lib/chromium/chromium --type=utility --utility-sub-type="

static void test_command_lines(void **state)
{
	(void)state;
	static const struct row {
		const char *line;
		size_t length; /* 0: strlen */
		enum browser_part part;
	} rows[] = {
		{"/usr/lib/chromium/chromium --type=renderer --lang=en-US", 0, BROWSER_PART_RENDERER},
		{"/usr/lib/chromium/chromium\0--type=renderer\0--lang=en-US", 56, BROWSER_PART_RENDERER},
		{"chromium --type=renderer", 0, BROWSER_PART_RENDERER},
		{"chromium\0--type=renderer\0", 25, BROWSER_PART_RENDERER},
		{"chromium --type=zygote --x=--type=renderer", 0, BROWSER_PART_NONE},
		{"chromium --type=renderers", 0, BROWSER_PART_NONE},
		{"chromium --type=render", 0, BROWSER_PART_NONE},
		{"--type=renderer", 0, BROWSER_PART_NONE}, /* a program's own name */
		{"chromium --type=gpu-process --gpu-recent-crash-count=0", 0, BROWSER_PART_GPU_PROCESS},
		{UTILITY "network.mojom.NetworkService --lang=en-US", 0, BROWSER_PART_NETWORK_SERVICE},
		{UTILITY "storage.mojom.StorageService", 0, BROWSER_PART_STORAGE_SERVICE},
		{UTILITY "tracing.mojom.TracingService x", 0, BROWSER_PART_NONE},
		{UTILITY "unzip.mojom.Unzipper", 0, BROWSER_PART_NONE},
		{"chromium --user-data-dir=/x --headless about:blank", 0, BROWSER_PART_NONE},
		{"chrome_crashpad_handler --monitor-self", 0, BROWSER_PART_NONE},
		{"", 0, BROWSER_PART_NONE},
		{"x", 0, BROWSER_PART_NONE},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t length = rows[i].length ? rows[i].length : strlen(rows[i].line);
		if (browser_part_of(rows[i].line, length) != rows[i].part)
			fail_msg("%s: %s", rows[i].line, browser_part_name(browser_part_of(rows[i].line, length)));
	}
}

#define R BROWSER_PART_RENDERER
#define G BROWSER_PART_GPU_PROCESS
#define N BROWSER_PART_NETWORK_SERVICE
#define S BROWSER_PART_STORAGE_SERVICE

static void test_comparisons(void **state)
{
	(void)state;
	static const struct row {
		const char *about;
		struct browser_census before, after;
		enum browser_death death; /* BROWSER_CLOSED_BY_US: nothing happened */
		const char *why;
	} rows[] = {
		{"nothing", {.count = 0}, {.count = 0}, BROWSER_CLOSED_BY_US, ""},
		{"the same", {{{R, 5, 1, 'S'}, {G, 6, 1, 'S'}}, 2}, {{{G, 6, 1, 'R'}, {R, 5, 1, 'D'}}, 2},
			BROWSER_CLOSED_BY_US, ""},
		{"a newcomer", {{{G, 6, 1, 'S'}}, 1}, {{{G, 6, 1, 'S'}, {S, 7, 2, 'S'}}, 2}, BROWSER_CLOSED_BY_US, ""},
		{"the renderer, which CDP tells of", {{{R, 5, 1, 'S'}}, 1}, {.count = 0}, BROWSER_CLOSED_BY_US, ""},
		{"a GPU process replaced", {{{G, 6, 1, 'S'}, {N, 7, 1, 'S'}}, 2},
			{{{N, 7, 1, 'S'}, {G, 9, 3, 'S'}}, 2}, BROWSER_GPU_PROCESS_DIED,
			"the GPU process (pid 6) died, and pid 9 has taken its place"},
		{"its number given anew", {{{G, 6, 1, 'S'}}, 1}, {{{G, 6, 3, 'S'}}, 1}, BROWSER_GPU_PROCESS_DIED,
			"the GPU process (pid 6) died, and pid 6 has taken its place"},
		{"a GPU process gone", {{{G, 6, 1, 'S'}}, 1}, {{{N, 7, 1, 'S'}}, 1}, BROWSER_GPU_PROCESS_DIED,
			"the GPU process (pid 6) died, and none has taken its place"},
		{"one of two gone", {{{G, 6, 1, 'S'}, {G, 8, 1, 'S'}}, 2}, {{{G, 8, 1, 'S'}}, 1},
			BROWSER_GPU_PROCESS_DIED, "the GPU process (pid 6) died, and none has taken its place"},
		{"the network service", {{{N, 7, 1, 'S'}}, 1}, {{{N, 8, 2, 'S'}}, 1}, BROWSER_NETWORK_SERVICE_DIED,
			"the network service (pid 7) died, and pid 8 has taken its place"},
		{"the storage service", {{{S, 7, 1, 'S'}}, 1}, {{{S, 8, 2, 'S'}}, 1}, BROWSER_STORAGE_SERVICE_DIED,
			"the storage service (pid 7) died, and pid 8 has taken its place"},
		{"stopped", {{{N, 7, 1, 'S'}}, 1}, {{{N, 7, 1, 'T'}}, 1}, BROWSER_STOPPED,
			"the network service (pid 7) is stopped by a signal"},
		{"traced", {{{G, 7, 1, 'S'}}, 1}, {{{G, 7, 1, 't'}}, 1}, BROWSER_STOPPED, "the GPU process (pid 7)"},
		{"a death outweighs", {{{N, 7, 1, 'S'}, {G, 6, 1, 'S'}}, 2}, {{{N, 7, 1, 'T'}}, 1},
			BROWSER_GPU_PROCESS_DIED, "the GPU process (pid 6) died"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char why[200] = "", tiny[8] = "";
		enum browser_death death = BROWSER_CLOSED_BY_US;
		bool happened = browser_census_compare(&rows[i].before, &rows[i].after, &death, why, sizeof why);
		if (happened != (rows[i].death != BROWSER_CLOSED_BY_US) || death != rows[i].death ||
		    !strstr(why, rows[i].why))
			fail_msg("%s: %d, %s: %s", rows[i].about, happened, browser_death_name(death), why);
		browser_census_compare(&rows[i].before, &rows[i].after, &death, tiny, sizeof tiny);
		assert_memory_equal(tiny, why, strnlen(why, sizeof tiny - 1));
	}
}

static void test_no_browser_no_parts(void **state)
{
	(void)state;
	struct browser_census census = {.count = 3};
	browser_census_take(getpid(), &census);
	assert_int_equal(census.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_comparisons),
		cmocka_unit_test(test_no_browser_no_parts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
