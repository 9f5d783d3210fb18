/* Change points in a series of positive values, as Hunter finds them (Fleming et al. 2023,
 * arXiv 2301.03034; today Apache Otava): inside sliding windows the split that maximises the
 * energy distance (Matteson & James 2014), kept while Student's t-test finds it significant;
 * then a merge that throws out the weakest until all pass. Everything on logarithms, so that
 * a step of 5 % means the same everywhere and up and down weigh the same.
 *
 * Used for the nightly series build ÷ reference, and for the level inside a window
 * ("unsteady"). Pure; any thread. */
#ifndef WASMOGRAPH_STATS_CHANGEPOINT_H
#define WASMOGRAPH_STATS_CHANGEPOINT_H

#include <stddef.h>

struct changepoint {
	size_t index;   /* first value of the new level */
	double before;  /* geometric means of the stretches before and after */
	double after;
	double p;       /* of Student's t between them; not corrected for the search */
};

/* Finds change points with p < p_limit (0.001; ten times that in the first pass) and
 * max(after/before, before/after) − 1 ≥ smallest (0.05 = 5 %). Windows of `window` ≥ 2 values
 * (50) overlap by half. Values ≤ 0 are a bug and abort. Deterministic: no random draws.
 * Gives the count found; at most `capacity` are written, in order. */
size_t changepoint_find(const double *values, size_t count, size_t window, double p_limit,
	double smallest, struct changepoint *out, size_t capacity);

#endif
