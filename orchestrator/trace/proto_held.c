#include "trace/proto_held.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/json.h"
#include "trace/value.h"

enum { FIRST_ROOM = 8, FIRST_DEPTH = 8, ID_SIZE = 40, DURATION_OPEN = -1 };

/* Texts that are not kept stand in held->texts. */
struct item {
	char phase, scope;       /* phase: B (also of what has ended), I, those told at once, and e on other tracks than threads */
	int64_t ts_ns, dur_ns;   /* dur_ns: DURATION_OPEN, or of a slice that ended */
	int64_t tts_ns, tdur_ns;
	uint64_t id;
	const struct trace_kept_text *kept, *category;
	size_t name_at, name_length, args_at, args_length;
};

struct trace_held {
	struct trace_held_place place;
	struct item *items;
	size_t count, room;
	uint32_t *open;          /* items that are open slices, outermost first */
	size_t depth, open_room;
	size_t too_deep;
	struct buf texts;
};

struct trace_held *trace_held_new(void)
{
	struct trace_held *held = mem_alloc_zero(1, sizeof *held);
	buf_init(&held->texts, SIZE_MAX);
	return held;
}

void trace_held_free(struct trace_held *held)
{
	if (!held)
		return;
	buf_release(&held->texts);
	free(held->items);
	free(held->open);
	free(held);
}

bool trace_held_is_empty(const struct trace_held *held)
{
	return held->count == 0 && held->too_deep == 0;
}

size_t trace_held_size(const struct trace_held *held)
{
	return sizeof *held + held->room * sizeof *held->items + held->open_room * sizeof *held->open
		+ held->texts.capacity;
}

/* ---- telling ---- */

static double us_of(int64_t ns)
{
	return ns == TRACE_HELD_NONE ? NAN : (double)ns / 1000;
}

static char phase_of(const struct item *item, bool async)
{
	if (item->phase != 'B' && item->phase != 'I')
		return item->phase;
	bool instant = item->phase == 'I' || item->dur_ns == 0;
	if (async)
		return instant ? 'n' : 'b';
	return instant ? 'I' : item->dur_ns == DURATION_OPEN ? 'B' : 'X';
}

/* The number as 0x…, between what stands before and behind it. Returns the length; printf takes ten times as long. */
static size_t put_id(char out[ID_SIZE], const char *before, uint64_t id, const char *behind)
{
	char digits[16];
	size_t count = 0, length = strlen(before);
	memcpy(out, before, length);
	out[length++] = '0';
	out[length++] = 'x';
	do
		digits[count++] = "0123456789abcdef"[id & 15];
	while (id >>= 4);
	while (count)
		out[length++] = digits[--count];
	memcpy(out + length, behind, strlen(behind));
	return length + strlen(behind);
}

/* `name` and `args`: where those stand that are not kept. */
static void tell_item(const struct item *item, const char *name, const char *args, const struct trace_held_place *place,
	trace_event_fn tell, void *context)
{
	static const struct trace_value absent = { TRACE_ABSENT, { "", 0, false } };
	char id[ID_SIZE];
	bool async = place->async_id != 0;
	struct trace_event event = { .phase = phase_of(item, async), .scope = 0, .pid = place->pid, .tid = place->tid,
		.ts_us = us_of(item->ts_ns), .dur_us = 0, .tdur_us = 0, .tts_us = NAN, .name = { name, item->name_length, false },
		.category = absent.text, .id = absent, .id2 = absent, .args = { TRACE_OBJECT, { "{}", 2, false } } };
	if (item->kept)
		event.name = (struct trace_text){ item->kept->bytes, item->kept->length, false };
	if (item->category)
		event.category = (struct trace_text){ item->category->bytes, item->category->length, false };
	if (item->args_length)
		event.args.text = (struct trace_text){ args, item->args_length, false };
	if (event.phase == 'X') {
		event.dur_us = us_of(item->dur_ns);
		event.tdur_us = item->tdur_ns > 0 ? us_of(item->tdur_ns) : 0;
	}
	if (event.phase == 'X' || event.phase == 'I' || event.phase == 'P')
		event.tts_us = us_of(item->tts_ns);
	event.scope = event.phase == 'I' || event.phase == 'R' ? item->scope : '\0';
	if (item->id) {
		event.id = (struct trace_value){ TRACE_STRING, { id, put_id(id, "", item->id, ""), false } };
	} else if (async) {
		size_t length = put_id(id, "{\"local\":\"", place->async_id, "\"}");
		event.id2 = (struct trace_value){ TRACE_OBJECT, { id, length, false } };
	}
	tell(&event, context);
}

