/* Makes one timeline of a thread's slices: at each instant the strongest class that is open (trace/cause.h), the task it
 * belongs to, and how much of it the thread was not on a processor.
 *
 * Slices nest in Chromium's traces, but measures may begin and end anywhere; both are right here, for the class of an
 * instant does not depend on nesting. Pure.
 *
 * Ownership: trace_sweep_release(); the lane is borrowed. Memory: 4 bytes a slice, 12 a task. */
#ifndef WASMOGRAPH_TRACE_SWEEP_H
#define WASMOGRAPH_TRACE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/lane.h"

enum { TRACE_SWEEP_DEPTH = 128 };

/* A task, or what stands in its place where the trace has no tasks: the outermost slice. Times as in trace/lane.h. */
struct trace_root {
	uint32_t from, to;
	bool grows;              /* holds a wasm.GrowMemory */
};

struct trace_segment {
	double from_us, to_us;
	enum trace_what what;    /* TRACE_IDLE where nothing is open */
	const struct trace_root *root; /* NULL when idle */
	/* The share of the innermost slice's own time (without the slices inside) in which the thread was on no processor; 0
	 * when that was less than 0.3 ms, −1 when it is not known. */
	double off_share;
};

struct trace_sweep {
	const struct trace_lane *lane;
	float *off_shares;       /* of each slice */
	struct trace_root *roots;
	size_t root_count, root_room;
	size_t next;             /* slice to be opened */
	size_t root;             /* where the last segment's was found */
	uint32_t at;
	size_t active[TRACE_SWEEP_DEPTH]; /* open slices, by their starts */
	size_t active_count;
	uint32_t next_end;       /* the earliest end among them */
};

/* The lane is sorted and stays as it is. */
void trace_sweep_init(struct trace_sweep *sweep, const struct trace_lane *lane);
void trace_sweep_release(struct trace_sweep *sweep);

/* The next segment, gaps included, from the first slice's start on; false at the end. Neighbours differ. */
bool trace_sweep_next(struct trace_sweep *sweep, struct trace_segment *segment);

/* The root that holds the moment, or NULL. */
const struct trace_root *trace_sweep_root(const struct trace_sweep *sweep, double moment_us);

#endif
