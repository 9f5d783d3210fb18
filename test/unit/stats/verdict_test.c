#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "stats/verdict.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct verdict_range exactly(double value)
{
	return (struct verdict_range){ value, value };
}

static void comparisons(void **state)
{
	(void)state;
	static const struct {
		double value, low, high, p;
		size_t blocks, comparisons;
		bool failures_differ;
		enum verdict_comparison expected;
	} rows[] = {
		{ 1.20, 1.10, 1.30, 0.03125, 6, 1, false, VERDICT_REGRESSED },
		{ 1.20, 1.10, 1.30, 0.03125, 5, 1, false, VERDICT_TOO_FEW },
		{ 1.20, 1.10, 1.30, 0.03125, 6, 2, false, VERDICT_TOO_FEW },
		{ 1.20, 1.10, 1.30, 0.03125, 7, 3, false, VERDICT_REGRESSED },
		{ 1.20, 1.10, 1.30, 0.0501, 10, 1, false, VERDICT_UNDECIDED },
		{ 1.20, 1.10, 1.30, 0.05, 10, 1, false, VERDICT_REGRESSED },
		{ 1.05, 1.01, 1.09, 0.01, 10, 1, false, VERDICT_UNDECIDED }, /* not beyond 1.05 */
		{ 1.04, 1.03, 1.05, 0.01, 10, 1, false, VERDICT_EQUIVALENT }, /* real, and small */
		{ 1.04, 1.03, 1.051, 0.01, 10, 1, false, VERDICT_UNDECIDED },
		{ 0.80, 0.70, 0.90, 0.01, 10, 1, false, VERDICT_IMPROVED },
		{ 0.955, 0.94, 0.97, 0.01, 10, 1, false, VERDICT_UNDECIDED }, /* 1/1.05 = 0.952 */
		{ 1.00, 0.97, 1.03, 0.9, 10, 1, false, VERDICT_EQUIVALENT },
		{ 1.00, 0.951, 1.03, 0.9, 10, 1, false, VERDICT_UNDECIDED },
		{ 1.00, 0.90, 1.10, 0.9, 10, 1, false, VERDICT_UNDECIDED },
		{ 1.00, 0.97, 1.03, 0.9, 10, 1, true, VERDICT_FORBIDDEN },
		{ 0.80, 0.70, 0.90, 0.01, 10, 1, true, VERDICT_FORBIDDEN },
		{ 1.20, 1.10, 1.30, 0.01, 10, 1, true, VERDICT_REGRESSED },
		{ 1.00, 0.90, 1.10, 0.9, 10, 1, true, VERDICT_UNDECIDED },
		{ 1.20, 1.10, 1.30, NAN, 10, 1, false, VERDICT_UNDECIDED },
		{ NAN, NAN, NAN, NAN, 10, 1, false, VERDICT_TOO_FEW },
		{ NAN, NAN, NAN, NAN, 0, 1, false, VERDICT_TOO_FEW },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct verdict_input input = { .p_adjusted = rows[i].p, .comparisons = rows[i].comparisons,
			.ratio = { rows[i].value, rows[i].low, rows[i].high, rows[i].blocks },
			.failures_differ = rows[i].failures_differ };
		if (verdict_compare(&input) != rows[i].expected)
			fail_msg("row %zu: %s, not %s", i, verdict_comparison_name(verdict_compare(&input)),
				verdict_comparison_name(rows[i].expected));
	}
}

static void least_blocks(void **state)
{
	(void)state;
	static const size_t expected[] = { 6, 6, 7, 7, 8, 8, 8, 9, 9, 9, 9, 9, 9, 10 };
	for (size_t m = 1; m < COUNT(expected); m++)
		assert_int_equal(verdict_least_blocks(m), expected[m]);
}

static void claimed_numbers(void **state)
{
	(void)state;
	static const struct {
		double claimed, low, high;
		bool absolute;
		enum verdict_claim expected;
	} rows[] = {
		{ 100, 81, 124, false, CLAIM_CONFIRMED }, { 100, 80, 125, false, CLAIM_CONFIRMED },
		{ 100, 79, 124, false, CLAIM_UNDECIDED }, { 100, 81, 126, false, CLAIM_UNDECIDED },
		{ 100, 10, 1000, false, CLAIM_UNDECIDED }, { 100, 126, 130, false, CLAIM_REFUTED },
		{ 100, 10, 79, false, CLAIM_REFUTED }, { 100, 126, 130, true, CLAIM_UNDECIDED },
		{ 100, 501, 600, true, CLAIM_REFUTED }, { 100, 499, 600, true, CLAIM_UNDECIDED },
		{ 100, 1, 19, true, CLAIM_REFUTED }, { 100, 90, 110, true, CLAIM_CONFIRMED },
		{ 100, NAN, NAN, false, CLAIM_UNDECIDED }, { NAN, 1, 2, false, CLAIM_UNDECIDED },
		{ 0, 0, 0, false, CLAIM_CONFIRMED }, { 0, 0.1, 0.2, false, CLAIM_REFUTED },
		{ -10, -11, -9, false, CLAIM_CONFIRMED }, { -10, 9, 11, false, CLAIM_REFUTED },
		{ 420, 420, 420, false, CLAIM_CONFIRMED },
	};
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *why = NULL;
		struct interval measured = { (rows[i].low + rows[i].high) / 2, rows[i].low, rows[i].high, 6 };
		enum verdict_claim verdict = verdict_number(exactly(rows[i].claimed), measured, rows[i].absolute, &why);
		if (verdict != rows[i].expected)
			fail_msg("row %zu: %s, not %s", i, verdict_claim_name(verdict),
				verdict_claim_name(rows[i].expected));
		assert_non_null(why);
		assert_int_equal(verdict_number(exactly(rows[i].claimed), measured, rows[i].absolute, NULL), verdict);
	}
}

