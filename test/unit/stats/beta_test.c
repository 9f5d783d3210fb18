#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/beta.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Closed forms: I_x(1, b) = 1 − (1 − x)^b, I_x(a, 1) = x^a, I_x(2, 2) = x²(3 − 2x). */
static void closed_forms(void **state)
{
	(void)state;
	for (double x = 0; x <= 1; x += 0.0625) {
		assert_true(fabs(beta_regularised(x, 2, 2) - x * x * (3 - 2 * x)) < 1e-14);
		for (double shape = 0.5; shape < 200; shape *= 3) {
			assert_true(fabs(beta_regularised(x, shape, 1) - pow(x, shape)) < 1e-13);
			assert_true(fabs(beta_regularised(x, 1, shape) - (1 - pow(1 - x, shape))) < 1e-13);
		}
	}
}

static void mirrors(void **state)
{
	(void)state;
	for (double x = 0.01; x < 1; x += 0.07)
		for (double a = 0.3; a < 3000; a *= 7)
			assert_true(fabs(beta_regularised(x, a, 5) + beta_regularised(1 - x, 5, a) - 1) < 1e-12);
}

static void binomial(void **state)
{
	(void)state;
	static const struct {
		double k, n, p, expected;
	} rows[] = {
		{ -1, 10, 0.5, 0 }, { 10, 10, 0.5, 1 }, { 12, 10, 0.5, 1 }, { 0, 10, 0.5, 0x1p-10 },
		{ 4, 10, 0.5, 386.0 / 1024 }, { 9, 10, 0.5, 1023.0 / 1024 }, { 1, 3, 0.25, 54.0 / 64 },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(fabs(beta_binomial_cdf(rows[i].k, rows[i].n, rows[i].p) - rows[i].expected) < 1e-14);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(closed_forms),
		cmocka_unit_test(mirrors),
		cmocka_unit_test(binomial),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
