/* What is left, by hand. */
#include "run/pace.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void a_run_s_own_launches_tell(void **state)
{
	(void)state;
	struct pace_run runs[] = { { 10, 5, 20, NAN }, { 3, 0, 0, 7 }, { 2, 0, 0, NAN } };
	assert_true(pace_left_s(runs, 1) == 40);
	assert_true(pace_left_s(runs, 2) == 40 + 21);
	assert_true(pace_left_s(runs, 3) == 40 + 21 + 2 * 5.5); /* (4 + 7) / 2 each */
	runs[1].made = 1;
	runs[1].spent_s = 1; /* what is seen now is believed before what was seen then */
	assert_true(pace_left_s(runs, 2) == 40 + 3);
}

static void nothing_is_known_at_first(void **state)
{
	(void)state;
	struct pace_run runs[] = { { 10, 0, 0, NAN }, { 3, 0, 0, NAN } };
	assert_true(isnan(pace_left_s(runs, 2)));
}

static void is_said_in_minutes(void **state)
{
	(void)state;
	static const struct { double s; const char *says; } rows[] = { { NAN, "" }, { 0, "less than a minute left" },
		{ 59.9, "less than a minute left" }, { 60, "about 1 min left" }, { 725, "about 12 min left" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char text[PACE_TEXT_SIZE];
		pace_text(rows[i].s, text);
		assert_string_equal(text, rows[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_run_s_own_launches_tell),
		cmocka_unit_test(nothing_is_known_at_first),
		cmocka_unit_test(is_said_in_minutes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