/* Never NULL. */
static const char *texts_of(const struct trace_held *held)
{
	return held->texts.length ? held->texts.data : "";
}

static void tell_held(const struct trace_held *held, const struct item *item, trace_event_fn tell, void *context)
{
	const char *texts = texts_of(held);
	tell_item(item, texts + item->name_at, texts + item->args_at, &held->place, tell, context);
}

static void tell_all(struct trace_held *held, trace_event_fn tell, void *context)
{
	for (size_t i = 0; i < held->count; i++)
		tell_held(held, &held->items[i], tell, context);
	held->count = held->depth = 0;
	buf_clear(&held->texts);
}

/* Tells what has ended; the open slices move to the front, with their texts. */
static void tell_ended(struct trace_held *held, trace_event_fn tell, void *context)
{
	struct buf texts;
	size_t kept = 0;
	buf_init(&texts, SIZE_MAX);
	for (size_t i = 0; i < held->count; i++) {
		struct item *item = &held->items[i];
		if (kept == held->depth || held->open[kept] != i) {
			tell_held(held, item, tell, context);
			continue;
		}
		size_t at = texts.length;
		buf_append(&texts, texts_of(held) + item->name_at, item->name_length);
		item->name_at = at;
		at = texts.length;
		buf_append(&texts, texts_of(held) + item->args_at, item->args_length);
		item->args_at = at;
		held->open[kept] = (uint32_t)kept;
		held->items[kept++] = *item;
	}
	held->count = kept;
	buf_release(&held->texts);
	held->texts = texts;
}

/* ---- taking ---- */

static size_t add_text(struct trace_held *held, const char *bytes, size_t length)
{
	size_t at = held->texts.length;
	if (length)
		buf_append(&held->texts, bytes, length);
	return at;
}

/* In its place, for a copy would wait for what was just stored. */
static void fill_item(struct item *item, const struct trace_held_event *event)
{
	item->phase = event->phase;
	item->scope = event->scope;
	item->ts_ns = event->ts_ns;
	item->dur_ns = DURATION_OPEN;
	item->tts_ns = event->tts_ns;
	item->tdur_ns = 0;
	item->id = event->id;
	item->kept = event->kept;
	item->category = event->category;
	item->name_length = event->kept ? 0 : event->name.length;
	item->args_length = event->args ? event->args_length : 0;
}

static struct item *add_item(struct trace_held *held, const struct trace_held_event *event)
{
	if (held->count == held->room) {
		held->room = held->room ? 2 * held->room : FIRST_ROOM;
		held->items = mem_resize(held->items, held->room, sizeof *held->items);
	}
	struct item *item = &held->items[held->count++];
	fill_item(item, event);
	item->name_at = add_text(held, event->name.bytes, item->name_length);
	item->args_at = add_text(held, event->args, item->args_length);
	return item;
}

static struct trace_value object_of(const char *text, size_t length)
{
	return (struct trace_value){ TRACE_OBJECT, { text, length, false } };
}

