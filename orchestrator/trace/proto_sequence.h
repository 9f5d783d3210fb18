/* What the packets of one sequence say once and mean from then on: names by number, the clock, thread time, the track
 * that events are on when they name none. A sequence is one thread's writer; its state begins anew every 500 ms in
 * Chromium, so that a ring's head can go. Private to trace/.
 *
 * Pure. Ownership: trace_proto_sequence_release(); texts belong to the trace_texts they were kept in. */
#ifndef WASMOGRAPH_TRACE_PROTO_SEQUENCE_H
#define WASMOGRAPH_TRACE_PROTO_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/texts.h"
#include "trace/wire.h"

/* What numbers stand for: each kind counts for itself. */
enum trace_interned {
	TRACE_INTERNED_CATEGORY, TRACE_INTERNED_NAME, TRACE_INTERNED_ANNOTATION, TRACE_INTERNED_STRING,
	/* The three parts of a place in the source, by the place's number; the line as digits. */
	TRACE_INTERNED_FILE, TRACE_INTERNED_FUNCTION, TRACE_INTERNED_LINE,
	TRACE_INTERNED_KINDS
};

enum { TRACE_SEQUENCE_CLOCKS = 4, TRACE_SEQUENCE_COUNTERS = 4, TRACE_SEQUENCE_NAMES_MAX = 1 << 16 };

/* The clock of the events' times when a packet names none that is its sequence's own. */
enum { TRACE_CLOCK_SEQUENCE_FIRST = 64 };

struct trace_proto_sequence {
	uint64_t id;
	bool seen;               /* it had a packet */
	bool valid;              /* nothing was lost since its state began */
	struct trace_interned_slot {
		uint64_t key;        /* 0: free */
		const struct trace_kept_text *text;
	} *slots;
	size_t slot_count, used;
	uint64_t default_clock, default_track;
	struct trace_sequence_clock {
		uint64_t id, value, unit_ns;
		bool is_incremental;
	} clocks[TRACE_SEQUENCE_CLOCKS];
	size_t clock_count;
	struct trace_sequence_counter {
		uint64_t track, sum;
	} counters[TRACE_SEQUENCE_COUNTERS]; /* in the order of their values in events */
	size_t counter_count;
};

void trace_proto_sequence_release(struct trace_proto_sequence *sequence);

/* Its state begins anew. */
void trace_proto_sequence_clear(struct trace_proto_sequence *sequence);

/* Take a packet's ClockSnapshot, InternedData and TracePacketDefaults. False when one is damaged, or holds more than
 * there is room for. */
bool trace_proto_sequence_take_clocks(struct trace_proto_sequence *sequence, struct trace_wire snapshot);
bool trace_proto_sequence_take_names(struct trace_proto_sequence *sequence, struct trace_wire interned,
	struct trace_texts *texts);
bool trace_proto_sequence_take_defaults(struct trace_proto_sequence *sequence, struct trace_wire defaults);

/* The text with that number, or NULL. */
const struct trace_kept_text *trace_proto_sequence_text(const struct trace_proto_sequence *sequence,
	enum trace_interned kind, uint64_t number);

/* A packet's time in ns. `clock` is 0 when the packet names none. Clocks of the system count ns; one of the sequence's own
 * moves on, if it is incremental. False when the sequence has no such clock. */
bool trace_proto_sequence_time(struct trace_proto_sequence *sequence, uint64_t clock, uint64_t timestamp, int64_t *ns);

#endif
