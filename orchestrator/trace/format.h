/* The formats of traces: which one a trace is in, told by its first bytes, and what they are called. Pure. */
#ifndef WASMOGRAPH_TRACE_FORMAT_H
#define WASMOGRAPH_TRACE_FORMAT_H

#include <stddef.h>

enum trace_format { TRACE_FORMAT_UNKNOWN, TRACE_FORMAT_JSON, TRACE_FORMAT_PROTOBUF };

/* "json", "protobuf": what users say, and what is stored. */
const char *trace_format_name(enum trace_format format);
/* TRACE_FORMAT_UNKNOWN for another word. */
enum trace_format trace_format_named(const char *name);

enum { TRACE_FORMAT_BYTES = 3 }; /* so many always tell */

/* TRACE_FORMAT_UNKNOWN: these are too few. What is neither counts as JSON, whose reader says what is wrong. */
enum trace_format trace_format_of(const char *bytes, size_t length);

#endif
