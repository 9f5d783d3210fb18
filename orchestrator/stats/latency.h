/* From one launch's sample columns to its figures. Pure; any thread; nothing is kept.
 *
 * Words as in docs/METHOD.md: response = returned − due, service = returned − sent,
 * lateness = sent − due; a spike is a response over the threshold, an episode a run of
 * late samples not separated by one on time. All times in ms on the sender's clock;
 * missing times are NaN. */
#ifndef WASMOGRAPH_STATS_LATENCY_H
#define WASMOGRAPH_STATS_LATENCY_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/latency_episode.h"
#include "stats/latency_samples.h"

/* Percentiles are nearest ranks over all measured samples, missing replies at their lower
 * bound (stats/latency_samples.h). */
struct latency_summary {
	size_t measured;       /* samples that are not cold */
	size_t unanswered;     /* of these, counted at drain_end − due (a lower bound) */
	double response_p50, response_p95, response_p99, response_worst;
	double service_p50, service_p95; /* NaN when nothing was sent */
	double lateness_p50, lateness_p95;
	double cold_response_p95; /* NaN without cold samples */
	double effective_n;    /* of the indicator "above P95", from its autocorrelation */
	double effective_n_p99; /* of the indicator "above P99" */
	bool p95_supported;    /* effective_n ≥ 72 (Binomial, independent): else "too few" */
	bool p99_supported;    /* effective_n_p99 ≥ 368 */
	size_t over_threshold, over_5ms, over_50ms, over_100ms; /* samples */
	size_t episodes;
	double episodes_per_minute;   /* over the window; NaN for a single sample */
	double stalled_ms_per_second; /* union of [due, returned] of spikes inside the window ÷ window */
	double longest_episode_ms;    /* 0 without one */
	double window_ms;      /* first due to last due + mean interval; NaN for a single sample */
	bool unsteady;         /* a change point in the level inside the window (latency_trend.h) */
	bool on_cliff;         /* 3–7 % of samples pass the threshold */
	bool saturated;        /* the backlog still grows at the window's end (latency_trend.h) */
};

/* threshold_ms > 0. Returns 0, or −1 with `what` set to a static sentence when the columns
 * contradict each other (latency_check()): that launch has failed. */
int latency_summarise(const struct latency_samples *samples, double threshold_ms,
	struct latency_summary *summary, const char **what);

#endif
