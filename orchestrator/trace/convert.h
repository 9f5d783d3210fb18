/* Makes JSON as Chromium writes it, which DevTools and the Perfetto UI open, of a trace in either format: events in the order
 * of time, flows joined, metadata last.
 *
 * Memory is bounded (trace/sorter.h; and 64 bytes for each point of a flow); large traces need as much temporary space as
 * their JSON. Any thread. Ownership: trace_convert_free(). */
#ifndef WASMOGRAPH_TRACE_CONVERT_H
#define WASMOGRAPH_TRACE_CONVERT_H

#include <stddef.h>

#include "base/err.h"

struct trace_convert;

struct trace_convert *trace_convert_new(size_t sorter_run_bytes); /* TRACE_SORTER_RUN_BYTES but in tests */
void trace_convert_free(struct trace_convert *convert); /* NULL is fine */

/* Errors as trace/reader.h and trace/sorter.h have them. */
int trace_convert_feed(struct trace_convert *convert, const char *bytes, size_t length, struct err *err);

/* Nothing follows: gives the JSON in pieces. What `write` returns other than 0 ends it, with the error that it set. */
typedef int (*trace_convert_fn)(const char *bytes, size_t length, void *context, struct err *err);
int trace_convert_end(struct trace_convert *convert, trace_convert_fn write, void *context, struct err *err);

/* The same for a file, plain or gzip. Errors as trace/file.h has them, too. */
int trace_convert_file(const char *path, trace_convert_fn write, void *context, struct err *err);

#endif
