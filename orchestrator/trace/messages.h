/* Pairs the two ends of each Worker.postMessage: SchedulePostMessage on the sender's thread and HandlePostMessage on the
 * receiver's carry the same args.data.traceId (category devtools.timeline; every message of 117,388 had both).
 *
 * Either end may come first: Schedule is written after the hand-off, up to some ms late, so that the difference of the
 * two times is a poor delay and may be negative. Flow events reuse the names; they have other phases.
 *
 * Memory: at most 128 bytes for each message of which one end was seen, and TRACE_MESSAGES_PENDING of them. Few wait at
 * once in JSON, which is sorted by time; in protobuf all of a thread do until the other thread's events come.
 *
 * Pure. Ownership: trace_messages_free(). */
#ifndef WASMOGRAPH_TRACE_MESSAGES_H
#define WASMOGRAPH_TRACE_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/threads.h"

enum { TRACE_MESSAGES_PENDING = 1 << 19 };

struct trace_message {
	const struct trace_thread *from, *to; /* NULL for the end that was not seen */
	double post_us, handle_us;            /* NAN likewise */
	double handled_us;                    /* how long it was handled; NAN when that, or the end, was not seen */
};

typedef void (*trace_message_fn)(const struct trace_message *message, void *context);

struct trace_messages;

struct trace_messages *trace_messages_new(void);
void trace_messages_free(struct trace_messages *messages);

/* Takes an event of that thread when it is an end of a message. True when the other end was seen before: *message is
 * whole then. */
bool trace_messages_take(struct trace_messages *messages, const struct trace_event *event,
	const struct trace_thread *thread, struct trace_message *message);

/* Calls `use` for each of which only one end was seen, in no order. */
void trace_messages_pending(const struct trace_messages *messages, trace_message_fn use, void *context);

/* Ends that were not kept because too many were pending. */
uint64_t trace_messages_dropped(const struct trace_messages *messages);

#endif
