/* Makes the host's ticks (trace/ticks_csv.h) of what the sampler wrote.
 *
 * The sampler cannot know which worker is the measurement's party: it names the columns of each by its thread id, as
 * t13_run_ns (host/ticks_table.h). The trace's marks tell. Here the columns of that worker get its name, all columns
 * their order, and those of other workers come last; not one value changes.
 *
 * Pure: bytes in, bytes out, in pieces of any size. Ownership: trace_ticks_namer_free(). Threads: one at a time. */
#ifndef WASMOGRAPH_TRACE_TICKS_NAMER_H
#define WASMOGRAPH_TRACE_TICKS_NAMER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct trace_ticks_namer;

/* `worker_tid`: what the trace calls the worker's thread; one that was not sampled leaves the worker's columns empty. */
struct trace_ticks_namer *trace_ticks_namer_new(int64_t worker_tid);
void trace_ticks_namer_free(struct trace_ticks_namer *namer); /* NULL is fine */

/* Appends what `bytes` become to *out. ERR_INVALID with the line's number; ERR_TOO_LARGE when *out is full. */
int trace_ticks_namer_feed(struct trace_ticks_namer *namer, const char *bytes, size_t length,
	struct buf *out, struct err *err);
int trace_ticks_namer_end(struct trace_ticks_namer *namer, struct buf *out, struct err *err);

#endif
