/* How often the rules of docs/METHOD.md §3 and §6 speak up when nothing changed, and how
 * often when something did; and the simulations that decided for these rules and against
 * others. All seeded: every run is the same run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "stats/changepoint.h"
#include "stats/interval.h"
#include "stats/permutation.h"
#include "stats/quantile.h"
#include "stats/simulate.h"
#include "stats/verdict.h"

enum { BLOCKS_MAX = 20, COMPARISONS_MAX = 6 };

/* Values of an arm and of its partner in K blocks: a level each of launch sd `sd`, and the
 * machine's drift, a random walk from block to block that both share. */
struct pairs {
	double a[BLOCKS_MAX], b[BLOCKS_MAX];
	size_t blocks;
};

static struct pairs draw_pairs(size_t blocks, double ratio, double sd, double drift, struct rng *rng)
{
	struct pairs pairs = { .blocks = blocks };
	double machine = 0;
	for (size_t i = 0; i < blocks; i++) {
		machine += drift * simulate_normal(rng);
		pairs.a[i] = ratio * exp(machine + sd * simulate_normal(rng));
		pairs.b[i] = exp(machine + sd * simulate_normal(rng));
	}
	return pairs;
}

static double p_of(const struct pairs *pairs)
{
	double logs[BLOCKS_MAX];
	interval_log_ratios(pairs->a, pairs->b, pairs->blocks, 0.005, logs);
	return permutation_sign_flip(logs, pairs->blocks, 1);
}

static enum verdict_comparison verdict_of(const struct pairs *pairs, double p, size_t comparisons)
{
	struct verdict_input input = { .p_adjusted = p, .comparisons = comparisons,
		.ratio = interval_ratio(pairs->a, pairs->b, pairs->blocks, 0.005, 0.95) };
	return verdict_compare(&input);
}

static bool is_alarm(enum verdict_comparison verdict)
{
	return verdict == VERDICT_REGRESSED || verdict == VERDICT_IMPROVED;
}

/* With 2^(K−1) equally likely values of p, their counts are multinomial: the statistic must
 * lie below the χ² quantile for 1 in 10,000 (Wilson & Hilferty's approximation). */
static void a_a_p_values_are_uniform(void **state)
{
	(void)state;
	enum { RUNS = 64000, VALUES_MAX = 1 << 9 };
	static const size_t sizes[] = { 6, 8, 10 };
	static const double tails[] = { 1, 3 }; /* normal; cubed: scatter with far outliers */
	for (size_t k = 0; k < 6; k++) {
		size_t blocks = sizes[k / 2], values = (size_t)1 << (blocks - 1);
		size_t counts[VALUES_MAX] = { 0 };
		struct rng rng;
		rng_seed(&rng, k, "uniform");
		for (size_t run = 0; run < RUNS; run++) {
			double differences[BLOCKS_MAX];
			for (size_t i = 0; i < blocks; i++)
				differences[i] = pow(simulate_normal(&rng), tails[k % 2]);
			double p = permutation_sign_flip(differences, blocks, 1);
			double step = p * (double)values;
			assert_true(step >= 1 && step == floor(step));
			counts[(size_t)step - 1]++;
		}
		double expected = (double)RUNS / (double)values, chi = 0, df = (double)values - 1;
		for (size_t i = 0; i < values; i++)
			chi += pow((double)counts[i] - expected, 2) / expected;
		double limit = df * pow(1 - 2 / (9 * df) + 3.719 * sqrt(2 / (9 * df)), 3);
		printf("A/A, K=%zu, %s: chi-square %.1f over %zu values of p (limit %.1f)\n", blocks,
			k % 2 ? "outliers" : "normal", chi, values, limit);
		assert_true(chi < limit);
	}
}

/* One comparison of two equal arms. */
static void a_a_verdicts(void **state)
{
	(void)state;
	enum { RUNS = 20000 };
	static const size_t sizes[] = { 6, 10, 20 };
	static const double sds[] = { 0.02, 0.05, 0.20 };
	for (size_t cell = 0; cell < 9; cell++) {
		size_t blocks = sizes[cell / 3], runs = blocks == 20 ? 400 : RUNS;
		size_t alarms = 0, significant = 0, equivalent = 0;
		struct rng rng;
		rng_seed(&rng, cell, "a/a");
		for (size_t run = 0; run < runs; run++) {
			struct pairs pairs = draw_pairs(blocks, 1, sds[cell % 3], 0.05, &rng);
			double p = p_of(&pairs);
			enum verdict_comparison verdict = verdict_of(&pairs, p, 1);
			alarms += is_alarm(verdict);
			significant += p <= 0.05;
			equivalent += verdict == VERDICT_EQUIVALENT;
		}
		struct interval rate = interval_wilson(significant, runs, 0.9999);
		printf("A/A, K=%zu, launch sd %2.0f %%: p <= 0.05 %.2f %%, regressed or improved %.2f %%, "
			"equivalent %.1f %%\n", blocks, 100 * sds[cell % 3], 100.0 * (double)significant / (double)runs,
			100.0 * (double)alarms / (double)runs, 100.0 * (double)equivalent / (double)runs);
		assert_true(rate.low <= 0.05);
		assert_true(alarms <= significant);
	}
}

