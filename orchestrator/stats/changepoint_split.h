/* The two steps that finding change points is made of. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_CHANGEPOINT_SPLIT_H
#define WASMOGRAPH_STATS_CHANGEPOINT_SPLIT_H

#include <stddef.h>

/* The split of values[0 … count) that maximises the energy distance between values[0 … τ)
 * and values[τ … κ), over all 0 < τ < κ ≤ count (Matteson & James 2014, eq. 7, exponent 1).
 * *distance is that maximum. count ≥ 2. O(count³): meant for windows. */
size_t changepoint_split(const double *values, size_t count, double *distance);

/* p of Student's two-sample t-test with pooled variance, two-sided. 1 when there are fewer
 * than three values, or no difference at all; 0 for a difference without any scatter. */
double changepoint_t_test(const double *left, size_t left_count, const double *right,
	size_t right_count);

#endif
