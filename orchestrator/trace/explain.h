/* Says why each slow sample of a traced launch was slow.
 *
 * Give it the samples, the host's ticks if there are any, then the trace in pieces of any size; the end gives every spike
 * with its parts by cause, which sum to its response. How the time is charged is in trace/rule.h, the causes are in
 * docs/CAUSES.md.
 *
 * Memory: flat, whatever the trace's size. Of the two threads' slices those are kept that reach into a sample's time, up to
 * EXPLAIN_SLICES_MAX. Every spike is looked into, and of the samples on time at most EXPLAIN_FAST_MOST, evenly; when there are more
 * slices, a hundredth of these; when there are still more, spikes after that have no cause.
 *
 * Pure: bytes in, values out. Fuzzed. Ownership: explainer_free(); samples and ticks are borrowed until explainer_end(),
 * which hands the result to the caller (explain_result_release()). Threads: one at a time. */
#ifndef WASMOGRAPH_TRACE_EXPLAIN_H
#define WASMOGRAPH_TRACE_EXPLAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trace/clock.h"
#include "trace/samples.h"
#include "trace/spikes.h"
#include "trace/story.h"
#include "trace/host.h"

/* Samples on time are looked into for their causes' shares, which so many tell to half a percent. */
enum { EXPLAIN_FAST_MOST = 20000 };

enum { EXPLAIN_SLICES_MAX = 1000 * 1000, EXPLAIN_TEXT_SIZE = 256, EXPLAIN_NOTES_MAX = 16 };

struct explain_options {
	double threshold_ms;     /* a spike's response is above; NAN: trace_samples_threshold_ms() */
	const char *lost;        /* what is known to be missing from the trace, or NULL */
	bool tells_story;        /* of the sample with index `story` */
	size_t story;
	size_t slices_max;       /* 0: EXPLAIN_SLICES_MAX */
	size_t fast_most;        /* 0: EXPLAIN_FAST_MOST */
	bool without_measures;   /* the harness's own are passed over: to see what is told without them */
};

struct explain_result {
	double threshold_ms;
	size_t samples, cold, unanswered; /* of all samples; cold ones are no spikes */
	char refusal[EXPLAIN_TEXT_SIZE]; /* why nothing of the launch is told, as a sentence without a full stop; "" else */
	struct trace_clock_reading clocks[TRACE_ROLES];
	double spread_us;        /* the larger of the two clocks' p95: NAN without marks */
	struct explain_inputs {
		uint64_t events;
		double first_us, last_us; /* of the trace */
		bool has_account;    /* the trace says what it lost */
		size_t handlers[TRACE_ROLES], measures[TRACE_ROLES]; /* seen on each thread */
		size_t checked, outside; /* samples whose arrivals were looked up, and of which one lies in no handler */
		bool has_ticks;
		uint64_t tick_rows;
		double tick_period_us;
		/* What was missing, and what that costs: whole sentences. */
		char notes[EXPLAIN_NOTES_MAX][EXPLAIN_TEXT_SIZE];
		size_t note_count;
	} inputs;
	struct explain_spikes spikes;
	struct explain_story story;
};
void explain_result_release(struct explain_result *result);

struct explainer;

/* The samples have been checked (trace_samples_problem()). `ticks` may be NULL. */
struct explainer *explainer_new(const struct trace_samples *samples, const struct trace_host *ticks,
	const struct explain_options *options);
void explainer_free(struct explainer *explainer); /* NULL is fine */

/* Errors as trace/reader.h has them. */
int explainer_feed(struct explainer *explainer, const char *bytes, size_t length, struct err *err);

/* The result is initialised here, also on errors. ERR_INVALID: the trace is not whole. */
int explainer_end(struct explainer *explainer, struct explain_result *result, struct err *err);

#endif
