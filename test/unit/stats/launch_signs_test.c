/* How well the marks of one launch (saturated, unsteady, too few) tell what they are for from
 * what they are not: by simulation, all seeded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>

#include "base/rng.h"
#include "stats/latency.h"
#include "stats/latency_tail.h"
#include "stats/latency_trend.h"
#include "stats/quantile.h"
#include "stats/simulate.h"

enum { LAUNCHES = 500, SAMPLES_MAX = 6000 };

static const struct simulate_shape shapes[] = {
	{ "independent samples", 0, 1 },
	{ "short stalls, often", 60, 15 },
	{ "longer stalls", 150, 30 },
	{ "short stalls, seldom", 1000, 8 },
	{ "stalls of 1 % of the time", 3000, 30 },
	{ "stalls of 5 % of the time", 570, 30 },
};
enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]) };

struct columns {
	double due[SAMPLES_MAX], returned[SAMPLES_MAX], response[SAMPLES_MAX];
};

static struct latency_samples samples_of(const struct columns *columns, size_t count,
	double drain_end_ms)
{
	return (struct latency_samples){ .count = count, .due = columns->due, .sent = columns->due,
		.received = columns->due, .replied = columns->due, .returned = columns->returned,
		.drain_end_ms = drain_end_ms };
}

/* One server, first come first served: service times of mean `busy` × the interval, of which
 * a gamma-like half is fixed and half exponential; replies after the drain never come. */
static struct latency_samples draw_queue(struct columns *columns, size_t count, double busy,
	double stall_from_ms, double stall_ms, struct rng *rng)
{
	double free_at = 0, mean = busy * SIMULATE_INTERVAL_MS;
	for (size_t i = 0; i < count; i++) {
		columns->due[i] = ((double)i + rng_unit(rng)) * SIMULATE_INTERVAL_MS;
		double start = fmax(free_at, columns->due[i]);
		if (start >= stall_from_ms && start < stall_from_ms + stall_ms)
			start = stall_from_ms + stall_ms;
		free_at = start + mean / 2 + simulate_exponential(rng, mean / 2);
		columns->returned[i] = free_at;
	}
	double drain_end_ms = columns->due[count - 1] + 1000;
	for (size_t i = 0; i < count; i++)
		if (columns->returned[i] > drain_end_ms)
			columns->returned[i] = NAN;
	return samples_of(columns, count, drain_end_ms);
}

static void saturation(void **state)
{
	(void)state;
	static const struct {
		size_t count;
		double busy, stall_share; /* of the window, a stall over its end */
		double low, high;         /* percent of launches marked */
	} rows[] = {
		{ 500, 0.30, 0, 0, 0 }, { 500, 0.80, 0, 0, 1 }, { 500, 0.90, 0, 0, 5 },
		{ 500, 0.50, 0.1, 0, 0 }, { 500, 0.50, 0.3, 0, 0 }, { 500, 0.80, 0.3, 0, 5 },
		{ 500, 1.10, 0, 90, 100 }, { 500, 1.50, 0, 100, 100 }, { 500, 4.00, 0, 100, 100 },
		{ 6000, 0.90, 0, 0, 0 }, { 6000, 1.05, 0, 95, 100 }, { 6000, 3.00, 0, 100, 100 },
		{ 500, 0.50, 0.6, 100, 100 }, /* a hang over the whole last half never drained */
	};
	static struct columns columns;
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		size_t marked = 0;
		struct rng rng;
		rng_seed(&rng, r, "saturation");
		double window = (double)rows[r].count * SIMULATE_INTERVAL_MS;
		for (size_t i = 0; i < LAUNCHES; i++) {
			/* the stall ends 100 ms after the window */
			double from = rows[r].stall_share > 0 ? window * (1 - rows[r].stall_share) : INFINITY;
			struct latency_samples samples = draw_queue(&columns, rows[r].count, rows[r].busy,
				from, window * rows[r].stall_share + 100, &rng);
			marked += latency_is_saturated(&samples);
		}
		double percent = 100.0 * (double)marked / LAUNCHES;
		printf("%zu samples, busy %3.0f %%, stall over the last %2.0f %%: saturated %.1f %%\n",
			rows[r].count, 100 * rows[r].busy, 100 * rows[r].stall_share, percent);
		assert_true(percent >= rows[r].low && percent <= rows[r].high);
	}
}

static void draw_responses(struct columns *columns, const struct simulate_shape *shape,
	size_t count, struct rng *rng)
{
	simulate_launch(rng, shape, count, columns->due, columns->response);
}

static double percent_unsteady(const struct simulate_shape *shape, size_t count, double step,
	double from_share)
{
	static struct columns columns;
	size_t marked = 0;
	struct rng rng;
	rng_seed(&rng, count, shape->name);
	for (size_t i = 0; i < LAUNCHES; i++) {
		draw_responses(&columns, shape, count, &rng);
		for (size_t s = 0; s < count; s++)
			if ((double)s >= from_share * (double)count)
				columns.response[s] *= step;
		marked += latency_is_unsteady(columns.response, count);
	}
	return 100.0 * (double)marked / LAUNCHES;
}

