#include "trace/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/value.h"

struct trace_summariser {
	struct trace_summary summary;
	struct trace_threads *threads;
	struct trace_routes *routes;
	struct trace_processes processes;
	struct trace_epochs epochs;
	struct trace_long_tasks long_tasks;
	struct trace_long_task listed[TRACE_LONG_TASKS_MAX];
	size_t room;             /* of summary.threads */
};

struct trace_summariser *trace_summariser_new(double limit_us)
{
	struct trace_summariser *summariser = mem_alloc_zero(1, sizeof *summariser);
	summariser->threads = trace_threads_new();
	summariser->routes = trace_routes_new();
	summariser->long_tasks.limit_us = limit_us;
	summariser->summary.first_us = summariser->summary.last_us = NAN;
	return summariser;
}

void trace_summariser_free(struct trace_summariser *summariser)
{
	if (!summariser)
		return;
	for (size_t i = 0; i < summariser->summary.thread_count; i++)
		trace_tasks_release(&summariser->summary.threads[i].tasks);
	free(summariser->summary.threads);
	trace_processes_release(&summariser->processes);
	trace_epochs_release(&summariser->epochs);
	trace_routes_free(summariser->routes);
	trace_threads_free(summariser->threads);
	free(summariser);
}

/* ---- threads ---- */

static void add_thread(struct trace_summariser *summariser, const struct trace_thread *thread)
{
	struct trace_summary *summary = &summariser->summary;
	if (summary->thread_count == summariser->room) {
		summariser->room = summariser->room ? 2 * summariser->room : 32;
		summary->threads = mem_resize(summary->threads, summariser->room, sizeof *summary->threads);
	}
	struct trace_summary_thread *own = &summary->threads[summary->thread_count++];
	*own = (struct trace_summary_thread){ .thread = thread, .first_us = NAN, .last_us = NAN, .task_us = NAN,
		.latest_us = -INFINITY };
	trace_tasks_init(&own->tasks);
	trace_collector_init(&own->collector);
	trace_compiles_init(&own->compiles);
	trace_processes_get(&summariser->processes, thread->pid);
}

/* NULL when there are too many. */
static struct trace_summary_thread *thread_of(struct trace_summariser *summariser, const struct trace_event *event)
{
	struct trace_thread *thread = trace_threads_get(summariser->threads, event->pid, event->tid);
	if (!thread) {
		summariser->summary.threadless++;
		return NULL;
	}
	thread->events++;
	if (thread->index == summariser->summary.thread_count)
		add_thread(summariser, thread);
	return &summariser->summary.threads[thread->index];
}

/* ---- events ---- */

static inline void stretch(double *first_us, double *last_us, double start_us, double end_us)
{
	if (!(*first_us <= start_us))
		*first_us = start_us;
	if (!(*last_us >= end_us))
		*last_us = end_us;
}

/* Which thread runs JavaScript, and what V8 calls its isolate. */
static void take_script(struct trace_summary_thread *own, const struct trace_event *event)
{
	own->collector.runs_script = true;
	struct trace_value isolate = trace_value_find(&event->args, "data.isolate");
	if (isolate.kind == TRACE_STRING)
		trace_text_copy(&isolate.text, own->isolate, sizeof own->isolate);
}

static inline char first_of(const struct trace_text *name)
{
	return name->length ? name->bytes[0] : '\0';
}

/* What the name of a complete slice tells beside its time. */
static void take_named(struct trace_summariser *summariser, struct trace_summary_thread *own,
	const struct trace_event *event)
{
	switch (first_of(&event->name)) {
	case 'H':
		trace_routes_take(summariser->routes, event, own->thread, own->task_us);
		break;
	case 'F':
		if (!own->isolate[0] && trace_text_equals(&event->name, "FunctionCall"))
			take_script(own, event);
		break;
	case 'w':
		if (event->name.length > 5 && memcmp(event->name.bytes, "wasm.", 5) == 0)
			trace_compiles_take(&own->compiles, event);
		break;
	case 'M': case 'V': case 'B': case 'C':
		if (trace_collector_is_gc(event))
			trace_collector_take(&own->collector, &summariser->epochs, own->thread, event);
		break;
	}
}

static bool is_task(const struct trace_text *name)
{
	return (first_of(name) == 'R' && trace_text_equals(name, "RunTask"))
		|| (first_of(name) == 'T' && trace_text_equals(name, "ThreadControllerImpl::RunTask"));
}

static void take_slice(struct trace_summariser *summariser, struct trace_summary_thread *own,
	const struct trace_event *event)
{
	bool task = is_task(&event->name);
	summariser->summary.slices++;
	summariser->summary.backward += event->ts_us < own->latest_us;
	own->latest_us = fmax(own->latest_us, event->ts_us);
	if (task && event->name.bytes[0] == 'T')
		own->task_us = event->ts_us;
	trace_tasks_take(&own->tasks, &summariser->long_tasks, own->thread, event, task);
	if (!task)
		take_named(summariser, own, event);
}

