/* Intervals between two sets of launches that no blocks pair: traced launches against untraced
 * ones. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_INTERVAL_UNPAIRED_H
#define WASMOGRAPH_STATS_INTERVAL_UNPAIRED_H

#include "stats/interval.h"

/* Geometric mean of a ÷ geometric mean of b, all raised to `floor` (> 0), with Student's
 * interval on the difference of log means, pooled variance, na + nb − 2 degrees of freedom
 * (Student 1908; the two sets are assumed to scatter alike). With a single value in a set this
 * is the prediction interval of the other set. n = na; bounds NaN for na + nb < 3, all NaN when
 * a set is empty. */
struct interval interval_unpaired_ratio(const double *a, size_t na, const double *b, size_t nb,
	double floor, double confidence);

/* Rate of a ÷ rate of b, from counts of events and the time each was watched (> 0, one unit):
 * exact conditional interval of two Poisson rates (Przyborowski & Wilenski 1940; Clopper &
 * Pearson 1934 on a's share of all events). Events that come in clumps scatter more than that.
 * value and high are infinite when only a has events; everything is NaN when neither has.
 * n = the events of both. */
struct interval interval_rate_ratio(size_t events_a, double time_a, size_t events_b, double time_b,
	double confidence);

#endif
