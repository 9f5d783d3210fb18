/* The events of one track from the beginning of its outermost slice to the end of it.
 *
 * A slice's beginning and end are two packets, and an event of the model is one with a length. So that events still come
 * in the order of their starts, as in Chromium's JSON, a track's are held until no slice of it is open; then all are told.
 * What the end says is among the arguments of the whole. Of a slice that never ends, the phase is B. Slices of 0 µs are
 * told as instants, as Chromium's JSON has them. On other tracks than threads there are pairs of b and e, or n of 0 µs.
 *
 * Memory: TRACE_HELD_MANY events of a track at most; when there are more, those that have ended are told, and the slices
 * round them later, out of order. Private to trace/. Pure. Ownership: trace_held_free(). */
#ifndef WASMOGRAPH_TRACE_PROTO_HELD_H
#define WASMOGRAPH_TRACE_PROTO_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/texts.h"

enum { TRACE_HELD_MANY = 1 << 16, TRACE_HELD_BYTES_MANY = 8 * 1024 * 1024, TRACE_HELD_DEPTH_MAX = 512 };
#define TRACE_HELD_NONE INT64_MIN /* no thread time */

/* An event as a packet has it. Texts are borrowed. */
struct trace_held_event {
	char phase;              /* B, E, I, R; and P, N, D, O, which are told at once */
	char scope;              /* of an instant */
	int64_t ts_ns, tts_ns;   /* tts_ns: TRACE_HELD_NONE when there is none */
	uint64_t id;             /* of P, N, D, O; 0: none */
	const struct trace_kept_text *kept; /* the name, if it is kept; else `name` */
	struct trace_text name;
	const struct trace_kept_text *category; /* NULL: none */
	const char *args;        /* an object's text; NULL: none */
	size_t args_length;
};

/* Whose events. */
struct trace_held_place {
	int64_t pid, tid;
	uint64_t async_id;       /* 0: a thread's */
};

typedef void (*trace_event_fn)(const struct trace_event *event, void *context);

struct trace_held;

struct trace_held *trace_held_new(void);
void trace_held_free(struct trace_held *held); /* NULL is fine */

/* Nothing is held. */
bool trace_held_is_empty(const struct trace_held *held);

/* Bytes of memory. */
size_t trace_held_size(const struct trace_held *held);

/* Takes the track's next event and tells what can be told. `place` counts when nothing was held. False when it was not
 * taken: a slice deeper than TRACE_HELD_DEPTH_MAX, whose end will not be missed. Ends of slices that began before the
 * recording are taken and tell nothing. */
bool trace_held_take(struct trace_held *held, const struct trace_held_event *event,
	const struct trace_held_place *place, trace_event_fn tell, void *context);

/* Nothing follows: tells what is held. */
void trace_held_end(struct trace_held *held, trace_event_fn tell, void *context);

/* Tells one event at once. */
void trace_held_tell(const struct trace_held_event *event, const struct trace_held_place *place, trace_event_fn tell,
	void *context);

#endif
