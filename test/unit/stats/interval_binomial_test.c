#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/interval_binomial.h"

static void assert_near(double got, double expected)
{
	if (!(fabs(got - expected) <= 1e-9))
		fail_msg("%.17g where %.17g was expected", got, expected);
}

/* Where the bounds have closed forms: √[n]{0.025} and its complement. */
static void known_intervals(void **state)
{
	(void)state;
	const struct {
		bool inverse;
		size_t successes, n;
		double value, low, high;
	} rows[] = {
		{ false, 0, 1, 0, 0, 0.975 },
		{ false, 1, 1, 1, 0.025, 1 },
		{ false, 0, 20, 0, 0, 1 - pow(0.025, 1 / 20.0) },
		{ false, 20, 20, 1, pow(0.025, 1 / 20.0), 1 },
		{ true, 1, 1, 1, 0.025, 1 },
		{ true, 3, 3, 1, pow(0.025, 1 / 3.0), 1 },
		/* the first success at launch 10: 1 − (1 − p)^10 and (1 − p)^9 */
		{ true, 1, 10, 0.1, 1 - pow(0.975, 1 / 10.0), 1 - pow(0.025, 1 / 9.0) },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct interval got = rows[i].inverse ? interval_inverse_binomial(rows[i].successes, rows[i].n, 0.95)
			: interval_binomial(rows[i].successes, rows[i].n, 0.95);
		assert_near(got.value, rows[i].value);
		assert_near(got.low, rows[i].low);
		assert_near(got.high, rows[i].high);
		assert_int_equal(got.n, rows[i].n);
	}
}

static void without_launches_there_is_nothing(void **state)
{
	(void)state;
	struct interval none = interval_binomial(0, 0, 0.95);
	assert_true(isnan(none.value) && isnan(none.low) && isnan(none.high));
}

/* The same successes in the same launches: stopped at a success, the rate is likelier lower. */
static void stopping_at_a_success_lowers_estimate_and_upper_bound(void **state)
{
	(void)state;
	for (size_t k = 2; k < 10; k++) {
		struct interval fixed = interval_binomial(k, 20, 0.95), inverse = interval_inverse_binomial(k, 20, 0.95);
		assert_true(inverse.value < fixed.value && inverse.high < fixed.high);
		assert_near(inverse.low, fixed.low);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_intervals),
		cmocka_unit_test(without_launches_there_is_nothing),
		cmocka_unit_test(stopping_at_a_success_lowers_estimate_and_upper_bound),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
