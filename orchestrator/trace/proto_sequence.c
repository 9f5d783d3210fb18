#include "trace/proto_sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_SLOTS = 256, KIND_BITS = 3, CLOCK_BOOT = 6, LINE_SIZE = 24 };
_Static_assert(TRACE_INTERNED_KINDS < 1 << KIND_BITS, "a kind is part of a key, and none is 7");

void trace_proto_sequence_release(struct trace_proto_sequence *sequence)
{
	free(sequence->slots);
	*sequence = (struct trace_proto_sequence){ 0 };
}

void trace_proto_sequence_clear(struct trace_proto_sequence *sequence)
{
	if (sequence->used)
		memset(sequence->slots, 0, sequence->slot_count * sizeof *sequence->slots);
	sequence->used = 0;
	sequence->default_clock = sequence->default_track = 0;
	sequence->clock_count = sequence->counter_count = 0;
	sequence->valid = true;
}

/* ---- names ---- */

/* Never 0; numbers are small in truth, and what is cut off of others finds nothing it should not: see add_text(). */
static uint64_t key_of(enum trace_interned kind, uint64_t number)
{
	return (number << KIND_BITS | (uint64_t)kind) + 1;
}

static struct trace_interned_slot *find(const struct trace_proto_sequence *sequence, uint64_t key)
{
	size_t mask = sequence->slot_count - 1, slot = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	while (sequence->slots[slot].key && sequence->slots[slot].key != key)
		slot = (slot + 1) & mask;
	return &sequence->slots[slot];
}

const struct trace_kept_text *trace_proto_sequence_text(const struct trace_proto_sequence *sequence,
	enum trace_interned kind, uint64_t number)
{
	return sequence->used ? find(sequence, key_of(kind, number))->text : NULL;
}

static void grow(struct trace_proto_sequence *sequence)
{
	struct trace_interned_slot *old = sequence->slots;
	size_t count = sequence->slot_count;
	sequence->slot_count = count ? 2 * count : FIRST_SLOTS;
	sequence->slots = mem_alloc_zero(sequence->slot_count, sizeof *sequence->slots);
	for (size_t i = 0; i < count; i++) {
		if (old[i].key)
			*find(sequence, old[i].key) = old[i];
	}
	free(old);
}

static bool add_text(struct trace_proto_sequence *sequence, enum trace_interned kind, uint64_t number,
	const struct trace_kept_text *text)
{
	if (!text || sequence->used == TRACE_SEQUENCE_NAMES_MAX || number >> (64 - KIND_BITS - 1))
		return false;
	if (2 * (sequence->used + 1) > sequence->slot_count)
		grow(sequence);
	struct trace_interned_slot *slot = find(sequence, key_of(kind, number));
	sequence->used += slot->key == 0;
	*slot = (struct trace_interned_slot){ key_of(kind, number), text };
	return true;
}

/* EventCategory, EventName, DebugAnnotationName, InternedString: {1 number, 2 text}. */
static bool take_text(struct trace_proto_sequence *sequence, enum trace_interned kind, struct trace_wire entry,
	struct trace_texts *texts)
{
	struct trace_wire_field field;
	struct trace_wire text = { 0 };
	uint64_t number = 0;
	while (trace_wire_next(&entry, &field)) {
		if (field.number == 1)
			number = field.value;
		else if (field.number == 2)
			text = trace_wire_in(&field);
	}
	return !trace_wire_is_damaged(&entry) && add_text(sequence, kind, number,
		trace_texts_keep(texts, text.at, (size_t)(text.end - text.at)));
}

/* SourceLocation: {1 number, 2 file, 3 function, 4 line}. */
static bool take_location(struct trace_proto_sequence *sequence, struct trace_wire entry, struct trace_texts *texts)
{
	struct trace_wire_field field;
	struct trace_wire file = { 0 }, function = { 0 };
	uint64_t number = 0, line = 0;
	char digits[LINE_SIZE];
	while (trace_wire_next(&entry, &field)) {
		switch (field.number) {
		case 1: number = field.value; break;
		case 2: file = trace_wire_in(&field); break;
		case 3: function = trace_wire_in(&field); break;
		case 4: line = field.value; break;
		}
	}
	int length = snprintf(digits, sizeof digits, "%llu", (unsigned long long)line);
	return !trace_wire_is_damaged(&entry)
		&& add_text(sequence, TRACE_INTERNED_FILE, number, trace_texts_keep(texts, file.at, (size_t)(file.end - file.at)))
		&& add_text(sequence, TRACE_INTERNED_FUNCTION, number,
			trace_texts_keep(texts, function.at, (size_t)(function.end - function.at)))
		&& (!line || add_text(sequence, TRACE_INTERNED_LINE, number, trace_texts_keep(texts, digits, (size_t)length)));
}

