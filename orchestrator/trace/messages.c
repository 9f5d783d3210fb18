#include "trace/messages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/value.h"

enum { FIRST_SLOTS = 1024 };

/* One end that waits for the other. */
struct end {
	uint64_t key;            /* of the traceId; 0: the slot is free */
	const struct trace_thread *thread;
	double ts_us, dur_us;
	bool posted;             /* the sender's end */
};

/* Open addressing, at most half full. */
struct trace_messages {
	struct end *slots;
	size_t slot_count, used;
	uint64_t dropped;
};

struct trace_messages *trace_messages_new(void)
{
	struct trace_messages *messages = mem_alloc_zero(1, sizeof *messages);
	messages->slot_count = FIRST_SLOTS;
	messages->slots = mem_alloc_zero(FIRST_SLOTS, sizeof *messages->slots);
	return messages;
}

void trace_messages_free(struct trace_messages *messages)
{
	if (!messages)
		return;
	free(messages->slots);
	free(messages);
}

/* FNV-1a (64 bits) of the id's text, mixed so that the low bits are as good as the high ones. Ids are 64-bit numbers that
 * Chromium counts from a random one: that two share a hash is as likely as that two processes share an id. */
static uint64_t key_of(const struct trace_text *id)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < id->length; i++)
		hash = (hash ^ (unsigned char)id->bytes[i]) * UINT64_C(0x100000001b3);
	hash ^= hash >> 32;
	return hash ? hash : 1;
}

static size_t home_of(const struct trace_messages *messages, uint64_t key)
{
	return (size_t)key & (messages->slot_count - 1);
}

static size_t next_slot(const struct trace_messages *messages, size_t slot)
{
	return (slot + 1) & (messages->slot_count - 1);
}

/* Its slot, or the free one where it belongs. */
static struct end *find(const struct trace_messages *messages, uint64_t key)
{
	size_t slot = home_of(messages, key);
	while (messages->slots[slot].key && messages->slots[slot].key != key)
		slot = next_slot(messages, slot);
	return &messages->slots[slot];
}

/* Frees a slot and moves those after it that would no longer be found (Knuth, TAOCP 3, 6.4, algorithm R). */
static void remove_end(struct trace_messages *messages, struct end *end)
{
	size_t hole = (size_t)(end - messages->slots);
	for (size_t slot = next_slot(messages, hole); messages->slots[slot].key; slot = next_slot(messages, slot)) {
		size_t mask = messages->slot_count - 1, home = home_of(messages, messages->slots[slot].key);
		if (((slot - home) & mask) >= ((slot - hole) & mask)) {
			messages->slots[hole] = messages->slots[slot];
			hole = slot;
		}
	}
	messages->slots[hole].key = 0;
	messages->used--;
}

static void grow(struct trace_messages *messages)
{
	struct end *old = messages->slots;
	size_t old_count = messages->slot_count;
	messages->slot_count *= 2;
	messages->slots = mem_alloc_zero(messages->slot_count, sizeof *messages->slots);
	for (size_t i = 0; i < old_count; i++) {
		if (old[i].key)
			*find(messages, old[i].key) = old[i];
	}
	free(old);
}

static void add(struct trace_messages *messages, const struct end *end)
{
	if (messages->used == TRACE_MESSAGES_PENDING) {
		messages->dropped++;
		return;
	}
	if (2 * (messages->used + 1) > messages->slot_count)
		grow(messages);
	*find(messages, end->key) = *end;
	messages->used++;
}

/* Whether the event is one of a message's two ends, and which. */
static bool is_end(const struct trace_event *event, bool *posted)
{
	if (event->name.length != 0 && event->name.bytes[0] != 'S' && event->name.bytes[0] != 'H' && !event->name.escaped)
		return false;
	*posted = trace_text_equals(&event->name, "SchedulePostMessage");
	if (*posted)
		return event->phase == 'I' || event->phase == 'i';
	/* A handler of 0 µs is written as an instant, one that did not end before the recording did as a beginning. */
	return trace_text_equals(&event->name, "HandlePostMessage")
		&& (event->phase == 'X' || event->phase == 'I' || event->phase == 'i' || event->phase == 'B');
}

static struct trace_message message_of(const struct end *one, const struct end *other)
{
	const struct end *post = one->posted ? one : other, *handle = one->posted ? other : one;
	return (struct trace_message){ post ? post->thread : NULL, handle ? handle->thread : NULL,
		post ? post->ts_us : NAN, handle ? handle->ts_us : NAN, handle ? handle->dur_us : NAN };
}

/* {"data":{"traceId":"…"}} and nothing else, as Chromium writes it; else it is looked up. */
static struct trace_value find_id(const struct trace_value *args)
{
	static const char before[] = "{\"data\":{\"traceId\":\"", after[] = "\"}}";
	const size_t head = sizeof before - 1, tail = sizeof after - 1, length = args->text.length;
	if (length > head + tail && memcmp(args->text.bytes, before, head) == 0) {
		struct trace_text id = { args->text.bytes + head, length - head - tail, false };
		if (memcmp(id.bytes + id.length, after, tail) == 0 && !memchr(id.bytes, '"', id.length)
		    && !memchr(id.bytes, '\\', id.length))
			return (struct trace_value){ TRACE_STRING, id };
	}
	return trace_value_find(args, "data.traceId");
}

bool trace_messages_take(struct trace_messages *messages, const struct trace_event *event,
	const struct trace_thread *thread, struct trace_message *message)
{
	struct end end = { .thread = thread, .ts_us = event->ts_us,
		.dur_us = event->phase == 'B' ? NAN : event->dur_us };
	if (!is_end(event, &end.posted))
		return false;
	struct trace_value id = find_id(&event->args);
	if (id.kind != TRACE_STRING && id.kind != TRACE_NUMBER)
		return false;
	end.key = key_of(&id.text);
	struct end *other = find(messages, end.key);
	if (!other->key) {
		add(messages, &end);
		return false;
	}
	if (other->posted == end.posted) {
		*other = end; /* the id's second message: what became of the first is not told */
		return false;
	}
	*message = message_of(&end, other);
	remove_end(messages, other);
	return true;
}

void trace_messages_pending(const struct trace_messages *messages, trace_message_fn use, void *context)
{
	for (size_t i = 0; i < messages->slot_count; i++) {
		if (messages->slots[i].key) {
			struct trace_message message = message_of(&messages->slots[i], NULL);
			use(&message, context);
		}
	}
}

uint64_t trace_messages_dropped(const struct trace_messages *messages)
{
	return messages->dropped;
}
