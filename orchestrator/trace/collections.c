#include "trace/collections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/value.h"

enum { FIRST_ROOM = 256 };

static const char *const names[TRACE_GCS] = { "minor", "major", "incremental", "blink", "other" };

const char *trace_gc_name(enum trace_gc gc)
{
	return names[gc];
}

void trace_collector_init(struct trace_collector *collector)
{
	*collector = (struct trace_collector){ .end_us = -INFINITY, .heap_after_bytes = NAN, .longest_start_us = NAN };
}

void trace_epochs_release(struct trace_epochs *epochs)
{
	free(epochs->slots);
	*epochs = (struct trace_epochs){ 0 };
}

static bool begins_with(const struct trace_text *text, const char *start, size_t length)
{
	return text->length >= length && memcmp(text->bytes, start, length) == 0;
}
#define BEGINS_WITH(text, literal) begins_with((text), literal, sizeof(literal) - 1)

bool trace_collector_is_gc(const struct trace_event *event)
{
	const struct trace_text *name = &event->name;
	switch (name->length ? name->bytes[0] : '\0') {
	case 'M': return trace_text_equals(name, "MinorGC") || trace_text_equals(name, "MajorGC");
	case 'V': return BEGINS_WITH(name, "V8.GC");
	case 'B': return BEGINS_WITH(name, "BlinkGC.");
	case 'C': return BEGINS_WITH(name, "CppGC.");
	}
	return false;
}

static enum trace_gc kind_of(const struct trace_text *name)
{
	if (trace_text_equals(name, "MinorGC"))
		return TRACE_GC_MINOR;
	if (trace_text_equals(name, "MajorGC"))
		return TRACE_GC_MAJOR;
	if (BEGINS_WITH(name, "V8.GCIncrementalMarking"))
		return TRACE_GC_INCREMENTAL;
	return name->bytes[0] == 'V' ? TRACE_GC_OTHER : TRACE_GC_BLINK;
}

/* ---- epochs ---- */

static struct trace_epoch *find(const struct trace_epochs *epochs, int64_t pid, int64_t number)
{
	uint64_t mixed = ((uint64_t)pid << 32 ^ (uint64_t)number) * UINT64_C(0x9E3779B97F4A7C15);
	size_t slot = (size_t)(mixed >> 32) & (epochs->room - 1);
	while (epochs->slots[slot].pid && (epochs->slots[slot].pid != pid || epochs->slots[slot].number != number))
		slot = (slot + 1) & (epochs->room - 1);
	return &epochs->slots[slot];
}

static void grow(struct trace_epochs *epochs)
{
	struct trace_epochs larger = { .room = epochs->room ? 2 * epochs->room : FIRST_ROOM, .count = epochs->count };
	larger.slots = mem_alloc_zero(larger.room, sizeof *larger.slots);
	for (size_t i = 0; i < epochs->room; i++) {
		if (epochs->slots[i].pid)
			*find(&larger, epochs->slots[i].pid, epochs->slots[i].number) = epochs->slots[i];
	}
	free(epochs->slots);
	*epochs = larger;
}

/* NULL when the event has none, or there are too many. */
static struct trace_epoch *epoch_of(struct trace_epochs *epochs, const struct trace_event *event)
{
	int64_t number;
	struct trace_value value = trace_value_find(&event->args, "epoch");
	if (event->pid == 0 || !trace_value_integer(&value, &number))
		return NULL;
	if (2 * (epochs->count + 1) > epochs->room && epochs->room < 2 * TRACE_EPOCHS_MAX)
		grow(epochs);
	struct trace_epoch *epoch = find(epochs, event->pid, number);
	if (!epoch->pid && epochs->count == TRACE_EPOCHS_MAX - 1)
		return NULL;
	if (!epoch->pid) {
		*epoch = (struct trace_epoch){ .pid = event->pid, .number = number, .owner = SIZE_MAX };
		epochs->count++;
	}
	return epoch;
}

/* ---- slices ---- */

static void add_pause(struct trace_collector *collector, const struct trace_event *event, enum trace_gc kind)
{
	struct trace_pauses *pauses = &collector->kinds[kind];
	if (event->dur_us > trace_collector_sum(collector).longest_us || isnan(collector->longest_start_us))
		collector->longest_start_us = event->ts_us;
	pauses->count++;
	pauses->sum_us += event->dur_us;
	pauses->longest_us = fmax(pauses->longest_us, event->dur_us);
	collector->end_us = event->ts_us + event->dur_us;
	if (kind == TRACE_GC_MINOR || kind == TRACE_GC_MAJOR) {
		struct trace_value after = trace_value_find(&event->args, "usedHeapSizeAfter");
		collector->heap_after_bytes = trace_value_number(&after);
	}
}

static void help(struct trace_collector *collector, struct trace_epochs *epochs, const struct trace_event *event)
{
	struct trace_epoch *epoch = epoch_of(epochs, event);
	collector->end_us = event->ts_us + event->dur_us;
	if (epoch)
		epoch->helped_us += event->dur_us;
}

void trace_collector_take(struct trace_collector *collector, struct trace_epochs *epochs,
	const struct trace_thread *thread, const struct trace_event *event)
{
	enum trace_gc kind = kind_of(&event->name);
	bool inside = event->ts_us < collector->end_us;
	if (!inside && kind == TRACE_GC_OTHER && !trace_collector_is_isolate(collector)) {
		help(collector, epochs, event);
		return;
	}
	if (!inside)
		add_pause(collector, event, kind);
	struct trace_epoch *epoch = kind == TRACE_GC_OTHER && trace_collector_is_isolate(collector)
		? epoch_of(epochs, event) : NULL;
	if (epoch)
		epoch->owner = thread->index;
}

struct trace_pauses trace_collector_sum(const struct trace_collector *collector)
{
	struct trace_pauses sum = { 0 };
	for (enum trace_gc kind = TRACE_GC_MINOR; kind < TRACE_GCS; kind++) {
		sum.count += collector->kinds[kind].count;
		sum.sum_us += collector->kinds[kind].sum_us;
		sum.longest_us = fmax(sum.longest_us, collector->kinds[kind].longest_us);
	}
	return sum;
}

bool trace_collector_is_isolate(const struct trace_collector *collector)
{
	return collector->runs_script || collector->kinds[TRACE_GC_MINOR].count || collector->kinds[TRACE_GC_MAJOR].count
		|| collector->kinds[TRACE_GC_INCREMENTAL].count;
}
