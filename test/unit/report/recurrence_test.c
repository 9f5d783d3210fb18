#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/recurrence.h"

static void the_cause_and_half_the_length_make_a_recurrence(void **state)
{
	(void)state;
	const struct {
		const char *wanted;
		double length_ms;
		const char *cause;
		bool is;
	} rows[] = {
		{ "guest@worker", 60, "guest@worker", true },
		{ "guest@worker", 30, "guest@worker", true },
		{ "guest@worker", 29.999, "guest@worker", false },
		{ "guest@worker", 600, "guest@worker", true },
		{ "guest@worker", 60, "guest@main", false },   /* another thread is another spike */
		{ "guest@worker", 60, "guest-gc@worker", false },
		{ "guest@worker", 60, NULL, false },
		{ NULL, 60, "gc@main", true },                 /* its cause is not known: the length alone */
		{ NULL, 30, NULL, true },
		{ NULL, 29.999, "gc@main", false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct recurrence_target target = { rows[i].wanted, 60 };
		if (recurrence_is(&target, rows[i].length_ms, rows[i].cause) != rows[i].is)
			fail_msg("row %zu", i);
		assert_int_equal(recurrence_needs_causes(&target), rows[i].wanted != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cause_and_half_the_length_make_a_recurrence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