static void take_phase(struct trace_summariser *summariser, struct trace_summary_thread *own,
	const struct trace_event *event)
{
	switch (event->phase) {
	case 'X':
		if (event->dur_us >= 0)
			take_slice(summariser, own, event);
		break;
	case 'B':
		trace_tasks_take(&own->tasks, &summariser->long_tasks, own->thread, event, is_task(&event->name));
		trace_routes_take(summariser->routes, event, own->thread, own->task_us);
		break;
	case 'E':
		trace_tasks_take(&own->tasks, &summariser->long_tasks, own->thread, event, false);
		break;
	case 'I': case 'i': case 's': case 't': case 'f':
		trace_routes_take(summariser->routes, event, own->thread, own->task_us);
		break;
	}
}

static void take_metadata_event(struct trace_summariser *summariser, const struct trace_event *event)
{
	if (trace_text_equals(&event->name, "thread_name")) {
		struct trace_thread *thread = trace_threads_get(summariser->threads, event->pid, event->tid);
		if (thread && thread->index == summariser->summary.thread_count)
			add_thread(summariser, thread);
		if (thread)
			trace_thread_take_name(thread, event);
	} else {
		trace_processes_take_name(&summariser->processes, event);
	}
}

void trace_summariser_take(struct trace_summariser *summariser, const struct trace_event *event)
{
	struct trace_summary *summary = &summariser->summary;
	summary->events++;
	if (event->phase == 'M') {
		take_metadata_event(summariser, event);
		return;
	}
	if (isnan(event->ts_us)) {
		summary->undated++;
		return;
	}
	double end_us = event->ts_us + fmax(event->dur_us, 0);
	stretch(&summary->first_us, &summary->last_us, event->ts_us, end_us);
	struct trace_summary_thread *own = thread_of(summariser, event);
	if (!own)
		return;
	stretch(&own->first_us, &own->last_us, event->ts_us, end_us);
	take_phase(summariser, own, event);
}

/* "HeadlessChrome/156.0.0.0" in a user agent's words. */
static void find_product(const char *agent, char product[TRACE_WORD_SIZE])
{
	const char *name = strstr(agent, "Chrome/");
	while (name && name > agent && name[-1] != ' ')
		name--;
	if (name)
		snprintf(product, TRACE_WORD_SIZE, "%.*s", (int)strcspn(name, " "), name);
}

void trace_summariser_take_metadata(struct trace_summariser *summariser, const struct json *metadata)
{
	struct trace_summary *summary = &summariser->summary;
	trace_loss_read(&summary->loss, metadata);
	find_product(json_text(metadata, "user-agent", ""), summary->product);
	snprintf(summary->recorded, sizeof summary->recorded, "%s",
		json_text(metadata, "trace-capture-datetime", json_text(metadata, "startTime", "")));
}

/* ---- the end ---- */

static void assign_help(struct trace_summariser *summariser)
{
	for (size_t i = 0; i < summariser->epochs.room; i++) {
		const struct trace_epoch *epoch = &summariser->epochs.slots[i];
		if (epoch->pid && epoch->owner != SIZE_MAX)
			summariser->summary.threads[epoch->owner].collector.helped_us += epoch->helped_us;
	}
}

static bool is_bare(const struct trace_summariser *summariser, const struct trace_long_task *task)
{
	return trace_tasks_sort(&summariser->summary.threads[task->thread->index].tasks) == TRACE_BARE;
}

/* Bare slices of threads that have tasks are left out; the two lists become one. */
static void list_long_tasks(struct trace_summariser *summariser)
{
	const struct trace_long_list *tasks = &summariser->long_tasks.lists[TRACE_TASKS];
	const struct trace_long_list *bare = &summariser->long_tasks.lists[TRACE_BARE];
	struct trace_summary *summary = &summariser->summary;
	size_t t = 0, b = 0;
	while (summary->long_task_count < TRACE_LONG_TASKS_MAX && (t < tasks->count || b < bare->count)) {
		bool from_tasks = b == bare->count || (t < tasks->count && tasks->items[t].dur_us >= bare->items[b].dur_us);
		const struct trace_long_task *next = from_tasks ? &tasks->items[t++] : &bare->items[b++];
		if (from_tasks || is_bare(summariser, next))
			summariser->listed[summary->long_task_count++] = *next;
	}
	summary->long_tasks = summariser->listed;
}

const struct trace_summary *trace_summariser_end(struct trace_summariser *summariser)
{
	struct trace_summary *summary = &summariser->summary;
	for (size_t i = 0; i < summary->thread_count; i++) {
		struct trace_tasks *tasks = &summary->threads[i].tasks;
		trace_tasks_end(tasks, &summariser->long_tasks, summary->last_us);
		summary->over_limit += tasks->totals[trace_tasks_sort(tasks)].over;
	}
	assign_help(summariser);
	list_long_tasks(summariser);
	trace_routes_end(summariser->routes, &summary->routes);
	summary->limit_us = summariser->long_tasks.limit_us;
	summary->processes = &summariser->processes;
	return summary;
}
