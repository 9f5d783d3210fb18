#include "trace/proto_tracks.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_SLOTS = 256, PARENTS_MAX = 8, COUNTER_THREAD_TIME = 1 };

void trace_tracks_init(struct trace_tracks *tracks)
{
	*tracks = (struct trace_tracks){ .slot_count = FIRST_SLOTS };
	tracks->slots = mem_alloc_zero(FIRST_SLOTS, sizeof *tracks->slots);
	tracks->used = mem_alloc_zero(FIRST_SLOTS, sizeof *tracks->used);
}

void trace_tracks_release(struct trace_tracks *tracks)
{
	for (size_t i = 0; i < tracks->slot_count; i++)
		trace_held_free(tracks->slots[i].held);
	free(tracks->slots);
	free(tracks->used);
	*tracks = (struct trace_tracks){ 0 };
}

/* Its slot, or the free one where it belongs. */
static size_t find(const struct trace_tracks *tracks, uint64_t uuid)
{
	size_t mask = tracks->slot_count - 1, slot = (size_t)(uuid * UINT64_C(0x9E3779B97F4A7C15) >> 32) & mask;
	while (tracks->used[slot] && tracks->slots[slot].uuid != uuid)
		slot = (slot + 1) & mask;
	return slot;
}

struct trace_track *trace_tracks_find(const struct trace_tracks *tracks, uint64_t uuid)
{
	size_t slot = find(tracks, uuid);
	return tracks->used[slot] ? &tracks->slots[slot] : NULL;
}

/* ---- growing and forgetting ---- */

static bool may_go(const struct trace_track *track)
{
	return track->kind == TRACE_TRACK_OTHER && (!track->held || trace_held_is_empty(track->held));
}

static void rebuild(struct trace_tracks *tracks, size_t slot_count, bool forget)
{
	struct trace_tracks old = *tracks;
	*tracks = (struct trace_tracks){ .slot_count = slot_count };
	tracks->slots = mem_alloc_zero(slot_count, sizeof *tracks->slots);
	tracks->used = mem_alloc_zero(slot_count, sizeof *tracks->used);
	for (size_t i = 0; i < old.slot_count; i++) {
		if (!old.used[i])
			continue;
		if (forget && may_go(&old.slots[i])) {
			trace_held_free(old.slots[i].held);
			continue;
		}
		size_t slot = find(tracks, old.slots[i].uuid);
		tracks->slots[slot] = old.slots[i];
		tracks->used[slot] = true;
		tracks->count++;
	}
	free(old.slots);
	free(old.used);
}

/* Forgets when that is due, and grows when it did not help. */
static void make_room(struct trace_tracks *tracks)
{
	if (2 * (tracks->count + 1) <= tracks->slot_count)
		return;
	if (tracks->count >= TRACE_TRACKS_MANY)
		rebuild(tracks, tracks->slot_count, true);
	if (4 * (tracks->count + 1) > tracks->slot_count)
		rebuild(tracks, 2 * tracks->slot_count, false);
}

struct trace_track *trace_tracks_get(struct trace_tracks *tracks, uint64_t uuid)
{
	struct trace_track *known = trace_tracks_find(tracks, uuid);
	if (known)
		return known;
	make_room(tracks);
	if (tracks->count == TRACE_TRACKS_MAX)
		return NULL;
	size_t slot = find(tracks, uuid);
	tracks->slots[slot] = (struct trace_track){ .uuid = uuid };
	tracks->used[slot] = true;
	tracks->count++;
	return &tracks->slots[slot];
}

/* ---- descriptors ---- */

/* What a descriptor says, before it is known of which track. */
struct said {
	struct trace_track track;
	struct trace_track_news news;
	bool damaged;
};

static void say_name(struct said *said, const char *bytes, size_t length)
{
	said->news.has_name = true;
	snprintf(said->news.name, sizeof said->news.name, "%.*s", (int)(length < TRACE_TRACK_NAME_SIZE ? length
		: TRACE_TRACK_NAME_SIZE - 1), bytes ? bytes : "");
}