/* The members of `first`, without those that `last` has as well: each with a comma behind it. */
static void put_members_left(struct buf *out, const struct trace_value *first, const struct trace_value *last)
{
	struct trace_json json = { first->text.bytes + 1, first->text.bytes + first->text.length, NULL };
	struct trace_text key;
	struct trace_value value;
	while (*json.at != '}') {
		const char *start = json.at;
		if (!trace_json_key(&json, &key) || !trace_json_value(&json, &value))
			return;
		if (!trace_value_has(last, &key)) {
			buf_append(out, start, (size_t)(json.at - start));
			buf_append(out, ",", 1);
		}
		json.at += *json.at == ',';
	}
}

/* The members of both, in one object; of one key, that of the end. */
static void merge_args(struct trace_held *held, struct item *item, const struct trace_held_event *end)
{
	if (!end->args || end->args_length == 0)
		return;
	struct buf merged;
	buf_init(&merged, SIZE_MAX);
	buf_append(&merged, "{", 1);
	if (item->args_length) {
		struct trace_value first = object_of(held->texts.data + item->args_at, item->args_length);
		struct trace_value last = object_of(end->args, end->args_length);
		put_members_left(&merged, &first, &last);
	}
	buf_append(&merged, end->args + 1, end->args_length - 1);
	item->args_at = add_text(held, merged.data, merged.length);
	item->args_length = merged.length;
	buf_release(&merged);
}

static bool begin(struct trace_held *held, const struct trace_held_event *event)
{
	if (held->too_deep || held->depth == TRACE_HELD_DEPTH_MAX) {
		held->too_deep++;
		return false;
	}
	if (held->depth == held->open_room) {
		held->open_room = held->open_room ? 2 * held->open_room : FIRST_DEPTH;
		held->open = mem_resize(held->open, held->open_room, sizeof *held->open);
	}
	add_item(held, event);
	held->open[held->depth++] = (uint32_t)(held->count - 1);
	return true;
}

/* A clock that went back would make a slice of a negative length. */
static void end(struct trace_held *held, const struct trace_held_event *event)
{
	if (held->too_deep) {
		held->too_deep--;
		return;
	}
	if (held->depth == 0)
		return;
	struct item *item = &held->items[held->open[--held->depth]];
	bool timed = item->tts_ns != TRACE_HELD_NONE && event->tts_ns != TRACE_HELD_NONE;
	item->dur_ns = event->ts_ns > item->ts_ns ? (int64_t)((uint64_t)event->ts_ns - (uint64_t)item->ts_ns) : 0;
	item->tdur_ns = timed && event->tts_ns > item->tts_ns
		? (int64_t)((uint64_t)event->tts_ns - (uint64_t)item->tts_ns) : 0;
	if (item->dur_ns < 0)
		item->dur_ns = INT64_MAX;
	merge_args(held, item, event);
	if (held->place.async_id && item->dur_ns > 0) {
		struct item ending = *item;
		ending.phase = 'e';
		ending.ts_ns = event->ts_ns;
		ending.args_length = 0;
		*add_item(held, event) = ending;
	}
}

bool trace_held_take(struct trace_held *held, const struct trace_held_event *event,
	const struct trace_held_place *place, trace_event_fn tell, void *context)
{
	bool taken = true;
	if (trace_held_is_empty(held)) {
		held->place = *place;
		if (event->phase == 'E')
			return true;
	}
	if (event->phase == 'B')
		taken = begin(held, event);
	else if (event->phase == 'E')
		end(held, event);
	else
		add_item(held, event);
	if (held->depth == 0)
		tell_all(held, tell, context);
	else if (held->count >= TRACE_HELD_MANY || held->texts.length >= TRACE_HELD_BYTES_MANY)
		tell_ended(held, tell, context);
	return taken;
}

void trace_held_end(struct trace_held *held, trace_event_fn tell, void *context)
{
	tell_all(held, tell, context);
	held->too_deep = 0;
}

void trace_held_tell(const struct trace_held_event *event, const struct trace_held_place *place, trace_event_fn tell,
	void *context)
{
	struct item item;
	fill_item(&item, event);
	tell_item(&item, event->name.bytes, event->args, place, tell, context);
}