/* Six comparisons with one reference arm, all equal: any false word at all. */
static void holm_keeps_the_family(void **state)
{
	(void)state;
	enum { RUNS = 20000, COMPARISONS = COMPARISONS_MAX };
	size_t blocks = verdict_least_blocks(COMPARISONS), raw = 0, adjusted = 0;
	struct rng rng;
	rng_seed(&rng, 3, "family");
	for (size_t run = 0; run < RUNS; run++) {
		double reference[BLOCKS_MAX], p[COMPARISONS], holm[COMPARISONS];
		for (size_t i = 0; i < blocks; i++)
			reference[i] = 0.05 * simulate_normal(&rng);
		bool any_raw = false, any = false;
		for (size_t c = 0; c < COMPARISONS; c++) {
			double differences[BLOCKS_MAX];
			for (size_t i = 0; i < blocks; i++)
				differences[i] = 0.05 * simulate_normal(&rng) - reference[i];
			p[c] = permutation_sign_flip(differences, blocks, 1);
			any_raw |= p[c] <= 0.05;
		}
		permutation_holm(p, holm, COMPARISONS);
		for (size_t c = 0; c < COMPARISONS; c++)
			any |= holm[c] <= 0.05;
		raw += any_raw;
		adjusted += any;
	}
	printf("6 comparisons of equal arms, K=%zu: at least one p <= 0.05 in %.1f %%, after Holm %.1f %%\n",
		blocks, 100.0 * (double)raw / RUNS, 100.0 * (double)adjusted / RUNS);
	assert_true(interval_wilson(adjusted, RUNS, 0.9999).low <= 0.05);
	assert_true((double)raw / RUNS > 0.1);
}

/* The printed "smallest detectable change" against what the whole rule then finds. */
static void power_at_the_detectable_ratio(void **state)
{
	(void)state;
	enum { RUNS = 4000 };
	static const size_t sizes[] = { 6, 7, 8, 10, 12 };
	for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
		double sd = 0.1, ratio = interval_detectable_ratio(sd * M_SQRT2, sizes[k], 0.05);
		size_t found = 0, by_t = 0;
		struct rng rng;
		rng_seed(&rng, k, "power");
		for (size_t run = 0; run < RUNS; run++) {
			struct pairs pairs = draw_pairs(sizes[k], ratio, sd, 0.05, &rng);
			found += verdict_of(&pairs, p_of(&pairs), 1) == VERDICT_REGRESSED;
			by_t += interval_ratio(pairs.a, pairs.b, sizes[k], 0.005, 0.95).low > 1;
		}
		printf("K=%zu, launch sd 10 %%: detectable ratio %.3f; t finds %.1f %%, the rule %.1f %%\n",
			sizes[k], ratio, 100.0 * by_t / RUNS, 100.0 * found / RUNS);
		assert_true(fabs((double)by_t / RUNS - 0.8) < 0.04);
		assert_true((double)found / RUNS > 0.6);
	}
}

/* Why a launch is the unit: two equal arms of ten launches, levels 5 % apart, compared as if
 * their 5,000 samples were independent (t on the pooled logarithms). */
static void pooling_raises_false_alarms(void **state)
{
	(void)state;
	enum { RUNS = 400, LAUNCHES = 10, POOLED = LAUNCHES * SIMULATE_SAMPLES };
	static double pooled[2][POOLED], due[SIMULATE_SAMPLES];
	static const struct simulate_shape shape = { "independent samples", 0, 1 };
	size_t pooled_alarms = 0, launch_alarms = 0;
	struct rng rng;
	rng_seed(&rng, 5, "pooled");
	for (size_t run = 0; run < RUNS; run++) {
		struct interval arm[2];
		double values[2][LAUNCHES];
		for (size_t a = 0; a < 2; a++) {
			for (size_t l = 0; l < LAUNCHES; l++) {
				double *samples = &pooled[a][l * SIMULATE_SAMPLES];
				double level = exp(0.05 * simulate_normal(&rng));
				simulate_launch(&rng, &shape, SIMULATE_SAMPLES, due, samples);
				for (size_t i = 0; i < SIMULATE_SAMPLES; i++)
					samples[i] *= level;
				values[a][l] = quantile(samples, SIMULATE_SAMPLES, 0.95);
			}
			/* at this confidence two intervals fail to overlap as often as t rejects at 5 % */
			arm[a] = interval_geometric(pooled[a], POOLED, 0.005, 0.8342);
		}
		pooled_alarms += arm[0].low > arm[1].high || arm[1].low > arm[0].high;
		struct interval ratio = interval_ratio(values[0], values[1], LAUNCHES, 0.005, 0.95);
		launch_alarms += ratio.low > 1 || ratio.high < 1;
	}
	printf("two equal arms, 10 launches of 500 samples, launch sd 5 %%: pooled samples differ at "
		"5 %% in %.0f %%, launches' P95 in %.1f %%\n", 100.0 * (double)pooled_alarms / RUNS,
		100.0 * (double)launch_alarms / RUNS);
	assert_true(interval_wilson(pooled_alarms, RUNS, 0.9999).low > 0.4);
	assert_true(interval_wilson(launch_alarms, RUNS, 0.9999).low <= 0.05);
}

