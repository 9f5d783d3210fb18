/* Order statistics. Pure; any thread; nothing is kept. */
#ifndef WASMOGRAPH_STATS_QUANTILE_H
#define WASMOGRAPH_STATS_QUANTILE_H

#include <stddef.h>
#include <stdint.h>

void quantile_sort(double *values, size_t count); /* ascending; NaN is a bug and aborts */

/* Nearest rank: the ⌈p·n⌉-th smallest (Hyndman & Fan 1996, definition 1); p in (0, 1],
 * n ≥ 1, sorted input. */
double quantile_sorted(const double *sorted, size_t count, double p);

/* The same on unsorted input, by a sorted copy. NaN for count 0. */
double quantile(const double *values, size_t count, double p);

/* ⌈p·n⌉ for p in (0, 1], n ≥ 1, from 1. A product that misses a whole number only by
 * rounding (0.07·100 = 7.000000000000001) counts as that number. */
size_t quantile_rank(size_t count, double p);

/* Ranks (1-based) of a distribution-free interval for quantile p from n independent
 * samples at confidence c, at most (1 − c)/2 beyond either end: [*low, *high], or −1 when n
 * cannot hold it. From Binomial(n, p) (Conover 1999, §3.2). 0 < p < 1, 0 < c < 1. */
int quantile_ranks(size_t count, double p, double confidence, size_t *low, size_t *high);

/* Smallest n for which both ranks exist: 72 for P95, 368 for P99 at 95 %. */
size_t quantile_least_count(double p, double confidence);

/* Interval for a quantile of one launch's samples, which are not independent: percentile
 * bootstrap over moving blocks of `block` samples (Künsch 1989), 2,000 seeded draws. Blocks
 * should be longer than two stalls. Same units out as in. −1 when there are fewer than ten
 * blocks, or fewer samples than quantile_least_count(). What it covers: docs/METHOD.md. */
int quantile_block_interval(const double *values, size_t count, double p, double confidence,
	size_t block, uint64_t seed, double *low, double *high);

#endif
