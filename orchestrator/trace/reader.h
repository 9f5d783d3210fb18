/* Reads Chromium's traces in one pass and in pieces of any size: JSON, {"traceEvents":[…],"metadata":{…},…} or a plain array
 * of events; and Perfetto's protobuf (trace/proto.h says what is different there). The first bytes tell which.
 *
 * In JSON events come as they stand, which in Chromium's is in the order of time, but for flows and measures, which come
 * after all others; in protobuf, thread by thread. Users must not rely on more than the order of one thread's slices.
 *
 * Memory (JSON): one event at most is kept, and only when it does not lie whole in one piece; TRACE_READER_CEILING bounds it.
 * What is checked is what is read: the document's frame, each event's own members, the strings and brackets inside
 * (trace/scan.h). As the Trace Event Format has it, a plain array may end without its closing bracket, after a comma even;
 * every other truncation is an error.
 *
 * Pure: bytes in, calls out. Fuzzed. Ownership: trace_reader_free(). Threads: one at a time. */
#ifndef WASMOGRAPH_TRACE_READER_H
#define WASMOGRAPH_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "trace/event.h"

enum { TRACE_READER_CEILING = 8 * 1024 * 1024 }; /* bytes of one event, of the metadata, of a key */

struct trace_reader;

/* Both borrow what they are given for the time of the call. on_metadata may be NULL; it is called where "metadata"
 * stands, which in Chromium's traces is after the events. */
struct trace_reader_calls {
	void (*on_event)(const struct trace_event *event, void *context);
	void (*on_metadata)(const struct json *metadata, void *context);
	void *context;
	bool joins_flows;        /* protobuf: give flows as well (s and f), which costs memory; in JSON they stand as events */
	const char *const *args; /* protobuf: the keys of arguments, at any depth, that on_event looks up, and a NULL behind them:
	                          * others need not be given, for writing them takes most of the time; NULL: all are */
};

struct trace_reader *trace_reader_new(const struct trace_reader_calls *calls);
void trace_reader_free(struct trace_reader *reader); /* NULL is fine */

/* ERR_INVALID, ERR_TOO_LARGE, with the byte's number (from 0) in the whole text. After an error every further call fails
 * in the same way. */
int trace_reader_feed(struct trace_reader *reader, const char *bytes, size_t length, struct err *err);

/* Says that nothing follows: ERR_INVALID when the document is not whole. */
int trace_reader_end(struct trace_reader *reader, struct err *err);

#endif
