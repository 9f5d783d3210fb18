#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/changepoint_split.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void best_split(void **state)
{
	(void)state;
	static const struct {
		double values[8];
		size_t count, split;
		double distance;
	} rows[] = {
		{ { 0, 3 }, 2, 1, 3 },                   /* 2/2 · 3 */
		{ { 0, 0, 0, 6, 6, 6 }, 6, 3, 18 },      /* 2/6 · 9 · 6, nothing inside */
		{ { 0, 0, 0, 0, 0, 4, 0, 0 }, 8, 5, 20.0 / 3 }, /* κ before the end: 2/6 · 5 · 4 */
		{ { 5, 5, 5, 5 }, 4, 1, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		double distance;
		assert_int_equal(changepoint_split(rows[i].values, rows[i].count, &distance), rows[i].split);
		assert_true(fabs(distance - rows[i].distance) < 1e-12);
	}
}

static void t_test(void **state)
{
	(void)state;
	static const double low[] = { 1, 2, 3, 4, 5 }, high[] = { 3, 4, 5, 6, 7 }, flat[] = { 2, 2, 2 };
	/* t = −2, 8 degrees of freedom */
	assert_true(fabs(changepoint_t_test(low, 5, high, 5) - 0.0805162) < 1e-6);
	assert_true(changepoint_t_test(low, 1, high, 1) == 1);
	assert_true(changepoint_t_test(flat, 3, flat, 2) == 1);
	static const double other[] = { 3, 3 };
	assert_true(changepoint_t_test(flat, 3, other, 2) == 0);
	assert_true(changepoint_t_test(low, 5, low, 5) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(best_split),
		cmocka_unit_test(t_test),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
