#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/interval.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void assert_near(double value, double expected, double relative)
{
	if (!(fabs(value - expected) <= relative * fmax(fabs(expected), 1e-300)))
		fail_msg("%.17g is not %.17g", value, expected);
}

/* Student 1908 and every printed table; SciPy checks many more (test/stats/). */
static void t_quantiles(void **state)
{
	(void)state;
	static const struct {
		double p, degrees, expected;
	} rows[] = {
		{ 0.975, 1, 12.706204736174698 }, { 0.975, 2, 4.302652729749462 },
		{ 0.975, 5, 2.5705818356363146 }, { 0.975, 9, 2.2621571627982055 },
		{ 0.95, 5, 2.0150483733330233 }, { 0.9995, 10, 4.586893858702636 },
		{ 0.975, INFINITY, 1.959963984540054 }, { 0.5, 7, 0 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_near(interval_t_quantile(rows[i].p, rows[i].degrees), rows[i].expected, 1e-12);
		assert_near(interval_t_quantile(1 - rows[i].p, rows[i].degrees), -rows[i].expected, 1e-12);
	}
}

static void t_closed_forms(void **state)
{
	(void)state;
	for (double t = -50; t <= 50; t += 0.37) {
		assert_near(interval_t_cdf(t, 1), 0.5 + atan(t) / M_PI, 1e-11);
		assert_near(interval_t_cdf(t, 2), 0.5 * (1 + t / sqrt(2 + t * t)), 1e-11);
		assert_near(interval_t_cdf(t, INFINITY), 0.5 * erfc(-t * M_SQRT1_2), 1e-12);
	}
	assert_true(interval_t_cdf(0, 3) == 0.5);
	assert_true(interval_t_cdf(INFINITY, 3) == 1 && interval_t_cdf(-INFINITY, 3) == 0);
	/* the far tail keeps its digits: P(|T| > t) ≈ 2·(3/π)·… for 1 degree: 2·atan(1/t)/π */
	assert_near(interval_t_two_sided(1e8, 1), 2 * atan(1e-8) / M_PI, 1e-12);
}

static void quantile_inverts_cdf(void **state)
{
	(void)state;
	for (double degrees = 0.7; degrees < 5000; degrees *= 2.3)
		for (double p = 1e-9; p < 1; p += 0.0497)
			assert_near(interval_t_cdf(interval_t_quantile(p, degrees), degrees), p, 1e-9);
}

static void geometric(void **state)
{
	(void)state;
	static const double values[] = { 1, 2, 4, 8 };
	struct interval interval = interval_geometric(values, 4, 0.005, 0.95);
	assert_int_equal(interval.n, 4);
	assert_near(interval.value, M_SQRT2 * 2, 1e-14);
	/* logs in units of log 2: mean 1.5, sd √(5/3), t(0.975, 3) = 3.1824463 */
	assert_near(interval.high, exp2(1.5 + 3.182446305284263 * sqrt(5.0 / 3) / 2), 1e-12);
	assert_near(interval.low * interval.high, 8, 1e-12);
	static const double zeros[] = { 0, 0.001, 0.005 };
	assert_near(interval_geometric(zeros, 3, 0.005, 0.95).value, 0.005, 1e-14);
}

static void what_never_varies_has_no_scatter(void **state)
{
	(void)state;
	/* Sums of three and seven of these are rounded. */
	static const double values[] = { 10, 0.1, 1678231, 1.0 / 3 };
	for (size_t v = 0; v < 4; v++) {
		for (size_t count = 2; count < 8; count++) {
			double same[8];
			for (size_t i = 0; i < count; i++)
				same[i] = values[v];
			struct interval of[] = { interval_arithmetic(same, count, 0.95), interval_geometric(same, count, 1e-6, 0.95) };
			for (size_t i = 0; i < 2; i++)
				assert_true(of[i].value == values[v] && of[i].low == values[v] && of[i].high == values[v] && of[i].n == count);
			struct interval ratio = interval_ratio(same, same, count, 1e-6, 0.95);
			assert_true(ratio.value == 1 && ratio.low == 1 && ratio.high == 1);
		}
	}
	static const double one[] = { 10 };
	struct interval single = interval_geometric(one, 1, 1e-6, 0.95);
	assert_true(single.value == 10 && isnan(single.low) && isnan(single.high));
}

static void too_few_values(void **state)
{
	(void)state;
	static const double one[] = { 7 };
	struct interval none = interval_geometric(one, 0, 0.005, 0.95);
	assert_true(isnan(none.value) && isnan(none.low) && isnan(none.high) && none.n == 0);
	struct interval single = interval_arithmetic(one, 1, 0.95);
	assert_true(single.value == 7 && isnan(single.low) && isnan(single.high) && single.n == 1);
	static const double broken[] = { 1, NAN, 2 };
	assert_true(isnan(interval_geometric(broken, 3, 0.005, 0.95).value));
	assert_true(isnan(interval_wilson(0, 0, 0.95).value));
	assert_true(isinf(interval_detectable_ratio(0.1, 1, 0.05)));
	assert_true(isnan(interval_sd_log(one, one, 1, 0.005)));
}

static void ratio_pairs_inside_blocks(void **state)
{
	(void)state;
	/* each block twice as slow as the one before; a is always 1.2 times b */
	static const double a[] = { 1.2, 2.4, 4.8, 9.6 }, b[] = { 1, 2, 4, 8 };
	struct interval ratio = interval_ratio(a, b, 4, 0.005, 0.95);
	assert_near(ratio.value, 1.2, 1e-14);
	assert_near(ratio.low, 1.2, 1e-12);
	assert_near(ratio.high, 1.2, 1e-12);
	assert_true(interval_sd_log(a, b, 4, 0.005) < 1e-14);
	struct interval inverse = interval_ratio(b, a, 4, 0.005, 0.95);
	assert_near(inverse.value * ratio.value, 1, 1e-14);
}

static void wilson(void **state)
{
	(void)state;
	/* Newcombe 1998, table I */
	static const struct {
		size_t successes, n;
		double low, high;
	} rows[] = {
		{ 81, 263, 0.2553, 0.3662 }, { 15, 148, 0.0624, 0.1605 }, { 0, 20, 0, 0.1611 },
		{ 1, 29, 0.0061, 0.1718 }, { 20, 20, 0.8389, 1 },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct interval interval = interval_wilson(rows[i].successes, rows[i].n, 0.95);
		assert_true(fabs(interval.low - rows[i].low) < 5e-5);
		assert_true(fabs(interval.high - rows[i].high) < 5e-5);
	}
	assert_true(interval_wilson(0, 20, 0.95).low == 0 && interval_wilson(20, 20, 0.95).high == 1);
}

static void detectable(void **state)
{
	(void)state;
	/* (2.5705818 + 0.9195438)·0.1/√6 */
	assert_near(log(interval_detectable_ratio(0.1, 6, 0.05)), 0.1424837, 1e-6);
	for (size_t blocks = 3; blocks < 100; blocks++)
		assert_true(interval_detectable_ratio(0.1, blocks, 0.05)
			< interval_detectable_ratio(0.1, blocks - 1, 0.05));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(t_quantiles),
		cmocka_unit_test(t_closed_forms),
		cmocka_unit_test(quantile_inverts_cdf),
		cmocka_unit_test(geometric),
		cmocka_unit_test(what_never_varies_has_no_scatter),
		cmocka_unit_test(too_few_values),
		cmocka_unit_test(ratio_pairs_inside_blocks),
		cmocka_unit_test(wilson),
		cmocka_unit_test(detectable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
