/* How many independent samples a launch's tail is worth. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_LATENCY_TAIL_H
#define WASMOGRAPH_STATS_LATENCY_TAIL_H

#include <stddef.h>

/* n ÷ (1 + 2·Σ ρ_k) for the indicator "above the quantile p" of values in their order; ρ its
 * autocorrelation, summed while pairs ρ_2k + ρ_2k+1 stay positive (Geyer 1992, initial
 * positive sequence); at most n. Where nothing lies above the quantile (ties at the top),
 * "at or above"; n where that is true of all. NaN for n = 0. */
double latency_effective_n(const double *values, size_t count, double p);

#endif
