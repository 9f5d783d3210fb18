/* A TracePacket and a TrackEvent, taken apart: their fields come in any order and are used in a certain one. Private to
 * trace/.
 *
 * Pure; values that borrow the packet's bytes. */
#ifndef WASMOGRAPH_TRACE_PROTO_PACKET_H
#define WASMOGRAPH_TRACE_PROTO_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/wire.h"

/* Bits of sequence_flags. */
enum { TRACE_SEQUENCE_CLEARED = 1, TRACE_SEQUENCE_NEEDS_STATE = 2 };

struct trace_packet {
	bool has_timestamp, dropped, first; /* dropped: packets before it are lost; first: of its sequence */
	uint64_t timestamp, clock, sequence, flags;
	/* `at` is NULL for what it does not have. */
	struct trace_wire clocks, interned, defaults, descriptor, event, chrome_events, stats;
};

/* False when it is damaged: then *packet has what was read before that. */
bool trace_packet_read(struct trace_wire bytes, struct trace_packet *packet);

enum { TRACE_EVENT_BEGIN = 1, TRACE_EVENT_END = 2, TRACE_EVENT_INSTANT = 3, TRACE_EVENT_COUNTER = 4 };
enum { TRACE_EVENT_COUNTERS_MAX = 4, TRACE_EVENT_CATEGORIES_MAX = 8 };

struct trace_track_event {
	uint64_t type;           /* 0: of the older kind, `legacy_phase` */
	uint64_t legacy_phase, legacy_id; /* the id of a sample or object; 0: none */
	bool has_track, has_counter_tracks, has_flows, has_args, has_place;
	uint64_t track, name_number;
	struct trace_wire name;  /* `at` is NULL: name_number counts */
	struct trace_wire category; /* likewise */
	uint64_t categories[TRACE_EVENT_CATEGORIES_MAX];
	size_t category_count;
	int64_t counters[TRACE_EVENT_COUNTERS_MAX];
	size_t counter_count;
};

/* False when it is damaged. */
bool trace_track_event_read(struct trace_wire bytes, struct trace_track_event *event);

#endif
