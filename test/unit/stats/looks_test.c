/* How often a claim gets a wrong verdict when a run is looked at twice and goes on where the first look leaves it
 * undecided (docs/METHOD.md §7): by simulation, at the places where it is hardest to be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "stats/interval.h"
#include "stats/simulate.h"
#include "stats/verdict.h"

/* 20,000 runs: a rate of 5 % is off by at most 0.6 points (4 sd). */
enum { RUNS = 20000, BLOCKS_MOST = 12 };

static const double alpha = 0.05, claimed = 10, floor_ms = 0.005;
static const double allowance = 0.006;

struct effort {
	size_t blocks, most;
};

static const struct effort efforts[] = { { 2, 4 }, { 3, 6 }, { 6, 9 }, { 6, 12 } };
static const double sds[] = { 0.02, 0.1, 0.3 };

static enum verdict_claim look(const double *values, size_t count, double confidence)
{
	struct verdict_range range = { claimed, claimed };
	return verdict_number(range, interval_geometric(values, count, floor_ms, confidence), false, NULL);
}

/* One run of a thing that truly takes so long. */
static enum verdict_claim run(struct rng *rng, const struct effort *effort, double truth, double sd, double confidence)
{
	double values[BLOCKS_MOST];
	for (size_t i = 0; i < effort->most; i++)
		values[i] = truth * exp(sd * simulate_normal(rng));
	enum verdict_claim verdict = look(values, effort->blocks, confidence);
	return verdict == CLAIM_UNDECIDED ? look(values, effort->most, confidence) : verdict;
}

static double share(const struct effort *effort, double truth, double sd, double confidence, enum verdict_claim verdict)
{
	struct rng rng;
	size_t count = 0;
	rng_seed(&rng, 7, "looks");
	for (size_t i = 0; i < RUNS; i++)
		count += run(&rng, effort, truth, sd, confidence) == verdict;
	return (double)count / RUNS;
}

/* The truth is on an edge of the band, a hair outside or inside: there a verdict is wrong as often as it can be. An
 * interval can err on both sides, a verdict at an edge on one alone: half of alpha would do. */
static void wrong_verdicts_are_as_rare_as_promised(void **state)
{
	(void)state;
	static const double edges[] = { 1.25, 1 / 1.25 };
	double confidence = 1 - alpha / 2;
	for (size_t e = 0; e < sizeof efforts / sizeof *efforts; e++) {
		for (size_t s = 0; s < sizeof sds / sizeof *sds; s++) {
			for (size_t i = 0; i < 2; i++) {
				double away = i == 0 ? 1.000001 : 1 / 1.000001;
				double confirmed = share(&efforts[e], claimed * edges[i] * away, sds[s], confidence, CLAIM_CONFIRMED);
				double refuted = share(&efforts[e], claimed * edges[i] / away, sds[s], confidence, CLAIM_REFUTED);
				if (confirmed > alpha / 2 + allowance || refuted > alpha / 2 + allowance)
					fail_msg("%zu to %zu blocks, sd %g: wrongly confirmed %.3f, wrongly refuted %.3f", efforts[e].blocks,
						efforts[e].most, sds[s], confirmed, refuted);
			}
		}
	}
}

/* The share of runs of which no look's interval missed the truth. */
static double coverage(const struct effort *effort, double sd, double confidence)
{
	struct rng rng;
	size_t held = 0;
	rng_seed(&rng, 8, "coverage");
	for (size_t r = 0; r < RUNS; r++) {
		double values[BLOCKS_MOST];
		for (size_t i = 0; i < effort->most; i++)
			values[i] = exp(sd * simulate_normal(&rng));
		struct interval first = interval_geometric(values, effort->blocks, floor_ms, confidence);
		struct interval last = interval_geometric(values, effort->most, floor_ms, confidence);
		held += first.low <= 1 && first.high >= 1 && last.low <= 1 && last.high >= 1;
	}
	return (double)held / RUNS;
}

/* Corrected for two looks, both intervals of a run hold the truth in 95 % of the runs; without, they do not, which
 * shows that the simulation can see the difference. */
static void both_looks_hold_the_truth_together(void **state)
{
	(void)state;
	for (size_t e = 0; e < sizeof efforts / sizeof *efforts; e++) {
		double corrected = coverage(&efforts[e], 0.1, 1 - alpha / 2), plain = coverage(&efforts[e], 0.1, 1 - alpha);
		printf("%zu to %zu blocks: both intervals hold the truth in %.1f %% of runs, uncorrected in %.1f %%\n",
			efforts[e].blocks, efforts[e].most, 100 * corrected, 100 * plain);
		assert_true(corrected >= 1 - alpha - allowance);
		assert_true(plain < 1 - alpha - allowance);
	}
}

/* The correction costs: what is clear is decided all the same. */
static void clear_cases_are_decided(void **state)
{
	(void)state;
	double confidence = 1 - alpha / 2;
	assert_true(share(&efforts[2], claimed, 0.05, confidence, CLAIM_CONFIRMED) > 0.99);
	assert_true(share(&efforts[2], 2 * claimed, 0.1, confidence, CLAIM_REFUTED) > 0.99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_verdicts_are_as_rare_as_promised),
		cmocka_unit_test(both_looks_hold_the_truth_together),
		cmocka_unit_test(clear_cases_are_decided),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
