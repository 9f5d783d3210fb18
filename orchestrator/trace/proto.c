#include "trace/proto.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/proto_account.h"
#include "trace/proto_args.h"
#include "trace/proto_flows.h"
#include "trace/proto_held.h"
#include "trace/proto_packet.h"
#include "trace/proto_sequence.h"
#include "trace/proto_tracks.h"
#include "trace/texts.h"

enum { PACKET_TAG = 0x0A, HEADER_MAX = 11, ARGS_CEILING = 64 * 1024 * 1024, CATEGORY_MAX = 512, FIRST_SLOTS = 128 };

struct trace_proto {
	struct trace_reader_calls calls;
	struct trace_texts texts;
	struct trace_proto_sequence **slots; /* open addressing, at most half full */
	size_t slot_count, sequence_count;
	struct trace_proto_sequence *latest; /* most packets are of the same sequence as the one before */
	struct trace_tracks tracks;
	struct trace_flows flows;
	struct trace_account account;
	struct trace_left_out left_out;
	struct trace_held *spare; /* empty, for the next track */
	size_t held_bytes;
	bool gives_places;       /* in the source, among the arguments */
	struct buf kept;         /* the beginning of a packet that goes on in the next piece */
	struct buf args;
	uint64_t before;         /* bytes of earlier pieces, and of this one's packets */
	struct err failure;
};

struct trace_proto *trace_proto_new(const struct trace_reader_calls *calls)
{
	struct trace_proto *proto = mem_alloc_zero(1, sizeof *proto);
	proto->calls = *calls;
	trace_texts_init(&proto->texts, calls->args);
	trace_tracks_init(&proto->tracks);
	proto->gives_places = trace_texts_is_asked(&proto->texts, "src_file", 8)
		|| trace_texts_is_asked(&proto->texts, "src_func", 8) || trace_texts_is_asked(&proto->texts, "src_line", 8);
	proto->slot_count = FIRST_SLOTS;
	proto->slots = mem_alloc_zero(FIRST_SLOTS, sizeof *proto->slots);
	buf_init(&proto->kept, TRACE_READER_CEILING + HEADER_MAX);
	buf_init(&proto->args, ARGS_CEILING);
	return proto;
}

void trace_proto_free(struct trace_proto *proto)
{
	if (!proto)
		return;
	for (size_t i = 0; i < proto->slot_count; i++) {
		if (proto->slots[i])
			trace_proto_sequence_release(proto->slots[i]);
		free(proto->slots[i]);
	}
	free(proto->slots);
	trace_texts_release(&proto->texts);
	trace_tracks_release(&proto->tracks);
	trace_flows_release(&proto->flows);
	trace_account_release(&proto->account);
	trace_held_free(proto->spare);
	buf_release(&proto->kept);
	buf_release(&proto->args);
	free(proto);
}

static void fail(struct trace_proto *proto, enum err_code code, const char *problem)
{
	if (!proto->failure.code)
		err_set(&proto->failure, code, "the trace is %s at byte %llu: %s", code == ERR_TOO_LARGE ? "too large"
			: "malformed", (unsigned long long)proto->before, problem);
}

/* ---- sequences ---- */

