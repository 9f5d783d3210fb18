#include "trace/fixture.h"

#include "base/rng.h"
#include "trace/durations.h"

static int ascending(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* Against the sorted values themselves. */
static void quantiles_are_within_their_error(void **state)
{
	(void)state;
	enum { COUNT = 20000 };
	static const double quantiles[] = { 0.001, 0.05, 0.5, 0.95, 0.99, 1 };
	double *values = mem_alloc_zero(COUNT, sizeof *values);
	struct trace_durations durations = { 0 };
	struct rng rng;
	rng_seed(&rng, 5, "durations");
	for (size_t i = 0; i < COUNT; i++) {
		values[i] = floor(exp(20 * rng_unit(&rng)));
		trace_durations_add(&durations, values[i]);
	}
	qsort(values, COUNT, sizeof *values, ascending);
	for (size_t i = 0; i < FIXTURE_COUNT(quantiles); i++) {
		double exact = values[(size_t)ceil(quantiles[i] * COUNT) - 1];
		double told = trace_durations_quantile_us(&durations, quantiles[i]);
		assert_true(fabs(told - exact) <= (exact < 64 ? 0 : 0.016 * exact));
	}
	assert_true(durations.longest_us == values[COUNT - 1] && durations.count == COUNT);
	trace_durations_release(&durations);
	free(values);
}

static void the_odd_ones(void **state)
{
	(void)state;
	struct trace_durations durations = { 0 };
	assert_true(isnan(trace_durations_quantile_us(&durations, 0.5)));
	trace_durations_add(&durations, NAN);
	assert_int_equal(durations.count, 0);
	trace_durations_add(&durations, -3);
	assert_true(durations.count == 1 && durations.negative == 1 && durations.sum_us == 0);
	assert_true(trace_durations_quantile_us(&durations, 1) == 0);
	trace_durations_add(&durations, 1e300);
	assert_true(trace_durations_quantile_us(&durations, 1) > 1e12 && trace_durations_quantile_us(&durations, 0.5) == 0);
	trace_durations_release(&durations);
	assert_true(durations.count == 0);
}

/* No value is told beyond the longest: half of the bucket lies above it. */
static void one_value_is_itself(void **state)
{
	(void)state;
	for (double us = 1; us < 1e12; us = us * 2 + 1) {
		struct trace_durations durations = { 0 };
		trace_durations_add(&durations, us);
		assert_true(trace_durations_quantile_us(&durations, 0.5) <= us);
		assert_true(trace_durations_quantile_us(&durations, 0.5) >= 0.984 * us);
		trace_durations_release(&durations);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quantiles_are_within_their_error),
		cmocka_unit_test(the_odd_ones),
		cmocka_unit_test(one_value_is_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
