#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/latency_tail.h"

enum { COUNT = 1000 };

static void fill(double *values, double value)
{
	for (size_t i = 0; i < COUNT; i++)
		values[i] = value + 1e-6 * (double)(i * 7919 % COUNT); /* no ties, no order */
}

/* Runs of L above the level: 1 + 2·Σ(1 − k/L) = L, so n/L, less what the truncation adds. */
static void runs_divide_n_by_their_length(void **state)
{
	(void)state;
	static const size_t lengths[] = { 5, 10, 25, 50 };
	for (size_t r = 0; r < sizeof(lengths) / sizeof(lengths[0]); r++) {
		double values[COUNT];
		fill(values, 1);
		size_t runs = 50 / lengths[r];
		for (size_t run = 0; run < runs; run++)
			for (size_t i = 0; i < lengths[r]; i++)
				values[run * (COUNT / runs) + 37 * run % 11 + i] += 20;
		double n = latency_effective_n(values, COUNT, 0.95);
		assert_true(n > 0.6 * COUNT / (double)lengths[r] && n < 1.4 * COUNT / (double)lengths[r]);
	}
}

static void never_above_n(void **state)
{
	(void)state;
	double values[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		values[i] = i % 20 == 0 ? 20 : 1; /* regular: less than independent scatter */
	assert_true(latency_effective_n(values, COUNT, 0.95) <= COUNT);
	fill(values, 1);
	double n = latency_effective_n(values, COUNT, 0.95);
	assert_true(n > COUNT / 2 && n <= COUNT);
}

static void ties(void **state)
{
	(void)state;
	double values[COUNT];
	for (size_t i = 0; i < COUNT; i++)
		values[i] = 1;
	assert_true(latency_effective_n(values, COUNT, 0.95) == COUNT);
	for (size_t i = 0; i < 100; i++)
		values[500 + i] = 20; /* the P95 is the largest value: "at or above" */
	double n = latency_effective_n(values, COUNT, 0.95);
	assert_true(n < 30);
	assert_true(isnan(latency_effective_n(values, 0, 0.95)));
	assert_true(latency_effective_n(values, 1, 0.95) == 1);
	assert_true(latency_effective_n(values + 599, 2, 0.5) <= 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_divide_n_by_their_length),
		cmocka_unit_test(never_above_n),
		cmocka_unit_test(ties),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
