/* Intervals over launches and blocks: the unit of replication is one launch. Pure; any
 * thread.
 *
 * Formulas: Student t on logs of per-launch values, K − 1 degrees of freedom
 * (docs/METHOD.md §3 gives the simulation that decided for it). A NaN among the values makes
 * the whole interval NaN: callers leave out what is not valid. */
#ifndef WASMOGRAPH_STATS_INTERVAL_H
#define WASMOGRAPH_STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval_t.h"

struct interval {
	double value; /* NaN when there is nothing */
	double low;   /* NaN when K < 2 */
	double high;
	size_t n;     /* launches or blocks behind it */
};

/* Geometric mean of positive values with its t-interval. Values below `floor` (the clock's
 * grain, > 0) are raised to it, so that 0 has a logarithm and order is kept. */
struct interval interval_geometric(const double *values, size_t count, double floor,
	double confidence);

/* Arithmetic mean with t-interval: for rates and shares that may be 0. */
struct interval interval_arithmetic(const double *values, size_t count, double confidence);

/* Geometric mean of a[i]/b[i] over blocks: t on log ratios. */
struct interval interval_ratio(const double *a, const double *b, size_t count, double floor,
	double confidence);

/* log(a[i]/b[i]) with both raised to `floor`: what interval_ratio() and
 * permutation_sign_flip() work on. */
void interval_log_ratios(const double *a, const double *b, size_t count, double floor,
	double *logs);

/* Wilson score interval of k successes in n (Wilson 1927). NaN for n = 0. */
struct interval interval_wilson(size_t successes, size_t n, double confidence);

/* Smallest ratio > 1 that K paired blocks with this sd of log ratios detect with 80 %
 * power by a t-test at two-sided α: exp((t(1 − α/2) + t(0.8))·sd/√K), K − 1 degrees of
 * freedom; within 2 % (of the logarithm) of the exact noncentral t for K ≥ 6. Infinity for
 * K < 2. */
double interval_detectable_ratio(double sd_log, size_t blocks, double alpha);

double interval_sd_log(const double *a, const double *b, size_t count, double floor);

#endif