/* Why arms pair inside blocks: 10 % slower, launch sd 5 %, a machine that drifts by 10 % (sd)
 * from block to block. */
static void pairing_removes_drift(void **state)
{
	(void)state;
	enum { RUNS = 4000, BLOCKS = 10 };
	size_t paired = 0, unpaired = 0;
	struct rng rng;
	rng_seed(&rng, 6, "drift");
	for (size_t run = 0; run < RUNS; run++) {
		struct pairs pairs = draw_pairs(BLOCKS, 1.1, 0.05, 0.1, &rng);
		paired += p_of(&pairs) <= 0.05;
		double pooled = 0, logs[2][BLOCKS], means[2] = { 0, 0 };
		for (size_t i = 0; i < BLOCKS; i++) {
			means[0] += (logs[0][i] = log(pairs.a[i])) / BLOCKS;
			means[1] += (logs[1][i] = log(pairs.b[i])) / BLOCKS;
		}
		for (size_t i = 0; i < 2 * BLOCKS; i++)
			pooled += pow(logs[i % 2][i / 2] - means[i % 2], 2) / (2 * BLOCKS - 2);
		double t = (means[0] - means[1]) / sqrt(pooled * 2 / BLOCKS);
		unpaired += interval_t_two_sided(t, 2 * BLOCKS - 2) <= 0.05;
	}
	printf("10 %% slower, launch sd 5 %%, drift 10 %% a block, 10 blocks: found in %.0f %% paired, "
		"%.0f %% unpaired\n", 100.0 * paired / RUNS, 100.0 * unpaired / RUNS);
	assert_true(paired > 2 * unpaired);
}

/* Why not a bootstrap of launches and samples: percentile interval of the geometric mean,
 * 200 draws. The samples' half is drawn as P95s of resampled launches. */
static bool bootstrap_holds(size_t launches, double sd, double truth, struct rng *rng)
{
	enum { DRAWS = 200, LAUNCHES_MAX = 20 };
	static const struct simulate_shape shape = { "independent samples", 0, 1 };
	double due[SIMULATE_SAMPLES], sorted[LAUNCHES_MAX][SIMULATE_SAMPLES], draws[DRAWS];
	for (size_t l = 0; l < launches; l++) {
		double level = exp(sd * simulate_normal(rng));
		simulate_launch(rng, &shape, SIMULATE_SAMPLES, due, sorted[l]);
		for (size_t i = 0; i < SIMULATE_SAMPLES; i++)
			sorted[l][i] *= level;
		quantile_sort(sorted[l], SIMULATE_SAMPLES);
	}
	for (size_t d = 0; d < DRAWS; d++) {
		double sum = 0;
		for (size_t l = 0; l < launches; l++) {
			const double *launch = sorted[rng_below(rng, (uint32_t)launches)];
			uint16_t drawn[SIMULATE_SAMPLES] = { 0 };
			for (size_t i = 0; i < SIMULATE_SAMPLES; i++)
				drawn[rng_below(rng, SIMULATE_SAMPLES)]++;
			size_t rank = 0, seen = drawn[0];
			while (seen < quantile_rank(SIMULATE_SAMPLES, 0.95))
				seen += drawn[++rank];
			sum += log(launch[rank]);
		}
		draws[d] = sum / (double)launches;
	}
	quantile_sort(draws, DRAWS);
	return quantile_sorted(draws, DRAWS, 0.025) <= truth && truth <= quantile_sorted(draws, DRAWS, 0.975);
}

