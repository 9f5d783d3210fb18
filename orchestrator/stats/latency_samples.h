/* One launch's sample columns, and whether they can be true. Pure; any thread.
 *
 * All times in ms; due, sent and returned on the sender's clock, received and replied on
 * the target's. Missing times are NaN. Ownership: the columns are borrowed. */
#ifndef WASMOGRAPH_STATS_LATENCY_SAMPLES_H
#define WASMOGRAPH_STATS_LATENCY_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>

struct latency_samples {
	size_t count;          /* cold ones included */
	size_t cold;           /* the first `cold` samples are warm-up */
	const double *due, *sent, *received, *replied, *returned; /* `count` each */
	double drain_end_ms;   /* when waiting for missing replies ended */
};

/* The coarsest clock that a page can have (without isolation): two readings of one clock
 * that contradict each other by less than this are equal. */
#define LATENCY_GRAIN_MS 0.1

/* 0, or −1 with `what` set to a static sentence when the columns contradict each other:
 * nothing measured; a due time missing or not later than the one before; sent before due, or
 * returned before sent, or replied before received, by more than the grain; returned though
 * never sent; a reply missing that was due after the drain's end. */
int latency_check(const struct latency_samples *samples, const char **what);

bool latency_is_answered(const struct latency_samples *samples, size_t index);

/* A sample's response = returned − due, with missing replies censored at drain_end: their
 * wait so far, which is a lower bound. */
double latency_response(const struct latency_samples *samples, size_t index);

/* sent − due; what was never sent waited until drain_end at least. */
double latency_lateness(const struct latency_samples *samples, size_t index);

/* returned − sent, censored likewise; NaN for what was never sent: it had no service. */
double latency_service(const struct latency_samples *samples, size_t index);

#endif
