#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stats/quantile.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void nearest_rank(void **state)
{
	(void)state;
	static const struct {
		size_t count;
		double p;
		size_t rank;
	} rows[] = {
		{ 1, 0.5, 1 }, { 1, 0.0001, 1 }, { 2, 0.5, 1 }, { 2, 0.51, 2 }, { 3, 0.5, 2 },
		{ 20, 0.95, 19 }, { 21, 0.95, 20 }, { 100, 0.95, 95 }, { 100, 0.99, 99 },
		{ 100, 0.07, 7 },  /* 0.07·100 is 7.000000000000001 in doubles */
		{ 100, 0.29, 29 }, /* 0.29·100 is 28.999999999999996 */
		{ 1000, 0.999, 999 }, { 10, 1, 10 }, { 500, 0.95, 475 }, { 1000000, 0.95, 950000 },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(quantile_rank(rows[i].count, rows[i].p), rows[i].rank);
}

static void gives_a_value_that_was_measured(void **state)
{
	(void)state;
	static const double values[] = { 3, 1, 2, 10, 5, 4, 9, 8, 7, 6 };
	static const struct {
		double p, expected;
	} rows[] = { { 0.1, 1 }, { 0.11, 2 }, { 0.5, 5 }, { 0.9, 9 }, { 0.95, 10 }, { 1, 10 } };
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(quantile(values, COUNT(values), rows[i].p) == rows[i].expected);
	assert_true(values[0] == 3); /* the input is left as it was */
	assert_true(isnan(quantile(values, 0, 0.5)));
	static const double infinite[] = { INFINITY, 1, INFINITY };
	assert_true(quantile(infinite, 3, 0.3) == 1);
	assert_true(isinf(quantile(infinite, 3, 0.95)));
}

static void nan_is_a_bug(void **state)
{
	(void)state;
	pid_t child = fork();
	if (child == 0) {
		struct rlimit no_core = { 0, 0 };
		setrlimit(RLIMIT_CORE, &no_core);
		signal(SIGABRT, SIG_DFL);
		double values[] = { 1, NAN };
		quantile_sort(values, 2);
		_exit(0);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void least_counts(void **state)
{
	(void)state;
	static const struct {
		double p, confidence;
		size_t least;
	} rows[] = {
		{ 0.95, 0.95, 72 }, { 0.99, 0.95, 368 }, { 0.5, 0.95, 6 }, { 0.05, 0.95, 72 },
		{ 0.999, 0.95, 3688 }, { 0.95, 0.99, 104 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t low, high, least = quantile_least_count(rows[i].p, rows[i].confidence);
		assert_int_equal(least, rows[i].least);
		assert_int_equal(quantile_ranks(least, rows[i].p, rows[i].confidence, &low, &high), 0);
		assert_true(1 <= low && low < high && high <= least);
		assert_int_equal(quantile_ranks(least - 1, rows[i].p, rows[i].confidence, &low, &high), -1);
	}
}

/* From scipy.stats.binom.ppf; test/stats/ compares many more. */
static void binomial_ranks(void **state)
{
	(void)state;
	static const struct {
		size_t count;
		double p;
		size_t low, high;
	} rows[] = { { 6, 0.5, 1, 6 }, { 10, 0.5, 2, 9 }, { 20, 0.5, 6, 15 }, { 72, 0.95, 64, 72 } };
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t low, high;
		assert_int_equal(quantile_ranks(rows[i].count, rows[i].p, 0.95, &low, &high), 0);
		assert_int_equal(low, rows[i].low);
		assert_int_equal(high, rows[i].high);
	}
	size_t low, high;
	assert_int_equal(quantile_ranks(0, 0.5, 0.95, &low, &high), -1);
}

static void block_interval(void **state)
{
	(void)state;
	double values[1000], low, high, again_low, again_high;
	for (size_t i = 0; i < 1000; i++)
		values[i] = (double)(i * 7919 % 1000); /* each of 0 … 999 once */
	assert_int_equal(quantile_block_interval(values, 1000, 0.95, 0.95, 20, 1, &low, &high), 0);
	assert_true(low < 949 && 949 < high && high <= 999 && low > 900);
	quantile_block_interval(values, 1000, 0.95, 0.95, 20, 1, &again_low, &again_high);
	assert_true(low == again_low && high == again_high);
	assert_int_equal(quantile_block_interval(values, 1000, 0.95, 0.95, 101, 1, &low, &high), -1);
	assert_int_equal(quantile_block_interval(values, 71, 0.95, 0.95, 2, 1, &low, &high), -1);
	assert_int_equal(quantile_block_interval(values, 1000, 0.95, 0.95, 0, 1, &low, &high), -1);
	for (size_t i = 0; i < 1000; i++)
		values[i] = i < 990 ? 4 : 8; /* ties */
	assert_int_equal(quantile_block_interval(values, 1000, 0.95, 0.95, 10, 1, &low, &high), 0);
	assert_true(low == 4 && high == 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nearest_rank),
		cmocka_unit_test(gives_a_value_that_was_measured),
		cmocka_unit_test(nan_is_a_bug),
		cmocka_unit_test(least_counts),
		cmocka_unit_test(binomial_ranks),
		cmocka_unit_test(block_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
