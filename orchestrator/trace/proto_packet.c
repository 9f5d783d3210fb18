#include "trace/proto_packet.h"

static const struct trace_wire absent;

/* perfetto/trace/trace_packet.proto. Members are set one by one: a whole struct of this size is cleared by a slow
 * instruction (rep stos), which takes as long as the reading. */
bool trace_packet_read(struct trace_wire bytes, struct trace_packet *packet)
{
	struct trace_wire_field field;
	packet->has_timestamp = packet->dropped = packet->first = false;
	packet->timestamp = packet->clock = packet->sequence = packet->flags = 0;
	packet->clocks = packet->interned = packet->defaults = packet->descriptor = packet->event = packet->chrome_events
		= packet->stats = absent;
	while (trace_wire_next(&bytes, &field)) {
		switch (field.number) {
		case 5: packet->chrome_events = trace_wire_in(&field); break;
		case 6: packet->clocks = trace_wire_in(&field); break;
		case 8:
			packet->timestamp = field.value;
			packet->has_timestamp = field.type == TRACE_WIRE_VARINT;
			break;
		case 10: packet->sequence = field.value; break;
		case 11: packet->event = trace_wire_in(&field); break;
		case 12: packet->interned = trace_wire_in(&field); break;
		case 13: packet->flags = field.value; break;
		case 35: packet->stats = trace_wire_in(&field); break;
		case 42: packet->dropped = field.value != 0; break;
		case 58: packet->clock = field.value; break;
		case 59: packet->defaults = trace_wire_in(&field); break;
		case 60: packet->descriptor = trace_wire_in(&field); break;
		case 87: packet->first = field.value != 0; break;
		}
	}
	return !trace_wire_is_damaged(&bytes);
}

static bool read_categories(const struct trace_wire_field *field, struct trace_track_event *event)
{
	struct trace_wire packed = trace_wire_in(field);
	uint64_t number;
	for (bool given = false; trace_wire_each(&packed, &given, field, TRACE_WIRE_VARINT, &number);) {
		if (event->category_count < TRACE_EVENT_CATEGORIES_MAX)
			event->categories[event->category_count++] = number;
	}
	return !trace_wire_is_damaged(&packed);
}

static bool read_counters(const struct trace_wire_field *field, struct trace_track_event *event)
{
	struct trace_wire packed = trace_wire_in(field);
	uint64_t value;
	for (bool given = false; trace_wire_each(&packed, &given, field, TRACE_WIRE_VARINT, &value);) {
		if (event->counter_count < TRACE_EVENT_COUNTERS_MAX)
			event->counters[event->counter_count++] = (int64_t)value;
	}
	return !trace_wire_is_damaged(&packed);
}

/* LegacyEvent: {2 phase; 6, 10 or 11 id, without a scope, of the process, of all}. */
static bool read_legacy(struct trace_wire legacy, struct trace_track_event *event)
{
	struct trace_wire_field field;
	while (trace_wire_next(&legacy, &field)) {
		if (field.number == 2)
			event->legacy_phase = field.value;
		else if (field.number == 6 || field.number == 10 || field.number == 11)
			event->legacy_id = field.value;
	}
	return !trace_wire_is_damaged(&legacy);
}

/* What the counts say is not there stays as it is. */
static void clear_event(struct trace_track_event *event)
{
	event->type = event->legacy_phase = event->legacy_id = event->track = event->name_number = 0;
	event->has_track = event->has_counter_tracks = event->has_flows = event->has_args = event->has_place = false;
	event->name = event->category = absent;
	event->category_count = event->counter_count = 0;
}

/* perfetto/trace/track_event/track_event.proto */
bool trace_track_event_read(struct trace_wire bytes, struct trace_track_event *event)
{
	struct trace_wire_field field;
	bool good = true;
	clear_event(event);
	while (trace_wire_next(&bytes, &field)) {
		switch (field.number) {
		case 3: good &= read_categories(&field, event); break;
		case 4: event->has_args = true; break;
		case 5: case 34: event->has_place = true; break;
		case 6: good &= read_legacy(trace_wire_in(&field), event); break;
		case 9: event->type = field.value; break;
		case 10: event->name_number = field.value; break;
		case 11:
			event->track = field.value;
			event->has_track = true;
			break;
		case 12: good &= read_counters(&field, event); break;
		case 22: event->category = trace_wire_in(&field); break;
		case 23: event->name = trace_wire_in(&field); break;
		case 31: event->has_counter_tracks = true; break;
		case 47: case 48: event->has_flows = true; break;
		}
	}
	return good && !trace_wire_is_damaged(&bytes);
}