/* ThreadDescriptor: {1 pid, 2 tid, 5 name}. */
static void say_thread(struct said *said, struct trace_wire thread)
{
	struct trace_wire_field field;
	said->track.kind = TRACE_TRACK_THREAD;
	while (trace_wire_next(&thread, &field)) {
		switch (field.number) {
		case 1: said->track.pid = (int64_t)field.value; break;
		case 2: said->track.tid = (int64_t)field.value; break;
		case 5:
			if (field.type == TRACE_WIRE_BYTES)
				say_name(said, (const char *)field.bytes, field.length);
			break;
		}
	}
	said->damaged |= trace_wire_is_damaged(&thread);
}

/* ProcessDescriptor: {1 pid}. Its name (6) is not taken: a renderer's later descriptors have its command line there. */
static void say_process(struct said *said, struct trace_wire process)
{
	struct trace_wire_field field;
	said->track.kind = TRACE_TRACK_PROCESS;
	while (trace_wire_next(&process, &field)) {
		if (field.number == 1)
			said->track.pid = (int64_t)field.value;
	}
	said->damaged |= trace_wire_is_damaged(&process);
}

/* ChromeProcessDescriptor: {1 type}. The names are those of Chromium's JSON. */
static void say_chrome_process(struct said *said, struct trace_wire process)
{
	static const char *const names[] = { NULL, "Browser", "Renderer", "Utility", "Zygote", "SandboxHelper", "GPU Process" };
	struct trace_wire_field field;
	while (trace_wire_next(&process, &field)) {
		if (field.number == 1 && field.value > 0 && field.value < sizeof names / sizeof *names)
			say_name(said, names[field.value], strlen(names[field.value]));
	}
	said->damaged |= trace_wire_is_damaged(&process);
}

/* CounterDescriptor: {1 type, 4 unit_multiplier, 5 is_incremental}. */
static void say_counter(struct said *said, struct trace_wire counter)
{
	struct trace_wire_field field;
	said->track.kind = TRACE_TRACK_COUNTER;
	said->track.unit = 1;
	while (trace_wire_next(&counter, &field)) {
		switch (field.number) {
		case 1: said->track.is_thread_time = field.value == COUNTER_THREAD_TIME; break;
		case 4: said->track.unit = field.value ? field.value : 1; break;
		case 5: said->track.is_incremental = field.value != 0; break;
		}
	}
	said->damaged |= trace_wire_is_damaged(&counter);
}

bool trace_tracks_describe(struct trace_tracks *tracks, struct trace_wire descriptor, struct trace_track_news *news)
{
	struct said said = { 0 };
	struct trace_wire_field field;
	while (trace_wire_next(&descriptor, &field)) {
		switch (field.number) {
		case 1: said.track.uuid = field.value; break;
		case 3: say_process(&said, trace_wire_in(&field)); break;
		case 4: say_thread(&said, trace_wire_in(&field)); break;
		case 5: said.track.parent = field.value; break;
		case 6: say_chrome_process(&said, trace_wire_in(&field)); break;
		case 8: say_counter(&said, trace_wire_in(&field)); break;
		}
	}
	*news = said.news;
	if (trace_wire_is_damaged(&descriptor) || said.damaged)
		return false;
	struct trace_track *track = trace_tracks_get(tracks, said.track.uuid);
	news->track = track;
	if (track) {
		said.track.held = track->held;
		said.track.described = true;
		said.track.told = track->told;
		*track = said.track;
	}
	return true;
}

const struct trace_track *trace_tracks_owner(const struct trace_tracks *tracks, const struct trace_track *track)
{
	for (int i = 0; i < PARENTS_MAX && track; i++) {
		if (track->kind == TRACE_TRACK_THREAD || track->kind == TRACE_TRACK_PROCESS)
			return track;
		track = track->parent ? trace_tracks_find(tracks, track->parent) : NULL;
	}
	return NULL;
}
