#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "stats/permutation.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Counted by hand over all sign patterns. */
static void exact_p(void **state)
{
	(void)state;
	static const struct {
		double differences[8];
		size_t count;
		double p;
	} rows[] = {
		{ { 5 }, 1, 1 },
		{ { 1, 2 }, 2, 0.5 },
		{ { 1, 2, 3 }, 3, 0.25 },          /* only all plus and all minus reach 6 */
		{ { 1, 2, -3 }, 3, 1 },            /* 0 is reached by all */
		{ { 1, 1, 1, 1, 1, 1 }, 6, 2.0 / 64 },
		{ { 1, 1, 1, 1, 1, -1 }, 6, 14.0 / 64 }, /* ties: 6, and six ways to 4, twice */
		{ { 0.1, 0.1, 0.1, 0.1, 0.1, -0.1 }, 6, 14.0 / 64 }, /* equal only up to rounding */
		{ { 0, 0, 0 }, 3, 1 },
		{ { -1, -2, -4, -8, -16, -32, -64 }, 7, 2.0 / 128 },
	};
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_true(permutation_sign_flip(rows[i].differences, rows[i].count, 1) == rows[i].p);
}

/* Counted over all sign patterns, one by one: of numbers that seldom tie, and of such that often do. */
static void exact_p_is_the_count_of_all_patterns(void **state)
{
	(void)state;
	struct rng rng;
	rng_seed(&rng, 3, "patterns");
	for (size_t run = 0; run < 400; run++) {
		double differences[12], total = 0;
		size_t count = 1 + run % 12, hits = 0;
		for (size_t i = 0; i < count; i++) {
			differences[i] = run % 2 ? rng_unit(&rng) - 0.4 : (double)rng_below(&rng, 4) - 1;
			total += differences[i];
		}
		for (size_t pattern = 0; pattern < (size_t)1 << count; pattern++) {
			double sum = 0;
			for (size_t i = 0; i < count; i++)
				sum += pattern >> i & 1 ? differences[i] : -differences[i];
			hits += fabs(sum) >= fabs(total) - 1e-9;
		}
		assert_true(permutation_sign_flip(differences, count, 1) == (double)hits / (double)((size_t)1 << count));
	}
}

static void nothing_to_test(void **state)
{
	(void)state;
	static const double broken[] = { 1, NAN };
	assert_true(isnan(permutation_sign_flip(broken, 0, 1)));
	assert_true(isnan(permutation_sign_flip(broken, 2, 1)));
}

static void sign_and_order_do_not_matter(void **state)
{
	(void)state;
	static const double a[] = { 0.3, -0.1, 0.25, 0.4, 0.02, 0.11, -0.07, 0.5 };
	double negated[8], reversed[8];
	for (size_t i = 0; i < 8; i++) {
		negated[i] = -a[i];
		reversed[7 - i] = a[i];
	}
	double p = permutation_sign_flip(a, 8, 1);
	assert_true(permutation_sign_flip(negated, 8, 2) == p);
	assert_true(permutation_sign_flip(reversed, 8, 3) == p);
	assert_true(p >= 2.0 / 256 && p < 1);
}

/* 20 blocks are exact, 21 are drawn: adding a block without difference must change p by no
 * more than the draws scatter (0.0005 at p = 0.03, five sd: 0.003). */
static void drawn_p_agrees_with_exact(void **state)
{
	(void)state;
	double differences[21] = { 0 };
	struct rng rng;
	rng_seed(&rng, 1, "drawn");
	for (size_t i = 0; i < 20; i++)
		differences[i] = rng_unit(&rng) - 0.35;
	double exact = permutation_sign_flip(differences, 20, 1);
	double drawn = permutation_sign_flip(differences, 21, 1);
	assert_true(exact > 0.001 && exact < 0.5);
	assert_true(fabs(exact - drawn) < 5 * sqrt(exact / 100000));
	assert_true(drawn == permutation_sign_flip(differences, 21, 1));
	assert_true(drawn != permutation_sign_flip(differences, 21, 2));
	for (size_t i = 0; i < 21; i++)
		differences[i] = 1;
	assert_true(permutation_sign_flip(differences, 21, 1) >= 1.0 / 100001);
}

static void holm(void **state)
{
	(void)state;
	static const struct {
		double p[4], adjusted[4];
		size_t count;
	} rows[] = {
		{ { 0.01, 0.04, 0.03, 0.005 }, { 0.03, 0.06, 0.06, 0.02 }, 4 },
		{ { 0.5, 0.6, 0.7, 0.8 }, { 1, 1, 1, 1 }, 4 },
		{ { 0.02 }, { 0.02 }, 1 },
		{ { 0.25, 0.25 }, { 0.5, 0.5 }, 2 },
		{ { 0.01, NAN, 0.02 }, { 0.03, NAN, 0.04 }, 3 }, /* a comparison made counts */
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		double adjusted[4];
		permutation_holm(rows[i].p, adjusted, rows[i].count);
		for (size_t c = 0; c < rows[i].count; c++) {
			if (isnan(rows[i].adjusted[c]))
				assert_true(isnan(adjusted[c]));
			else
				assert_true(fabs(adjusted[c] - rows[i].adjusted[c]) < 1e-15);
		}
	}
	permutation_holm(NULL, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_p),
		cmocka_unit_test(exact_p_is_the_count_of_all_patterns),
		cmocka_unit_test(nothing_to_test),
		cmocka_unit_test(sign_and_order_do_not_matter),
		cmocka_unit_test(drawn_p_agrees_with_exact),
		cmocka_unit_test(holm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
