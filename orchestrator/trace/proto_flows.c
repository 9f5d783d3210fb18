#include "trace/proto_flows.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

enum { FIRST_ROOM = 1024, ID_SIZE = 24 };

void trace_flows_add(struct trace_flows *flows, const struct trace_flow_point *point)
{
	if (flows->count == TRACE_FLOW_POINTS_MAX) {
		flows->dropped++;
		return;
	}
	if (flows->count == flows->room) {
		flows->room = flows->room ? 2 * flows->room : FIRST_ROOM;
		flows->points = mem_resize(flows->points, flows->room, sizeof *flows->points);
	}
	flows->points[flows->count] = *point;
	flows->points[flows->count].order = flows->count;
	flows->count++;
}

/* By flow, then by time, then as they stand in the file. */
static int compare(const void *left, const void *right)
{
	const struct trace_flow_point *a = left, *b = right;
	if (a->flow != b->flow)
		return a->flow < b->flow ? -1 : 1;
	if (a->ts_ns != b->ts_ns)
		return a->ts_ns < b->ts_ns ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void tell_end(const struct trace_flow_point *place, const struct trace_flow_point *source, char phase, size_t number,
	trace_event_fn tell, void *context)
{
	static const struct trace_value absent = { TRACE_ABSENT, { "", 0, false } };
	char id[ID_SIZE];
	int length = snprintf(id, sizeof id, "%zu", number);
	struct trace_event event = { .phase = phase, .pid = place->pid, .tid = place->tid,
		.ts_us = (double)place->ts_ns / 1000, .tts_us = NAN, .name = { source->name->bytes, source->name->length, false },
		.category = absent.text, .id = { TRACE_NUMBER, { id, (size_t)length, false } }, .id2 = absent,
		.args = { TRACE_OBJECT, { "{}", 2, false } } };
	if (source->category)
		event.category = (struct trace_text){ source->category->bytes, source->category->length, false };
	tell(&event, context);
}

void trace_flows_tell(struct trace_flows *flows, trace_event_fn tell, void *context)
{
	size_t number = 0;
	if (flows->count == 0)
		return;
	qsort(flows->points, flows->count, sizeof *flows->points, compare);
	for (size_t i = 1; i < flows->count; i++) {
		const struct trace_flow_point *from = &flows->points[i - 1], *to = &flows->points[i];
		if (from->flow != to->flow || from->terminates)
			continue;
		tell_end(from, from, 's', number, tell, context);
		tell_end(to, from, 'f', number, tell, context);
		number++;
	}
	flows->count = 0;
}

void trace_flows_release(struct trace_flows *flows)
{
	free(flows->points);
	*flows = (struct trace_flows){ 0 };
}
