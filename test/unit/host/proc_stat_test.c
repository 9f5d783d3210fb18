/* One line of /proc, with whatever a program may call itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "host/proc_stat.h"

#define NUMBERS " 7 8 9 10 11 12 13 14 15 16 100 20 3 4 20 0 1 0 5555 1000 200"

static void parses(void **state)
{
	(void)state;
	static const struct row {
		const char *line, *name;
		char letter;
	} rows[] = {
		{"1 (init) S" NUMBERS, "init", 'S'},
		{"1 (a b) R" NUMBERS, "a b", 'R'},
		{"1 (x) T 1 2) Z" NUMBERS, "x) T 1 2", 'Z'},
		{"1 ((() T" NUMBERS "\n", "((", 'T'},
		{"1 () t" NUMBERS, "", 't'},
		{"1 (a name that is longer) D" NUMBERS, "a name that is ", 'D'},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct proc_stat stat;
		assert_true(proc_stat_parse(rows[i].line, &stat));
		assert_string_equal(stat.name, rows[i].name);
		assert_int_equal(stat.state, rows[i].letter);
		assert_int_equal(stat.parent, 7);
		assert_int_equal(stat.cpu_ticks, 100 + 20);
		assert_int_equal(stat.child_ticks, 3 + 4);
		assert_int_equal(stat.start_ticks, 5555);
	}
}

static void refuses(void **state)
{
	(void)state;
	static const char *const lines[] = {"", "1", "1 (x", "1 x) S" NUMBERS, "1 (x)", "1 (x) S", "1 (x) S 1 2 3",
		")(", "1 (x) S a b c", "1 )x( S" NUMBERS};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct proc_stat stat;
		if (proc_stat_parse(lines[i], &stat))
			fail_msg("accepted: %s", lines[i]);
	}
}

static void reads_and_misses(void **state)
{
	(void)state;
	struct proc_stat stat;
	assert_true(proc_stat_read("/proc/self/stat", &stat));
	assert_int_equal(stat.state, 'R');
	assert_true(stat.start_ticks > 0);
	assert_false(proc_stat_read("/proc/0/stat", &stat));
	assert_false(proc_stat_read("/proc/self/status", &stat));
}

static void knows_stopped(void **state)
{
	(void)state;
	for (const char *letter = "RSDZXI"; *letter; letter++)
		assert_false(proc_state_is_stopped(*letter));
	assert_false(proc_state_is_stopped('\0'));
	assert_true(proc_state_is_stopped('T') && proc_state_is_stopped('t'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parses),
		cmocka_unit_test(refuses),
		cmocka_unit_test(reads_and_misses),
		cmocka_unit_test(knows_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
