/* Judges samples: which are spikes, and what their time is charged to, when the two threads' slices are there.
 *
 * Pure. Ownership: trace_judge_release(). */
#ifndef WASMOGRAPH_TRACE_JUDGE_H
#define WASMOGRAPH_TRACE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/pieces.h"
#include "trace/samples.h"
#include "trace/spikes.h"
#include "trace/story.h"

/* A time was told by a page's clock and a mark; slices are cut to whole µs. */
#define TRACE_HANDLED_TOLERANCE_US 100.0

struct trace_judge {
	const struct trace_samples *samples;
	double threshold_ms;
	size_t unanswered;
	size_t checked, outside; /* samples whose arrivals were looked up, and of which one lies in no handler */
	double busy_us, busy_asleep_us; /* trace/pieces.h: how well the host's clock fits */
	struct explain_spikes spikes;
	size_t fast_stride;      /* of the samples on time every so many are charged */
	size_t story;            /* sample, or SIZE_MAX */
	struct explain_story told;
};

void trace_judge_init(struct trace_judge *judge, const struct trace_samples *samples, double threshold_ms,
	size_t story);
void trace_judge_release(struct trace_judge *judge);

/* What the judging goes by. */
struct trace_bench {
	const struct trace_lane *lanes[TRACE_ROLES]; /* sorted */
	double offsets_us[TRACE_ROLES];
	double first_us, last_us; /* the trace is whole between */
	struct trace_evidence evidence;
};

/* Whether a sample is a spike: what was never answered waited longer than any threshold. */
bool trace_judge_is_spike(const struct trace_judge *judge, size_t index);

/* Whether a sample's time is looked into: spikes, the one whose story is told, and some of those on time. */
bool trace_judge_needs(const struct trace_judge *judge, size_t index);

/* All samples but the cold ones. */
void trace_judge_samples(struct trace_judge *judge, const struct trace_bench *bench);

/* The same when the threads are not known: every spike is refused. */
void trace_judge_refuse(struct trace_judge *judge, const double offsets_us[TRACE_ROLES]);

#endif
