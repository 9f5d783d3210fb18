/* What a trace alone says of the processors: in which milliseconds anything happened in a process, and how much processor
 * time the traced threads took.
 *
 * Memory: a bit per millisecond and process, 4 bytes per 10 ms; TRACE_ACTIVITY_SPAN_MS of them at most, and
 * TRACE_ACTIVITY_PROCESSES processes. Events may come in any order. Pure. Ownership: trace_activity_free(). */
#ifndef WASMOGRAPH_TRACE_ACTIVITY_H
#define WASMOGRAPH_TRACE_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/spans.h"

enum { TRACE_ACTIVITY_PROCESSES = 8, TRACE_ACTIVITY_SPAN_MS = 2 * 3600 * 1000 };

/* A process is silent when nothing began or ended in it for so long, and no slice of it was mostly spent on a processor. */
#define TRACE_SILENCE_US 8000.0

struct trace_activity;

struct trace_activity *trace_activity_new(void);
void trace_activity_free(struct trace_activity *activity); /* NULL is fine */

void trace_activity_take(struct trace_activity *activity, const struct trace_event *event);

/* Adds the silences of a process that reach into [from, to): between its events, whole milliseconds. */
void trace_activity_silences(const struct trace_activity *activity, int64_t pid, double from_us, double to_us,
	struct trace_spans *silences);

/* Processor time that all traced threads took in [from, to), evenly spread over 10 ms. */
double trace_activity_cpu_us(const struct trace_activity *activity, double from_us, double to_us);

#endif
