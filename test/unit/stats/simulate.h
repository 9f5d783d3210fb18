/* Launches made up for the tests that check our statistics by simulation.
 *
 * A launch is SIMULATE_SAMPLES samples, one every 5 ms at a seeded place in its interval (as
 * docs/METHOD.md §1 has it), whose response is a log-normal noise around 1 ms, plus, while a
 * stall lasts, what is left of the stall. Stalls and the gaps between them have exponential
 * lengths. Everything comes from named seeds: every run of a test is the same run. */
#ifndef WASMOGRAPH_TEST_STATS_SIMULATE_H
#define WASMOGRAPH_TEST_STATS_SIMULATE_H

#include <math.h>
#include <stddef.h>

#include "base/rng.h"

enum { SIMULATE_SAMPLES = 500, SIMULATE_INTERVAL_MS = 5 };

#define SIMULATE_THRESHOLD_MS 16.7
#define SIMULATE_NOISE 0.3 /* sd of the logarithm of the response outside stalls */

struct simulate_shape {
	const char *name;
	double gap_ms;   /* mean time between stalls; 0 = there are none: independent samples */
	double stall_ms; /* mean length of a stall */
};

static inline double simulate_normal(struct rng *rng)
{
	double radius = sqrt(-2 * log(1 - rng_unit(rng)));
	return radius * cos(2 * M_PI * rng_unit(rng));
}

static inline double simulate_exponential(struct rng *rng, double mean)
{
	return -mean * log(1 - rng_unit(rng));
}

/* Fills due[0 … samples) and response[0 … samples), ms. */
static inline void simulate_launch(struct rng *rng, const struct simulate_shape *shape,
	size_t samples, double *due, double *response)
{
	double start = shape->gap_ms > 0 ? simulate_exponential(rng, shape->gap_ms) : INFINITY;
	double end = start + simulate_exponential(rng, shape->stall_ms);
	for (size_t i = 0; i < samples; i++) {
		due[i] = ((double)i + rng_unit(rng)) * SIMULATE_INTERVAL_MS;
		while (due[i] > end) {
			start = end + simulate_exponential(rng, shape->gap_ms);
			end = start + simulate_exponential(rng, shape->stall_ms);
		}
		response[i] = exp(SIMULATE_NOISE * simulate_normal(rng));
		if (due[i] >= start)
			response[i] += end - due[i];
	}
}

#endif
