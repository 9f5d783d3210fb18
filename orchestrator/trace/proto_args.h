/* Writes an event's arguments as the JSON object that Chromium makes of them. Private to trace/.
 *
 * Dots and brackets in keys become "_", pointers "0x…", dictionaries and arrays that hold nothing are left out: all as in
 * Chromium's JSON. Messages of a type of their own (fields from 1000 on) are not written: their names stand in the trace
 * only after the events.
 *
 * Pure. Ownership: a value; the buffer is the caller's and is used from the first argument to the end. */
#ifndef WASMOGRAPH_TRACE_PROTO_ARGS_H
#define WASMOGRAPH_TRACE_PROTO_ARGS_H

#include <stdbool.h>

#include "trace/json_put.h"
#include "trace/proto_sequence.h"
#include "trace/wire.h"

enum { TRACE_ARGS_DEPTH_MAX = 64 };

struct trace_proto_args {
	struct trace_put put;
	const struct trace_proto_sequence *sequence;
	const struct trace_texts *texts;
	bool any, damaged;
};

/* `out` is cleared. Only members are written whose keys are asked for (trace/texts.h). */
void trace_proto_args_begin(struct trace_proto_args *args, struct buf *out,
	const struct trace_proto_sequence *sequence, const struct trace_texts *texts);

/* Adds a DebugAnnotation; one without a name or value adds nothing. */
void trace_proto_args_add(struct trace_proto_args *args, struct trace_wire annotation);

/* Adds a place in the source: src_file, src_func, src_line. */
void trace_proto_args_add_location(struct trace_proto_args *args, uint64_t number);

/* Ends the object. False when there is none: nothing was added, or not all had room. */
bool trace_proto_args_end(struct trace_proto_args *args);

#endif
