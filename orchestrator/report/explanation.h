/* What `explain` tells of: launches, each with its result, and the shares of the causes by arm.
 *
 * Ownership: an explanation borrows everything but what explanation_shares() gives. Pure. */
#ifndef WASMOGRAPH_REPORT_EXPLANATION_H
#define WASMOGRAPH_REPORT_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/explain.h"

/* One launch that was traced. */
struct explanation_launch {
	const char *run;         /* NULL when the samples do not say */
	const char *launch;      /* its number as text; NULL likewise */
	const char *arm;         /* "" likewise */
	const struct trace_samples *samples;
	const struct explain_result *result;
	bool unrepresentative;   /* the arm's traced launches differ from its headline ones (METHOD §4) */
};

/* Spikes of a launch that was not traced: they have no causes. */
struct explanation_untraced {
	const char *run, *arm;
	int launch;
	size_t spikes, episodes;
	size_t worst;            /* sample */
	double worst_ms;
};

struct explanation {
	struct explanation_launch *launches;
	size_t launch_count;
	struct explanation_untraced *untraced;
	size_t untraced_count;
};

/* The shares of one arm, over its launches. */
struct explanation_arm {
	const char *arm;
	size_t launches, samples, spikes, episodes, explained_spikes, explained_episodes;
	double stalled_ms, refused_ms;
	bool unrepresentative;   /* so that no cause is claimed for it */
	struct explain_share shares[TRACE_CAUSES];
	int order[TRACE_CAUSES]; /* the causes that have any time, the largest first */
	size_t order_count;
};

/* Of each arm in the order of its first launch; the caller frees the array. */
struct explanation_arm *explanation_arms(const struct explanation *explanation, size_t *count);

/* "js@main", "mixed: js@main + gc@main", or "–" without a cause. */
enum { EXPLANATION_CAUSE_SIZE = 64 };
void explanation_cause(int cause, int second, char out[EXPLANATION_CAUSE_SIZE]);

#endif