bool trace_proto_sequence_take_names(struct trace_proto_sequence *sequence, struct trace_wire interned,
	struct trace_texts *texts)
{
	struct trace_wire_field field;
	bool good = true;
	while (trace_wire_next(&interned, &field)) {
		struct trace_wire entry = trace_wire_in(&field);
		switch (field.number) {
		case 1: good &= take_text(sequence, TRACE_INTERNED_CATEGORY, entry, texts); break;
		case 2: good &= take_text(sequence, TRACE_INTERNED_NAME, entry, texts); break;
		case 3: good &= take_text(sequence, TRACE_INTERNED_ANNOTATION, entry, texts); break;
		case 4: good &= take_location(sequence, entry, texts); break;
		case 29: good &= take_text(sequence, TRACE_INTERNED_STRING, entry, texts); break;
		}
	}
	return good && !trace_wire_is_damaged(&interned);
}

/* ---- defaults ---- */

static bool add_counter(struct trace_proto_sequence *sequence, uint64_t track)
{
	if (sequence->counter_count == TRACE_SEQUENCE_COUNTERS)
		return false;
	sequence->counters[sequence->counter_count++] = (struct trace_sequence_counter){ .track = track };
	return true;
}

/* TrackEventDefaults: {11 track, 31 tracks of counters}. */
static bool take_event_defaults(struct trace_proto_sequence *sequence, struct trace_wire defaults)
{
	struct trace_wire_field field;
	bool good = true;
	while (trace_wire_next(&defaults, &field)) {
		struct trace_wire packed = trace_wire_in(&field);
		uint64_t track;
		if (field.number == 11)
			sequence->default_track = field.value;
		for (bool given = false; field.number == 31
		     && trace_wire_each(&packed, &given, &field, TRACE_WIRE_VARINT, &track);)
			good &= add_counter(sequence, track);
		good &= !trace_wire_is_damaged(&packed);
	}
	return good && !trace_wire_is_damaged(&defaults);
}

/* TracePacketDefaults: {58 clock, 11 of track events}. */
bool trace_proto_sequence_take_defaults(struct trace_proto_sequence *sequence, struct trace_wire defaults)
{
	struct trace_wire_field field;
	bool good = true;
	while (trace_wire_next(&defaults, &field)) {
		if (field.number == 58)
			sequence->default_clock = field.value;
		else if (field.number == 11)
			good &= take_event_defaults(sequence, trace_wire_in(&field));
	}
	return good && !trace_wire_is_damaged(&defaults);
}

/* ---- time ---- */

static struct trace_sequence_clock *find_clock(struct trace_proto_sequence *sequence, uint64_t id)
{
	for (size_t i = 0; i < sequence->clock_count; i++) {
		if (sequence->clocks[i].id == id)
			return &sequence->clocks[i];
	}
	return NULL;
}

/* Clock: {1 id, 2 value, 3 is_incremental, 4 unit in ns}. */
static bool take_clock(struct trace_proto_sequence *sequence, struct trace_wire clock)
{
	struct trace_sequence_clock read = { .unit_ns = 1 };
	struct trace_wire_field field;
	while (trace_wire_next(&clock, &field)) {
		switch (field.number) {
		case 1: read.id = field.value; break;
		case 2: read.value = field.value; break;
		case 3: read.is_incremental = field.value != 0; break;
		case 4: read.unit_ns = field.value ? field.value : 1; break;
		}
	}
	if (trace_wire_is_damaged(&clock) || read.id < TRACE_CLOCK_SEQUENCE_FIRST)
		return !trace_wire_is_damaged(&clock);
	struct trace_sequence_clock *known = find_clock(sequence, read.id);
	if (!known && sequence->clock_count == TRACE_SEQUENCE_CLOCKS)
		return false;
	if (!known)
		known = &sequence->clocks[sequence->clock_count++];
	*known = read;
	return true;
}

bool trace_proto_sequence_take_clocks(struct trace_proto_sequence *sequence, struct trace_wire snapshot)
{
	struct trace_wire_field field;
	bool good = true;
	while (trace_wire_next(&snapshot, &field)) {
		if (field.number == 1)
			good &= take_clock(sequence, trace_wire_in(&field));
	}
	return good && !trace_wire_is_damaged(&snapshot);
}

bool trace_proto_sequence_time(struct trace_proto_sequence *sequence, uint64_t clock, uint64_t timestamp, int64_t *ns)
{
	if (clock == 0)
		clock = sequence->default_clock ? sequence->default_clock : CLOCK_BOOT;
	*ns = (int64_t)timestamp;
	if (clock < TRACE_CLOCK_SEQUENCE_FIRST)
		return true;
	struct trace_sequence_clock *own = find_clock(sequence, clock);
	if (!own)
		return false;
	if (own->is_incremental)
		timestamp = own->value += timestamp;
	*ns = (int64_t)(timestamp * own->unit_ns);
	return true;
}
