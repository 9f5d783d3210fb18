/* Spikes joined into episodes. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_LATENCY_EPISODE_H
#define WASMOGRAPH_STATS_LATENCY_EPISODE_H

#include <stddef.h>

#include "stats/latency_samples.h"

/* A run of late samples (response > threshold) not separated by one on time. */
struct latency_episode {
	size_t first, last;    /* sample indices, inclusive; cold samples are in no episode */
	double start_ms;       /* first due */
	double length_ms;      /* last returned of the run − start */
	double worst_ms;       /* largest response */
};

/* Episodes in order; *count of them, the caller frees. */
struct latency_episode *latency_episodes(const struct latency_samples *samples,
	double threshold_ms, size_t *count);

/* Length of the union of [due, returned] of the spikes inside [first measured due, end_ms]. */
double latency_stalled_ms(const struct latency_samples *samples, double threshold_ms,
	double end_ms);

#endif
