/* Messages of postMessage() by the pair of threads that they went between: how many, and how long they took.
 *
 * Two measures of the way. `latency`: from SchedulePostMessage on the sender to HandlePostMessage on the receiver, paired by
 * their traceId. Chromium writes the former after the hand-off, tens of µs and at times some ms late, so that it is too short and may be
 * negative; it needs devtools.timeline only. `queue`: from the post itself to the receiver's task (trace/flows.h), exact; it
 * needs the categories toplevel and toplevel.flow.
 *
 * MessagePorts and BroadcastChannels carry no ids: their messages are not among these. Memory: about 15 kB a pair, TRACE_ROUTES_MAX
 * of them, and that of trace/messages.h and trace/flows.h. Pure. Ownership: trace_routes_free(). */
#ifndef WASMOGRAPH_TRACE_ROUTES_H
#define WASMOGRAPH_TRACE_ROUTES_H

#include <stddef.h>
#include <stdint.h>

#include "trace/durations.h"
#include "trace/event.h"
#include "trace/threads.h"

enum { TRACE_ROUTES_MAX = 512 };

struct trace_route {
	const struct trace_thread *from, *to;
	struct trace_durations latency, queue, handling;
	double slowest_us;       /* when the message of the longest latency was handled */
};

struct trace_routes;

struct trace_routes *trace_routes_new(void);
void trace_routes_free(struct trace_routes *routes);

/* An event of that thread. `task_us`: when its task began, as ThreadControllerImpl::RunTask says; NAN. */
void trace_routes_take(struct trace_routes *routes, const struct trace_event *event, const struct trace_thread *thread,
	double task_us);

/* The pairs, the busiest first; counts of ends without their other end (the rest of a message is outside of the trace), of
 * messages of further pairs, and of those whose time in the queue was not looked for because there were too many. */
struct trace_routes_end {
	const struct trace_route *const *items;
	size_t count;
	uint64_t unpaired, beyond, unqueued;
};
void trace_routes_end(struct trace_routes *routes, struct trace_routes_end *end);

#endif