/* "12–18 ms": confirmed from 9.6 to 22.5, whatever the range's middle. */
static void claimed_ranges(void **state)
{
	(void)state;
	struct verdict_range range = { 12, 18 };
	struct interval low = { 10, 9.7, 10.3, 6 }, high = { 22, 21.6, 22.4, 6 }, above = { 24, 23, 25, 6 };
	struct interval across = { 22, 20, 24, 6 }, far = { 100, 95, 105, 6 };
	assert_int_equal(verdict_number(range, low, false, NULL), CLAIM_CONFIRMED);
	assert_int_equal(verdict_number(range, high, false, NULL), CLAIM_CONFIRMED);
	assert_int_equal(verdict_number(range, above, false, NULL), CLAIM_REFUTED);
	assert_int_equal(verdict_number(range, across, false, NULL), CLAIM_UNDECIDED);
	assert_int_equal(verdict_number(range, above, true, NULL), CLAIM_UNDECIDED);
	assert_int_equal(verdict_number(range, far, true, NULL), CLAIM_REFUTED);
	assert_true(verdict_number_blocks(range, across, false, 0.95) > 6);
}

/* Six values whose mean is 10 % under the claim and whose interval reaches past its edge: more of the
 * same must decide at the number given, and not at one less. */
static void blocks_needed(void **state)
{
	(void)state;
	double sd = 0.3, t = interval_t_quantile(0.975, 5);
	struct interval measured = { 90, 90 * exp(-t * sd / sqrt(6)), 90 * exp(t * sd / sqrt(6)), 6 };
	size_t blocks = verdict_number_blocks(exactly(100), measured, false, 0.95);
	assert_true(blocks > 6);
	for (size_t n = blocks - 1; n <= blocks; n++) {
		double half = interval_t_quantile(0.975, (double)(n - 1)) * sd / sqrt((double)n);
		struct interval later = { 90, 90 * exp(-half), 90 * exp(half), n };
		assert_int_equal(verdict_number(exactly(100), later, false, NULL),
			n == blocks ? CLAIM_CONFIRMED : CLAIM_UNDECIDED);
	}
	struct interval exact = { 90, 90, 90, 6 }, none = { 90, NAN, NAN, 1 };
	struct interval between = { 300, 290, 310, 6 }, near_edge = { 124.99, 100, 156.25, 6 };
	struct interval on_edge = { 125, 100, 156.25, 6 };
	assert_int_equal(verdict_number_blocks(exactly(100), exact, false, 0.95), 0);
	assert_int_equal(verdict_number_blocks(exactly(100), none, false, 0.95), 0);
	assert_int_equal(verdict_number_blocks(exactly(100), between, true, 0.95), 0); /* never decided */
	assert_int_equal(verdict_number_blocks(exactly(100), near_edge, false, 0.95), 10000);
	assert_int_equal(verdict_number_blocks(exactly(100), on_edge, false, 0.95), 0);
}

static void mechanisms_and_orderings(void **state)
{
	(void)state;
	static const struct {
		size_t observed, replicates;
		enum verdict_claim expected;
	} mechanisms[] = {
		{ 6, 6, CLAIM_CONFIRMED }, { 0, 6, CLAIM_REFUTED }, { 5, 6, CLAIM_UNDECIDED },
		{ 1, 6, CLAIM_UNDECIDED }, { 0, 0, CLAIM_UNDECIDED }, { 1, 1, CLAIM_CONFIRMED },
	};
	static const struct {
		double factor, low, high;
		enum verdict_claim expected;
	} orderings[] = {
		{ 1, 1.01, 2, CLAIM_CONFIRMED }, { 1, 1, 2, CLAIM_UNDECIDED }, { 1, 0.5, 0.99, CLAIM_REFUTED },
		{ 10, 9, 11, CLAIM_UNDECIDED }, { 10, 5, 9, CLAIM_REFUTED }, { 1, NAN, NAN, CLAIM_UNDECIDED },
	};
	const char *why;
	for (size_t i = 0; i < COUNT(mechanisms); i++)
		assert_int_equal(verdict_mechanism(mechanisms[i].observed, mechanisms[i].replicates, &why),
			mechanisms[i].expected);
	for (size_t i = 0; i < COUNT(orderings); i++) {
		struct interval ratio = { 1, orderings[i].low, orderings[i].high, 6 };
		assert_int_equal(verdict_exceeds(orderings[i].factor, ratio, &why), orderings[i].expected);
	}
}

static void names(void **state)
{
	(void)state;
	static const char *const comparison[] = { "too-few", "regressed", "improved", "equivalent",
		"undecided", "forbidden" };
	static const char *const claim[] = { "confirmed", "refuted", "undecided", "not-measurable" };
	assert_string_equal(verdict_claim_words(CLAIM_NOT_MEASURABLE), "not measurable");
	assert_string_equal(verdict_claim_words(CLAIM_REFUTED), "refuted");
	for (size_t i = 0; i < COUNT(comparison); i++)
		assert_string_equal(verdict_comparison_name((enum verdict_comparison)i), comparison[i]);
	for (size_t i = 0; i < COUNT(claim); i++)
		assert_string_equal(verdict_claim_name((enum verdict_claim)i), claim[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(comparisons),
		cmocka_unit_test(least_blocks),
		cmocka_unit_test(claimed_numbers), cmocka_unit_test(claimed_ranges),
		cmocka_unit_test(blocks_needed),
		cmocka_unit_test(mechanisms_and_orderings),
		cmocka_unit_test(names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
