/* A sample's way: from due to returned in up to four legs, each charged to the thread that had it.
 *
 * due → sent is the sender's, sent → received and received → replied are the target's, replied → returned is the sender's
 * again. Where a moment is missing two legs are one; when its parts are of both threads, the target's work goes first, and
 * where that is idle the sender's.
 *
 * A thread that waits for a message cannot do better while the other has not handed it over: the time in which the receiver
 * is idle and the poster still at it is the poster's.
 *
 * Pure; values. */
#ifndef WASMOGRAPH_TRACE_WAY_H
#define WASMOGRAPH_TRACE_WAY_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/pieces.h"
#include "trace/samples.h"

enum { TRACE_WAY_LEGS = TRACE_MOMENTS - 1 };

struct trace_way_leg {
	enum trace_moment from, to;
	double from_us, to_us;   /* on the trace's clock */
	enum trace_role thread;
	bool both;               /* of both threads: `thread` goes first */
	bool posted;             /* begins with a message posted by the other thread */
	enum trace_leg kind;     /* TRACE_LEG_BEFORE or TRACE_LEG_AFTER */
};

struct trace_way {
	double due_us, returned_us;
	double received_us;      /* as it was told; NAN unknown */
	struct trace_way_leg legs[TRACE_WAY_LEGS];
	size_t count;
};

/* Two clocks that were tied by marks, and moments of a page that is not isolated: what contradicts by less is equal. */
#define TRACE_WAY_TOLERANCE_US 200.0

/* `offsets_us`: of each role (trace/clock.h). False when the sample was not answered or its moments contradict each other
 * by more than the tolerance; by less, they are put in order, so that the legs always sum to returned − due. */
bool trace_way_init(struct trace_way *way, const struct trace_samples *samples, size_t index,
	const double offsets_us[TRACE_ROLES]);

/* Told for each stretch of a leg, in order: `share` of it goes to `other` (if that is a cause), the rest to `cause`. */
typedef void (*trace_way_fn)(size_t leg, double from_us, double to_us, int cause, int other, double share,
	void *context);
void trace_way_walk(const struct trace_way *way, const struct trace_pieces pieces[TRACE_ROLES], trace_way_fn tell,
	void *context);

/* Adds up what each cause took, ms. */
void trace_way_sum(const struct trace_way *way, const struct trace_pieces pieces[TRACE_ROLES],
	double sums_ms[TRACE_CAUSES]);

#endif