static void unsteadiness(void **state)
{
	(void)state;
	for (size_t s = 0; s < SHAPES; s++) {
		double none = percent_unsteady(&shapes[s], 500, 1, 0);
		double none_long = percent_unsteady(&shapes[s], 6000, 1, 0);
		double small = percent_unsteady(&shapes[s], 500, 1.25, 0.5);
		double small_long = percent_unsteady(&shapes[s], 6000, 1.25, 0.5);
		double third = percent_unsteady(&shapes[s], 500, 2, 0.3);
		printf("unsteady, %s: steady %.1f %% (6000 samples %.1f %%), +25 %% at half %.1f %% (%.1f %%), "
			"doubled at 30 %% %.1f %%\n", shapes[s].name, none, none_long, small, small_long, third);
		assert_true(none <= 3 && none_long <= 1);
		assert_true(small_long >= 90 && third >= (shapes[s].gap_ms > 0 ? 40 : 99));
	}
}

/* One stall somewhere, of 2 to 15 % of the window. */
static void one_stall_is_not_unsteady(void **state)
{
	(void)state;
	static struct columns columns;
	for (double share = 0.02; share < 0.16; share += 0.0433) {
		size_t marked = 0;
		struct rng rng;
		rng_seed(&rng, 9, "one stall");
		for (size_t i = 0; i < LAUNCHES; i++) {
			draw_responses(&columns, &shapes[0], 500, &rng);
			size_t length = (size_t)(share * 500);
			size_t first = rng_below(&rng, (uint32_t)(500 - length + 1));
			for (size_t s = 0; s < length; s++)
				columns.response[first + s] += 5.0 * (double)(length - s);
			marked += latency_is_unsteady(columns.response, 500);
		}
		double percent = 100.0 * (double)marked / LAUNCHES;
		printf("unsteady, one stall of %.0f %% of the window: %.1f %%\n", 100 * share, percent);
		assert_true(percent <= (share < 0.12 ? 2 : 5)); /* 15 % is close to a fifth */
	}
}

/* The effective n against what it stands for: how much wider than Binomial(n, 5 %) the number
 * of samples beyond the population's P95 scatters. */
static void effective_n(void **state)
{
	(void)state;
	static struct columns columns;
	static double all[LAUNCHES * 500];
	for (size_t s = 0; s < SHAPES; s++) {
		struct rng rng;
		double sum = 0, mean = 0, square = 0;
		size_t supported = 0;
		rng_seed(&rng, 10, shapes[s].name);
		for (size_t i = 0; i < LAUNCHES; i++) {
			draw_responses(&columns, &shapes[s], 500, &rng);
			for (size_t k = 0; k < 500; k++)
				all[i * 500 + k] = columns.response[k];
			double n = latency_effective_n(columns.response, 500, 0.95);
			sum += n / LAUNCHES;
			supported += n >= (double)quantile_least_count(0.95, 0.95);
		}
		double level = quantile(all, LAUNCHES * 500, 0.95);
		for (size_t i = 0; i < LAUNCHES; i++) {
			double beyond = 0;
			for (size_t k = 0; k < 500; k++)
				beyond += all[i * 500 + k] > level;
			mean += beyond / LAUNCHES;
			square += beyond * beyond / LAUNCHES;
		}
		double true_n = 500 * (500 * 0.05 * 0.95) / (square - mean * mean);
		printf("effective n of 500, %s: estimated %.0f, true %.0f; supports a P95 in %.0f %%\n",
			shapes[s].name, sum, true_n, 100.0 * (double)supported / LAUNCHES);
		if (s == 0)
			assert_true(sum > 300 && supported == LAUNCHES);
		if (s == 1 || s == 2)
			assert_true(sum / true_n > 0.5 && sum / true_n < 2);
	}
}

/* What the one-launch interval covers, long launches and short. */
static void one_launch_interval(void **state)
{
	(void)state;
	enum { RUNS = 150 };
	static const size_t counts[] = { 500, 6000 };
	static struct columns columns;
	static double all[40 * SAMPLES_MAX];
	for (size_t s = 0; s < 3; s++) {
		struct rng rng;
		rng_seed(&rng, 11, shapes[s].name);
		for (size_t i = 0; i < 40; i++) {
			draw_responses(&columns, &shapes[s], SAMPLES_MAX, &rng);
			for (size_t k = 0; k < SAMPLES_MAX; k++)
				all[i * SAMPLES_MAX + k] = columns.response[k];
		}
		double truth = quantile(all, 40 * SAMPLES_MAX, 0.95);
		for (size_t c = 0; c < 2; c++) {
			size_t held = 0, by_rank = 0, low_rank, high_rank;
			assert_int_equal(quantile_ranks(counts[c], 0.95, 0.95, &low_rank, &high_rank), 0);
			for (size_t run = 0; run < RUNS; run++) {
				double low, high;
				draw_responses(&columns, &shapes[s], counts[c], &rng);
				assert_int_equal(quantile_block_interval(columns.response, counts[c], 0.95, 0.95,
					20, run, &low, &high), 0);
				held += low <= truth && truth <= high;
				quantile_sort(columns.response, counts[c]);
				by_rank += columns.response[low_rank - 1] <= truth
					&& truth <= columns.response[high_rank - 1];
			}
			double percent = 100.0 * (double)held / RUNS, ranks = 100.0 * (double)by_rank / RUNS;
			printf("one launch of %zu, %s: blocks of 20 cover %.0f %%, binomial ranks %.0f %%\n",
				counts[c], shapes[s].name, percent, ranks);
			assert_true(percent > 75);
			if (s == 0)
				assert_true(ranks > 90);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saturation),
		cmocka_unit_test(unsteadiness),
		cmocka_unit_test(one_stall_is_not_unsteady),
		cmocka_unit_test(effective_n),
		cmocka_unit_test(one_launch_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
