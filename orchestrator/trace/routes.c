#include "trace/routes.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/flows.h"
#include "trace/messages.h"
#include "trace/value.h"

struct trace_routes {
	struct trace_messages *messages;
	struct trace_flows *flows;
	struct trace_route *items[TRACE_ROUTES_MAX];
	size_t count, latest;    /* latest: most messages go the way of the one before, or back */
	uint64_t unpaired, beyond;
};

struct trace_routes *trace_routes_new(void)
{
	struct trace_routes *routes = mem_alloc_zero(1, sizeof *routes);
	routes->messages = trace_messages_new();
	routes->flows = trace_flows_new();
	return routes;
}

void trace_routes_free(struct trace_routes *routes)
{
	if (!routes)
		return;
	for (size_t i = 0; i < routes->count; i++) {
		trace_durations_release(&routes->items[i]->latency);
		trace_durations_release(&routes->items[i]->queue);
		trace_durations_release(&routes->items[i]->handling);
		free(routes->items[i]);
	}
	trace_messages_free(routes->messages);
	trace_flows_free(routes->flows);
	free(routes);
}

/* NULL when there are too many. */
static struct trace_route *route_of(struct trace_routes *routes, const struct trace_thread *from,
	const struct trace_thread *to)
{
	for (size_t i = 0; i < routes->count; i++) {
		size_t at = (routes->latest + i) % routes->count;
		if (routes->items[at]->from == from && routes->items[at]->to == to) {
			routes->latest = at;
			return routes->items[at];
		}
	}
	if (routes->count == TRACE_ROUTES_MAX) {
		routes->beyond++;
		return NULL;
	}
	struct trace_route *route = mem_alloc_zero(1, sizeof *route);
	*route = (struct trace_route){ .from = from, .to = to, .slowest_us = NAN };
	return routes->items[routes->count++] = route;
}

static void take_message(struct trace_routes *routes, const struct trace_message *message)
{
	struct trace_route *route = route_of(routes, message->from, message->to);
	if (!route)
		return;
	double latency_us = message->handle_us - message->post_us;
	if (latency_us > route->latency.longest_us || isnan(route->slowest_us))
		route->slowest_us = message->handle_us;
	trace_durations_add(&route->latency, latency_us);
	trace_durations_add(&route->handling, message->handled_us);
}

static void take_flow(struct trace_routes *routes, const struct trace_event *event, const struct trace_thread *thread)
{
	struct trace_flow flow;
	if (!trace_flows_take(routes->flows, event, thread, &flow))
		return;
	struct trace_route *route = route_of(routes, flow.from, thread);
	if (route)
		trace_durations_add(&route->queue, event->ts_us - flow.posted_us);
}

void trace_routes_take(struct trace_routes *routes, const struct trace_event *event, const struct trace_thread *thread,
	double task_us)
{
	struct trace_message message;
	if (event->phase == 's' || event->phase == 't' || event->phase == 'f') {
		take_flow(routes, event, thread);
		return;
	}
	if (!isnan(task_us) && trace_text_equals(&event->name, "HandlePostMessage"))
		trace_flows_carry(routes->flows, thread, task_us);
	if (trace_messages_take(routes->messages, event, thread, &message))
		take_message(routes, &message);
}

static void count_pending(const struct trace_message *message, void *context)
{
	struct trace_routes *routes = context;
	(void)message;
	routes->unpaired++;
}

static uint64_t weight(const struct trace_route *route)
{
	return route->latency.count > route->queue.count ? route->latency.count : route->queue.count;
}

static int by_weight(const void *left, const void *right)
{
	uint64_t a = weight(*(struct trace_route *const *)left), b = weight(*(struct trace_route *const *)right);
	return a == b ? 0 : a > b ? -1 : 1;
}

void trace_routes_end(struct trace_routes *routes, struct trace_routes_end *end)
{
	trace_messages_pending(routes->messages, count_pending, routes);
	qsort(routes->items, routes->count, sizeof *routes->items, by_weight);
	*end = (struct trace_routes_end){ (const struct trace_route *const *)routes->items, routes->count,
		routes->unpaired + trace_messages_dropped(routes->messages), routes->beyond, trace_flows_dropped(routes->flows) };
}
