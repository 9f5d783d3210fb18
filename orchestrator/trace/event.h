/* One event of a trace, whatever format it was read from.
 *
 * The words are the Trace Event Format's (phase, pid, tid, ts, …), as Chromium writes it; a reader of another format
 * fills in the same. Times are µs on the trace's clock, which is CLOCK_MONOTONIC in Chromium on Linux.
 *
 * Ownership: an event and all bytes it points to are borrowed and last as long as the call that got it. Reading one
 * changes nothing; arguments are looked up only when somebody asks (trace/value.h). */
#ifndef WASMOGRAPH_TRACE_EVENT_H
#define WASMOGRAPH_TRACE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Text as it stands in the trace. `escaped`: it holds a backslash, so that its bytes are not yet its characters
 * (trace_text_equals() and trace_text_copy() know). */
struct trace_text {
	const char *bytes;
	size_t length;
	bool escaped;
};

enum trace_kind {
	TRACE_ABSENT,
	TRACE_NULL,
	TRACE_BOOL,
	TRACE_NUMBER,
	TRACE_STRING, /* text: without its quotes */
	TRACE_ARRAY,  /* text: with its brackets */
	TRACE_OBJECT, /* text: with its braces */
};

struct trace_value {
	enum trace_kind kind;
	struct trace_text text;
};

struct trace_event {
	char phase;              /* "ph": X complete, B E, I or i instant, b e n asynchronous, s t f flow, M metadata, R mark, …; 0 if absent */
	char scope;              /* of an instant: t thread, p process, g global; 0 if absent */
	int64_t pid, tid;        /* a tid may be one of a pid namespace: pid and tid together name a thread; 0 if absent */
	double ts_us;            /* NAN if absent */
	double dur_us, tdur_us;  /* 0 if absent: Chromium leaves out a tdur of 0; tdur may exceed dur by some 90 µs */
	double tts_us;           /* NAN if absent: then there is no tdur either */
	struct trace_text name, category; /* categories are separated by commas */
	struct trace_value id, id2;       /* id2: an object with "local" or "global" */
	struct trace_value args;
};

#endif
