/* How long posted tasks waited: arrows of flow events (category toplevel.flow) from where a task was posted to where it
 * began, of those tasks in which a message is handled.
 *
 * The arrow's end has the time of the receiver's ThreadControllerImpl::RunTask, in which HandlePostMessage lies; its beginning
 * is in the post itself, so that the difference is the whole time in the queue (4,000 of 4,000 messages of Chromium 156, none
 * negative). Chromium writes arrows after all slices, each end right after its beginning.
 *
 * Memory: 8 bytes for each task that handled a message (TRACE_CARRIERS_MAX of them, the first of the trace), 64 kB for
 * beginnings. Pure. Ownership: trace_flows_free(). */
#ifndef WASMOGRAPH_TRACE_FLOWS_H
#define WASMOGRAPH_TRACE_FLOWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/threads.h"

enum { TRACE_CARRIERS_MAX = 1 << 19 };

struct trace_flows;

struct trace_flows *trace_flows_new(void);
void trace_flows_free(struct trace_flows *flows);

/* In the task of that thread that began then, a message is handled. */
void trace_flows_carry(struct trace_flows *flows, const struct trace_thread *thread, double task_us);

/* Takes the beginning or the end of an arrow (phases s, t, f). True when it ends at a task that carries a message: where and
 * when that was posted. */
struct trace_flow { const struct trace_thread *from; double posted_us; };
bool trace_flows_take(struct trace_flows *flows, const struct trace_event *event, const struct trace_thread *thread,
	struct trace_flow *flow);

/* Tasks that were not kept because there were too many. */
uint64_t trace_flows_dropped(const struct trace_flows *flows);

#endif