static void bootstrap_needs_many_launches(void **state)
{
	(void)state;
	enum { RUNS = 400, TRUTH_LAUNCHES = 4000 };
	static const size_t sizes[] = { 3, 6, 20 };
	double due[SIMULATE_SAMPLES], samples[SIMULATE_SAMPLES], truth = 0;
	struct rng rng;
	rng_seed(&rng, 7, "bootstrap");
	for (size_t i = 0; i < TRUTH_LAUNCHES; i++) {
		simulate_launch(&rng, &(struct simulate_shape){ "", 0, 1 }, SIMULATE_SAMPLES, due, samples);
		truth += log(quantile(samples, SIMULATE_SAMPLES, 0.95)) / TRUTH_LAUNCHES;
	}
	for (size_t k = 0; k < 3; k++) {
		size_t held = 0;
		for (size_t run = 0; run < RUNS; run++)
			held += bootstrap_holds(sizes[k], 0.2, truth, &rng);
		printf("two-level bootstrap, launch sd 20 %%, K=%zu: covers %.0f %%\n", sizes[k],
			100.0 * (double)held / RUNS);
		if (sizes[k] == 3)
			assert_true(interval_wilson(held, RUNS, 0.9999).high < 0.93);
	}
}

/* Nights of build ÷ reference that scatter by `sd`, with a step of `ratio` after half. */
static size_t night_points(size_t nights, double sd, double ratio, struct rng *rng,
	struct changepoint *points, size_t capacity)
{
	double series[200];
	for (size_t i = 0; i < nights; i++)
		series[i] = (i < nights / 2 ? 1 : ratio) * exp(sd * simulate_normal(rng));
	return changepoint_find(series, nights, 50, 0.001, 0.05, points, capacity);
}

static void nightly_change_points(void **state)
{
	(void)state;
	enum { RUNS = 2000, NIGHTS = 100 };
	static const double sds[] = { 0.02, 0.05, 0.10 };
	struct changepoint points[8];
	for (size_t s = 0; s < 3; s++) {
		size_t false_series = 0, false_points = 0, found = 0;
		struct rng rng;
		rng_seed(&rng, s, "nights");
		for (size_t run = 0; run < RUNS; run++) {
			size_t count = night_points(NIGHTS, sds[s], 1, &rng, points, 8);
			false_points += count;
			false_series += count > 0;
			count = night_points(NIGHTS, sds[s], 1.1, &rng, points, 8);
			for (size_t i = 0; i < count && i < 8; i++)
				if (fabs((double)points[i].index - NIGHTS / 2) <= 3) {
					found++;
					break;
				}
		}
		printf("100 nights, sd %2.0f %%: change points without a change %.2f per series "
			"(%.1f %% of series have one); a step of 10 %% found within 3 nights in %.1f %%\n",
			100 * sds[s], (double)false_points / RUNS, 100.0 * (double)false_series / RUNS,
			100.0 * (double)found / RUNS);
		assert_true((double)found / RUNS > (s == 0 ? 0.99 : 0.5));
		if (s == 0) /* a step of 5 % is then far outside the scatter of levels */
			assert_true((double)false_points / RUNS < 0.02);
	}
}

static bool is_new(const struct changepoint *point, bool *seen, size_t nights)
{
	bool known = false; /* by a neighbour: more nights may shift a point a little */
	for (size_t i = 0; i < nights; i++)
		known |= seen[i] && fabs((double)i - (double)point->index) <= 3;
	seen[point->index] = true;
	return !known;
}

/* A series is looked at every night, so a chance cluster at its end has many chances. */
static void nightly_looks(void **state)
{
	(void)state;
	enum { RUNS = 200, NIGHTS = 100, FIRST = 10 };
	size_t points_seen = 0, looks = 0;
	struct rng rng;
	rng_seed(&rng, 8, "looks");
	for (size_t run = 0; run < RUNS; run++) {
		double series[NIGHTS];
		bool seen[NIGHTS] = { false };
		struct changepoint points[8];
		for (size_t i = 0; i < NIGHTS; i++)
			series[i] = exp(0.05 * simulate_normal(&rng));
		for (size_t nights = FIRST; nights <= NIGHTS; nights++, looks++) {
			size_t count = changepoint_find(series, nights, 50, 0.001, 0.05, points, 8);
			for (size_t i = 0; i < count && i < 8; i++)
				points_seen += is_new(&points[i], seen, NIGHTS);
		}
	}
	double per_100 = 100.0 * (double)points_seen / (double)looks;
	printf("sd 5 %%, looked at every night: %.2f new change points without a change per 100 nights\n",
		per_100);
	assert_true(per_100 < 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_a_p_values_are_uniform),
		cmocka_unit_test(a_a_verdicts),
		cmocka_unit_test(holm_keeps_the_family),
		cmocka_unit_test(power_at_the_detectable_ratio),
		cmocka_unit_test(pooling_raises_false_alarms),
		cmocka_unit_test(pairing_removes_drift),
		cmocka_unit_test(bootstrap_needs_many_launches),
		cmocka_unit_test(nightly_change_points),
		cmocka_unit_test(nightly_looks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
