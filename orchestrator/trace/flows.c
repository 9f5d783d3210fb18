#include "trace/flows.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/value.h"

enum { FIRST_ROOM = 1024, BEGINNINGS = 2048 };

/* A task as one number: of two that meet, one arrow more is counted; there are 2^20 threads and 12 days of µs. */
enum { TIME_BITS = 44 };

struct beginning {
	uint64_t key;            /* of the arrow's id; 0: free */
	struct trace_flow flow;
};

struct trace_flows {
	uint64_t *tasks;         /* open addressing, at most half full; 0: free */
	size_t room, count;
	uint64_t dropped;
	struct beginning beginnings[BEGINNINGS]; /* by the id's last bits: of two that meet the later one stays */
};

struct trace_flows *trace_flows_new(void)
{
	struct trace_flows *flows = mem_alloc_zero(1, sizeof *flows);
	flows->room = FIRST_ROOM;
	flows->tasks = mem_alloc_zero(flows->room, sizeof *flows->tasks);
	return flows;
}

void trace_flows_free(struct trace_flows *flows)
{
	if (!flows)
		return;
	free(flows->tasks);
	free(flows);
}

/* ---- tasks that carry a message ---- */

static uint64_t task_key(const struct trace_thread *thread, double task_us)
{
	uint64_t moment = task_us > 0 && task_us < 1e18 ? (uint64_t)task_us : 0;
	uint64_t key = (uint64_t)thread->index << TIME_BITS ^ moment;
	return key ? key : 1;
}

static uint64_t *find(const struct trace_flows *flows, uint64_t key)
{
	size_t slot = (size_t)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (flows->room - 1);
	while (flows->tasks[slot] && flows->tasks[slot] != key)
		slot = (slot + 1) & (flows->room - 1);
	return &flows->tasks[slot];
}

static void grow(struct trace_flows *flows)
{
	uint64_t *old = flows->tasks;
	size_t old_room = flows->room;
	flows->room *= 2;
	flows->tasks = mem_alloc_zero(flows->room, sizeof *flows->tasks);
	for (size_t i = 0; i < old_room; i++) {
		if (old[i])
			*find(flows, old[i]) = old[i];
	}
	free(old);
}

void trace_flows_carry(struct trace_flows *flows, const struct trace_thread *thread, double task_us)
{
	uint64_t key = task_key(thread, task_us);
	if (*find(flows, key))
		return;
	if (flows->count == TRACE_CARRIERS_MAX) {
		flows->dropped++;
		return;
	}
	if (2 * (flows->count + 1) > flows->room)
		grow(flows);
	*find(flows, key) = key;
	flows->count++;
}

uint64_t trace_flows_dropped(const struct trace_flows *flows)
{
	return flows->dropped;
}

/* ---- arrows ---- */

/* FNV-1a of the id's text. */
static uint64_t arrow_key(const struct trace_event *event)
{
	const struct trace_text *text = event->id.kind == TRACE_ABSENT ? &event->id2.text : &event->id.text;
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	for (size_t i = 0; i < text->length; i++)
		hash = (hash ^ (unsigned char)text->bytes[i]) * UINT64_C(0x100000001b3);
	return hash ? hash : 1;
}

bool trace_flows_take(struct trace_flows *flows, const struct trace_event *event, const struct trace_thread *thread,
	struct trace_flow *flow)
{
	if (flows->count == 0 || !trace_text_has_category(&event->category, "toplevel.flow"))
		return false;
	uint64_t key = arrow_key(event);
	struct beginning *beginning = &flows->beginnings[(key ^ key >> 32) % BEGINNINGS];
	if (event->phase == 's') {
		*beginning = (struct beginning){ key, { thread, event->ts_us } };
		return false;
	}
	if (beginning->key != key || !*find(flows, task_key(thread, event->ts_us)))
		return false;
	*flow = beginning->flow;
	return true;
}