static struct trace_proto_sequence **find_sequence(const struct trace_proto *proto, uint64_t id)
{
	size_t mask = proto->slot_count - 1, slot = (size_t)(id * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	while (proto->slots[slot] && proto->slots[slot]->id != id)
		slot = (slot + 1) & mask;
	return &proto->slots[slot];
}

static void grow_sequences(struct trace_proto *proto)
{
	struct trace_proto_sequence **old = proto->slots;
	size_t count = proto->slot_count;
	proto->slot_count *= 2;
	proto->slots = mem_alloc_zero(proto->slot_count, sizeof *proto->slots);
	for (size_t i = 0; i < count; i++) {
		if (old[i])
			*find_sequence(proto, old[i]->id) = old[i];
	}
	free(old);
}

/* NULL when there are too many. */
static struct trace_proto_sequence *sequence_of(struct trace_proto *proto, uint64_t id)
{
	if (proto->latest && proto->latest->id == id)
		return proto->latest;
	struct trace_proto_sequence **slot = find_sequence(proto, id);
	if (!*slot && proto->sequence_count == TRACE_PROTO_SEQUENCES_MAX)
		return NULL;
	if (!*slot) {
		*slot = mem_alloc_zero(1, sizeof **slot);
		(*slot)->id = id;
		if (2 * ++proto->sequence_count > proto->slot_count)
			grow_sequences(proto);
	}
	return proto->latest = *find_sequence(proto, id);
}

/* ---- an event's parts ---- */

static void tell(const struct trace_event *event, void *context)
{
	struct trace_proto *proto = context;
	proto->calls.on_event(event, proto->calls.context);
}

static const struct trace_kept_text *keep(struct trace_proto *proto, const void *bytes, size_t length)
{
	const struct trace_kept_text *kept = trace_texts_keep(&proto->texts, bytes, length);
	if (!kept)
		fail(proto, ERR_TOO_LARGE, "it has more different names than there is room for");
	return kept;
}

/* Several are one text, with commas. */
static const struct trace_kept_text *category_of(struct trace_proto *proto, const struct trace_proto_sequence *sequence,
	const struct trace_track_event *event)
{
	char joined[CATEGORY_MAX];
	size_t length = 0;
	if (event->category.at)
		return keep(proto, event->category.at, (size_t)(event->category.end - event->category.at));
	if (event->category_count == 1)
		return trace_proto_sequence_text(sequence, TRACE_INTERNED_CATEGORY, event->categories[0]);
	for (size_t i = 0; i < event->category_count; i++) {
		const struct trace_kept_text *one = trace_proto_sequence_text(sequence, TRACE_INTERNED_CATEGORY,
			event->categories[i]);
		if (!one || length + 1 + one->length > sizeof joined)
			continue;
		if (length)
			joined[length++] = ',';
		memcpy(joined + length, one->bytes, one->length);
		length += one->length;
	}
	return length ? keep(proto, joined, length) : NULL;
}

static bool write_args(struct trace_proto *proto, const struct trace_proto_sequence *sequence, struct trace_wire bytes)
{
	struct trace_proto_args args;
	struct trace_wire_field field, inner;
	trace_proto_args_begin(&args, &proto->args, sequence, &proto->texts);
	while (trace_wire_next(&bytes, &field)) {
		struct trace_wire message = trace_wire_in(&field);
		if (field.number == 4)
			trace_proto_args_add(&args, message);
		else if (proto->gives_places && field.number == 34)
			trace_proto_args_add_location(&args, field.value);
		else if (proto->gives_places && field.number == 5 && trace_wire_next(&message, &inner) && inner.number == 1)
			trace_proto_args_add_location(&args, inner.value);
	}
	proto->left_out.damaged += args.damaged;
	return trace_proto_args_end(&args);
}

/* The thread's time, which events carry as a change since the one before. */
static int64_t thread_time_of(struct trace_proto *proto, struct trace_proto_sequence *sequence,
	const struct trace_track_event *event)
{
	int64_t ns = TRACE_HELD_NONE;
	if (event->has_counter_tracks)
		return ns;
	for (size_t i = 0; i < event->counter_count && i < sequence->counter_count; i++) {
		struct trace_sequence_counter *counter = &sequence->counters[i];
		const struct trace_track *track = trace_tracks_find(&proto->tracks, counter->track);
		if (!track || track->kind != TRACE_TRACK_COUNTER)
			continue;
		counter->sum = (track->is_incremental ? counter->sum : 0) + (uint64_t)event->counters[i];
		if (track->is_thread_time)
			ns = (int64_t)(counter->sum * track->unit);
	}
	return ns;
}

static void take_flows(struct trace_proto *proto, const struct trace_held_event *held,
	const struct trace_held_place *place, struct trace_wire bytes)
{
	struct trace_wire_field field;
	struct trace_flow_point point = { .ts_ns = held->ts_ns, .pid = place->pid, .tid = place->tid,
		.name = held->kept ? held->kept : keep(proto, held->name.bytes, held->name.length),
		.category = held->category };
	while (point.name && trace_wire_next(&bytes, &field)) {
		struct trace_wire packed = trace_wire_in(&field);
		bool is_flow = field.number == 47 || field.number == 48;
		for (bool given = false;
		     is_flow && trace_wire_each(&packed, &given, &field, TRACE_WIRE_FIXED64, &point.flow);) {
			point.terminates = field.number == 48;
			trace_flows_add(&proto->flows, &point);
		}
	}
}

/* ---- where an event belongs ---- */

/* An event on a track that is no thread is of the thread or process that the track belongs to; of a process it is told
 * with the thread that wrote it. */
static struct trace_held_place place_of(const struct trace_proto *proto, const struct trace_track *track,
	const struct trace_track *own, char phase)
{
	const struct trace_track *owner = track ? trace_tracks_owner(&proto->tracks, track) : NULL;
	struct trace_held_place place = { 0 };
	bool process_instant = track && track->kind == TRACE_TRACK_PROCESS && phase == 'I';
	if (!owner)
		owner = own;
	if (owner) {
		place.pid = owner->pid;
		place.tid = owner->kind == TRACE_TRACK_PROCESS && own ? own->tid : owner->tid;
	}
	if (track && track->kind != TRACE_TRACK_THREAD && !process_instant)
		place.async_id = track->uuid;
	return place;
}

/* Memory of what is held, as it changes. */
static void account_held(struct trace_proto *proto, size_t before, size_t after)
{
	proto->held_bytes = proto->held_bytes - before + after;
	if (proto->held_bytes > TRACE_PROTO_HELD_CEILING)
		fail(proto, ERR_TOO_LARGE, "more is in open slices than there is room for");
}

static void hold(struct trace_proto *proto, uint64_t uuid, const struct trace_held_event *event,
	const struct trace_held_place *place)
{
	struct trace_track *track = trace_tracks_get(&proto->tracks, uuid);
	if (!track) {
		proto->left_out.trackless++;
		return;
	}
	if (!track->held) {
		track->held = proto->spare ? proto->spare : trace_held_new();
		proto->spare = NULL;
		account_held(proto, 0, trace_held_size(track->held));
	}
	size_t before = trace_held_size(track->held);
	proto->left_out.too_deep += !trace_held_take(track->held, event, place, tell, proto);
	account_held(proto, before, trace_held_size(track->held));
	if (track->kind == TRACE_TRACK_OTHER && !proto->spare && trace_held_is_empty(track->held)) {
		account_held(proto, trace_held_size(track->held), 0);
		proto->spare = track->held;
		track->held = NULL;
	}
}

/* An instant or mark when nothing is held of its track, and what has the time of another clock and no place among slices. */
static bool is_alone(const struct trace_track *track, const struct trace_held_event *event)
{
	bool nothing_held = !track || !track->held || trace_held_is_empty(track->held);
	switch (event->phase) {
	case 'B': case 'E': return false;
	case 'I': return nothing_held || event->scope == 'p';
	}
	return true;
}

static void give_event(struct trace_proto *proto, const struct trace_proto_sequence *sequence,
	const struct trace_track_event *read, struct trace_held_event *event, struct trace_wire bytes)
{
	uint64_t uuid = read->has_track && read->track ? read->track : sequence->default_track;
	struct trace_track *track = trace_tracks_find(&proto->tracks, uuid);
	const struct trace_track *own = trace_tracks_find(&proto->tracks, sequence->default_track);
	struct trace_track unknown = { .uuid = uuid };
	struct trace_held_place place = place_of(proto, track ? track : &unknown, own, event->phase);
	event->scope = track && track->kind == TRACE_TRACK_PROCESS ? 'p' : 't';
	if (read->has_flows && proto->calls.joins_flows && event->phase != 'E')
		take_flows(proto, event, &place, bytes);
	if (is_alone(track, event))
		trace_held_tell(event, &place, tell, proto);
	else
		hold(proto, uuid, event, &place);
}

static char phase_of(const struct trace_track_event *event)
{
	switch (event->type) {
	case TRACE_EVENT_BEGIN: return 'B';
	case TRACE_EVENT_END: return 'E';
	case TRACE_EVENT_INSTANT: return 'I';
	case 0: return event->legacy_phase && event->legacy_phase < 128 && strchr("RPNDO", (int)event->legacy_phase)
			? (char)event->legacy_phase : '\0';
	}
	return '\0';
}

/* `ns`: NULL when the packet has no time. Thread times must be added up whatever the event. */
static void take_event(struct trace_proto *proto, struct trace_proto_sequence *sequence, struct trace_wire bytes,
	const int64_t *ns)
{
	struct trace_track_event read;
	if (!trace_track_event_read(bytes, &read)) {
		proto->left_out.damaged++;
		sequence->valid = false;
		return;
	}
	struct trace_held_event event = { .phase = phase_of(&read), .tts_ns = thread_time_of(proto, sequence, &read),
		.name = { (const char *)read.name.at, (size_t)(read.name.end - read.name.at), false } };
	if (!event.phase) {
		proto->left_out.older += read.type == 0;
		return;
	}
	event.id = event.phase == 'P' || event.phase == 'N' || event.phase == 'D' || event.phase == 'O' ? read.legacy_id : 0;
	if (!ns) {
		proto->left_out.timeless++;
		return;
	}
	event.ts_ns = *ns;
	if (!read.name.at)
		event.kept = trace_proto_sequence_text(sequence, TRACE_INTERNED_NAME, read.name_number);
	if (!event.kept && !read.name.at)
		event.name.bytes = "";
	event.category = category_of(proto, sequence, &read);
	if ((read.has_args || (read.has_place && proto->gives_places)) && write_args(proto, sequence, bytes)) {
		event.args = proto->args.data;
		event.args_length = proto->args.length;
	}
	give_event(proto, sequence, &read, &event, bytes);
}

/* ---- packets ---- */

static uint64_t hash_of(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return hash | 1;
}

/* A thread's or process's name, once. */
static void tell_name(struct trace_proto *proto, const struct trace_track_news *news)
{
	static const struct trace_value absent = { TRACE_ABSENT, { "", 0, false } };
	uint64_t hash = hash_of(news->name);
	bool thread = news->track->kind == TRACE_TRACK_THREAD;
	struct trace_put put = { .out = &proto->args };
	if (news->track->told == hash)
		return;
	news->track->told = hash;
	buf_clear(&proto->args);
	trace_put_literal(&put, "{\"name\":");
	trace_put_string(&put, news->name, strlen(news->name));
	trace_put_literal(&put, "}");
	struct trace_event event = { .phase = 'M', .pid = news->track->pid, .tid = news->track->tid, .ts_us = 0,
		.tts_us = NAN, .category = { "__metadata", 10, false }, .id = absent, .id2 = absent,
		.args = { TRACE_OBJECT, { proto->args.data, proto->args.length, false } } };
	event.name = thread ? (struct trace_text){ "thread_name", 11, false } : (struct trace_text){ "process_name", 12, false };
	tell(&event, proto);
}

static void take_descriptor(struct trace_proto *proto, struct trace_wire descriptor)
{
	struct trace_track_news news;
	if (!trace_tracks_describe(&proto->tracks, descriptor, &news)) {
		proto->left_out.damaged++;
		return;
	}
	if (!news.track)
		proto->left_out.trackless++;
	else if (news.has_name && (news.track->kind == TRACE_TRACK_THREAD || news.track->kind == TRACE_TRACK_PROCESS))
		tell_name(proto, &news);
}

/* Loss, and where it ends. False when the packet cannot be read. */
static bool take_state(struct trace_proto *proto, struct trace_proto_sequence *sequence, const struct trace_packet *packet)
{
	if (packet->dropped && !packet->first) {
		proto->left_out.gaps += sequence->seen;
		proto->left_out.headless += !sequence->seen;
		sequence->valid = false;
	}
	sequence->seen = true;
	if (packet->flags & TRACE_SEQUENCE_CLEARED)
		trace_proto_sequence_clear(sequence);
	bool readable = sequence->valid || !(packet->flags & TRACE_SEQUENCE_NEEDS_STATE);
	proto->left_out.invalid += !readable;
	return readable;
}

static bool take_sequence_data(struct trace_proto *proto, struct trace_proto_sequence *sequence,
	const struct trace_packet *packet)
{
	bool good = true;
	if (packet->clocks.at)
		good &= trace_proto_sequence_take_clocks(sequence, packet->clocks);
	if (packet->interned.at)
		good &= trace_proto_sequence_take_names(sequence, packet->interned, &proto->texts);
	if (packet->defaults.at)
		good &= trace_proto_sequence_take_defaults(sequence, packet->defaults);
	return good;
}

static void take_rest(struct trace_proto *proto, struct trace_proto_sequence *sequence, const struct trace_packet *packet)
{
	int64_t ns;
	bool timed = packet->has_timestamp && trace_proto_sequence_time(sequence, packet->clock, packet->timestamp, &ns);
	if (packet->descriptor.at)
		take_descriptor(proto, packet->descriptor);
	if (packet->event.at)
		take_event(proto, sequence, packet->event, timed ? &ns : NULL);
	if (packet->chrome_events.at)
		proto->left_out.damaged += !trace_account_take_metadata(&proto->account, packet->chrome_events);
	if (packet->stats.at)
		proto->left_out.damaged += !trace_account_take_stats(&proto->account, packet->stats);
}

/* After a damaged packet its sequence's clock and names are not to be trusted until they begin anew. */
static void take_packet(struct trace_proto *proto, const unsigned char *bytes, size_t length)
{
	struct trace_packet packet;
	bool good = trace_packet_read((struct trace_wire){ bytes, bytes + length }, &packet);
	struct trace_proto_sequence *sequence = sequence_of(proto, packet.sequence);
	if (!sequence) {
		fail(proto, ERR_TOO_LARGE, "it has more sequences than there is room for");
		return;
	}
	if (good && !take_state(proto, sequence, &packet))
		return;
	if (good && take_sequence_data(proto, sequence, &packet)) {
		take_rest(proto, sequence, &packet);
		return;
	}
	proto->left_out.damaged++;
	sequence->valid = false;
}

/* ---- the stream ---- */

/* How long the packet is with its tag and length; 0 when its beginning is not whole. */
static uint64_t size_of(struct trace_proto *proto, const unsigned char *at, size_t length)
{
	struct trace_wire wire = { at + 1, at + (length < HEADER_MAX ? length : HEADER_MAX) };
	uint64_t size;
	if (*at != PACKET_TAG) {
		fail(proto, ERR_INVALID, "a packet is expected");
		return 0;
	}
	if (!trace_wire_varint(&wire, &size)) {
		if (length >= HEADER_MAX)
			fail(proto, ERR_INVALID, "a packet has no length");
		return 0;
	}
	if (size > TRACE_READER_CEILING) {
		fail(proto, ERR_TOO_LARGE, "one packet is larger than there is room for");
		return 0;
	}
	return (uint64_t)(wire.at - at) + size;
}

static void take_framed(struct trace_proto *proto, const unsigned char *at, uint64_t size)
{
	struct trace_wire wire = { at + 1, at + size };
	uint64_t length = 0;
	trace_wire_varint(&wire, &length);
	take_packet(proto, wire.at, (size_t)length);
	proto->before += size;
}

/* What of a piece goes on with the packet that began before it. */
static size_t continue_packet(struct trace_proto *proto, const unsigned char *at, size_t length)
{
	size_t taken = 0;
	uint64_t size;
	while (!(size = size_of(proto, (const unsigned char *)proto->kept.data, proto->kept.length))
	       && !proto->failure.code && taken < length)
		buf_append(&proto->kept, at + taken++, 1);
	if (!size)
		return taken;
	size_t missing = (size_t)(size - proto->kept.length), more = missing < length - taken ? missing : length - taken;
	buf_append(&proto->kept, at + taken, more);
	if (more == missing) {
		take_framed(proto, (const unsigned char *)proto->kept.data, size);
		buf_clear(&proto->kept);
	}
	return taken + more;
}

int trace_proto_feed(struct trace_proto *proto, const char *bytes, size_t length, struct err *err)
{
	const unsigned char *at = (const unsigned char *)bytes, *end = at + length;
	while (!proto->failure.code && at < end) {
		if (proto->kept.length) {
			at += continue_packet(proto, at, (size_t)(end - at));
			continue;
		}
		uint64_t size = size_of(proto, at, (size_t)(end - at));
		if (size && size <= (uint64_t)(end - at)) {
			take_framed(proto, at, size);
			at += size;
		} else if (!proto->failure.code) {
			buf_append(&proto->kept, at, (size_t)(end - at));
			at = end;
		}
	}
	return proto->failure.code ? err_set(err, proto->failure.code, "%s", proto->failure.text) : 0;
}

static void tell_open(struct trace_proto *proto)
{
	for (size_t i = 0; i < proto->tracks.slot_count; i++) {
		if (proto->tracks.used[i] && proto->tracks.slots[i].held)
			trace_held_end(proto->tracks.slots[i].held, tell, proto);
	}
}

int trace_proto_end(struct trace_proto *proto, struct err *err)
{
	if (!proto->failure.code && proto->kept.length)
		err_set(&proto->failure, ERR_INVALID, "the trace is cut off: it ends at byte %llu inside a packet",
			(unsigned long long)(proto->before + proto->kept.length));
	if (proto->failure.code)
		return err_set(err, proto->failure.code, "%s", proto->failure.text);
	tell_open(proto);
	trace_flows_tell(&proto->flows, tell, proto);
	if (proto->calls.on_metadata) {
		struct json *metadata = trace_account_json(&proto->account, &proto->left_out);
		proto->calls.on_metadata(metadata, proto->calls.context);
		json_free(metadata);
	}
	return 0;
}
