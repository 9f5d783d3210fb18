/* Reads Perfetto's protobuf traces as Chromium writes them (Tracing.start with streamFormat proto), in one pass and in
 * pieces of any size, into the events of its JSON. trace/reader.h chooses between the two. Private to trace/.
 *
 * The stream is packets, each of a sequence, grouped by sequence: what one thread did comes in a run, and threads come one
 * after another, not in the order of time. Of one thread, events come in the order of their starts (trace/proto_held.h has
 * the one exception), marks with a time of their own near their place; flows come last, then the metadata. Packets that
 * cannot be read are counted (trace/proto_account.h); unknown fields are stepped over.
 *
 * Not read: typed arguments (see trace/proto_args.h), counters, and older kinds of events than Chromium 156 writes.
 *
 * Memory: the names of the trace, the tracks, what is held of open slices, and, when flows are wanted, their points: under
 * 2 MiB for a minute of a page and its worker without the flows. A trace that needs TRACE_PROTO_HELD_CEILING for open slices,
 * or TRACE_TEXTS_CEILING for names, is refused.
 *
 * Pure: bytes in, calls out. Fuzzed. Ownership: trace_proto_free(). Threads: one at a time. */
#ifndef WASMOGRAPH_TRACE_PROTO_H
#define WASMOGRAPH_TRACE_PROTO_H

#include <stddef.h>

#include "base/err.h"
#include "trace/reader.h"

enum { TRACE_PROTO_HELD_CEILING = 128 * 1024 * 1024, TRACE_PROTO_SEQUENCES_MAX = 1 << 14 };

struct trace_proto;

struct trace_proto *trace_proto_new(const struct trace_reader_calls *calls);
void trace_proto_free(struct trace_proto *proto); /* NULL is fine */

/* As trace_reader_feed() and trace_reader_end(). */
int trace_proto_feed(struct trace_proto *proto, const char *bytes, size_t length, struct err *err);
int trace_proto_end(struct trace_proto *proto, struct err *err);

#endif
