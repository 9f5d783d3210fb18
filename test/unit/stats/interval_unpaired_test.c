#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stats/interval_unpaired.h"

static void assert_near(double got, double expected)
{
	if (!(fabs(got - expected) <= 1e-9 * fabs(expected)))
		fail_msg("%.17g where %.17g was expected", got, expected);
}

static void two_sets_that_are_alike_have_ratio_one(void **state)
{
	(void)state;
	const double values[] = { 1, 2, 4 };
	struct interval interval = interval_unpaired_ratio(values, 3, values, 3, 1e-9, 0.95);
	assert_near(interval.value, 1);
	assert_near(interval.low * interval.high, 1);
	assert_true(interval.low < 1);
	assert_int_equal(interval.n, 3);
}

/* One against two: by hand, t(0.975; 1) = 12.7062047361747, sd of {0, ln 4}, √(1 + 1/2). */
static void one_value_gets_the_others_prediction_interval(void **state)
{
	(void)state;
	const double one[] = { 6 }, others[] = { 1, 4 };
	struct interval interval = interval_unpaired_ratio(one, 1, others, 2, 1e-9, 0.95);
	double half = 12.7062047361747 * log(4) / sqrt(2) * sqrt(1.5);
	assert_near(interval.value, 3);
	assert_near(interval.low, 3 / exp(half));
	assert_near(interval.high, 3 * exp(half));
}

static void too_little_has_no_bounds_and_nothing_has_no_value(void **state)
{
	(void)state;
	const double one[] = { 6 };
	struct interval pair = interval_unpaired_ratio(one, 1, one, 1, 1e-9, 0.95);
	assert_near(pair.value, 1);
	assert_true(isnan(pair.low) && isnan(pair.high));
	assert_true(isnan(interval_unpaired_ratio(one, 0, one, 1, 1e-9, 0.95).value));
	assert_true(isnan(interval_unpaired_ratio(one, 1, one, 0, 1e-9, 0.95).value));
}

static void zero_is_raised_to_the_floor_and_nan_stays(void **state)
{
	(void)state;
	const double zero[] = { 0 }, ones[] = { 1, 1 }, bad[] = { 1, NAN };
	assert_near(interval_unpaired_ratio(zero, 1, ones, 2, 0.005, 0.95).value, 0.005);
	assert_true(isnan(interval_unpaired_ratio(bad, 2, ones, 2, 0.005, 0.95).value));
}

static void rates_are_compared_by_their_shares(void **state)
{
	(void)state;
	struct interval none = interval_rate_ratio(0, 1, 0, 6, 0.95);
	assert_true(isnan(none.value) && isnan(none.low) && none.n == 0);
	struct interval only_a = interval_rate_ratio(1, 1, 0, 6, 0.95);
	assert_true(isinf(only_a.value) && isinf(only_a.high));
	assert_near(only_a.low, 6 * 0.025 / 0.975); /* P(B ≥ 1) = p = 2.5 % */
	struct interval only_b = interval_rate_ratio(0, 1, 1, 6, 0.95);
	assert_true(only_b.value == 0 && only_b.low == 0);
	assert_near(only_b.high, 6 * 0.975 / 0.025);
	struct interval even = interval_rate_ratio(10, 1, 60, 6, 0.95);
	assert_near(even.value, 1);
	assert_true(even.low < 1 && even.high > 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_sets_that_are_alike_have_ratio_one),
		cmocka_unit_test(one_value_gets_the_others_prediction_interval),
		cmocka_unit_test(too_little_has_no_bounds_and_nothing_has_no_value),
		cmocka_unit_test(zero_is_raised_to_the_floor_and_nan_stays),
		cmocka_unit_test(rates_are_compared_by_their_shares),
	};
	return cmocka_run_group_tests_name("stats/interval_unpaired", tests, NULL, NULL);
}
