/* Durations in flat memory: count, sum, longest, and a histogram that gives quantiles within 1.6 %.
 *
 * Whole µs; up to 64 µs each has a bucket of its own, above them every power of two has 32. Pure.
 * Ownership: trace_durations_release(); an all-zero struct is empty. */
#ifndef WASMOGRAPH_TRACE_DURATIONS_H
#define WASMOGRAPH_TRACE_DURATIONS_H

#include <stdint.h>

struct trace_durations {
	uint64_t count;
	uint64_t negative;       /* counted as 0 */
	double sum_us, longest_us;
	uint32_t *buckets;       /* private; NULL before the first */
};

void trace_durations_release(struct trace_durations *durations);

/* Those beyond 12 days count as 12 days; NAN is ignored. */
void trace_durations_add(struct trace_durations *durations, double us);

/* The nearest rank's value (0 < quantile ≤ 1), at most longest_us; NAN when empty. */
double trace_durations_quantile_us(const struct trace_durations *durations, double quantile);

#endif
