/* One thread's slices that mean something to the explanation (trace/names.h), kept small: 12 bytes each, in the order of
 * their starts, only those that reach into the windows that matter.
 *
 * All must be kept until the trace's end: Chromium writes slices in the order of their starts, but flows and measures after
 * all of them. Takes complete slices (X), pairs of B and E, and measures (b and e, or X). A slice that lies in another of the
 * same class adds nothing and is left out. Pure. Ownership: trace_lane_release(). */
#ifndef WASMOGRAPH_TRACE_LANE_H
#define WASMOGRAPH_TRACE_LANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/names.h"
#include "trace/spans.h"

enum { TRACE_LANE_OPEN_MAX = 128, TRACE_LANE_MEASURES_MAX = 64 };

/* Times are whole µs from the lane's base, as Chromium writes them: 71 minutes in all. */
struct trace_slice {
	uint32_t start, end;     /* TRACE_SLICE_ENDLESS for one that the trace does not end; equal for an instant */
	uint16_t cpu_share;      /* of its length on a processor, in 65534ths; TRACE_SLICE_CPU_UNKNOWN */
	unsigned char what;      /* enum trace_what */
	unsigned char flags;     /* TRACE_NAME_… */
};
#define TRACE_SLICE_ENDLESS UINT32_MAX
enum { TRACE_SLICE_CPU_WHOLE = 65534, TRACE_SLICE_CPU_UNKNOWN = 65535 };

struct trace_lane {
	int64_t pid, tid;
	double base_us;          /* on the trace's clock; NAN before the first slice */
	struct trace_slice *slices;
	size_t count, room;
	size_t sorted;           /* so many of the first are in order: what comes far too late stays behind them until the end */
	size_t measures;         /* of the harness: complete ones */
	size_t handlers;         /* messages handled */
	size_t most;             /* slices taken at most, and a quarter more of measures, which come last; 0: no limit */
	double dropped_us;       /* the earliest start of one that was not taken; INFINITY */
	const struct trace_spans *windows; /* what may be left out lies outside of these; NULL: everything is kept. Borrowed */
	size_t window;           /* where it was last found */
	struct trace_lane_pending *pending; /* private */
};

void trace_lane_init(struct trace_lane *lane, int64_t pid, int64_t tid);
void trace_lane_release(struct trace_lane *lane);

/* Takes an event of this thread, whose name means that. */
void trace_lane_take(struct trace_lane *lane, const struct trace_event *event, const struct trace_name *name);

/* Nothing follows: what is still open ends never. Puts the slices in order. */
void trace_lane_end(struct trace_lane *lane);
void trace_lane_sort(struct trace_lane *lane);

/* From now on only slices that reach into the windows are kept; those that are here already are looked through. */
void trace_lane_limit(struct trace_lane *lane, const struct trace_spans *windows);

/* Forgets slices that end before the moment. */
void trace_lane_forget(struct trace_lane *lane, double before_us);

/* A moment of the trace's clock, and back. */
static inline double trace_lane_us(const struct trace_lane *lane, uint32_t moment)
{
	return moment == TRACE_SLICE_ENDLESS ? __builtin_inf() : lane->base_us + moment;
}

#endif
