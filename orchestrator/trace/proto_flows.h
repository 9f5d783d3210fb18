/* Joins the flows of a trace: events carry the numbers of flows that go through them, and each two neighbours of one flow
 * become a pair of s and f, as in Chromium's JSON. Private to trace/.
 *
 * The two ends are seldom of one thread, and a trace is written thread by thread: all points wait until the end.
 *
 * Memory: 64 bytes for each point; TRACE_FLOW_POINTS_MAX of them. Pure. Ownership: trace_flows_release(). */
#ifndef WASMOGRAPH_TRACE_PROTO_FLOWS_H
#define WASMOGRAPH_TRACE_PROTO_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/proto_held.h"

enum { TRACE_FLOW_POINTS_MAX = 1 << 21 };

struct trace_flow_point {
	uint64_t flow;
	int64_t ts_ns, pid, tid;
	size_t order;            /* in the file */
	const struct trace_kept_text *name, *category; /* the category may be NULL */
	bool terminates;
};

struct trace_flows {
	struct trace_flow_point *points;
	size_t count, room;
	uint64_t dropped;        /* points that had no room */
};

void trace_flows_add(struct trace_flows *flows, const struct trace_flow_point *point);

/* Nothing follows: tells the pairs, in the order of their flows' numbers. */
void trace_flows_tell(struct trace_flows *flows, trace_event_fn tell, void *context);

void trace_flows_release(struct trace_flows *flows);

#endif
