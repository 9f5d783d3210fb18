#include "trace/threads.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "trace/value.h"

enum { FIRST_ROOM = 64 };

/* A list, and an open-addressed table of what is in it, which is at most half full. */
struct trace_threads {
	struct trace_thread **list;      /* room for `room` */
	size_t count, room;
	struct trace_thread *latest;     /* most events are of the same thread as the one before */
	struct trace_thread **slots;     /* 2 × room, a power of two */
};

struct trace_threads *trace_threads_new(void)
{
	struct trace_threads *threads = mem_alloc_zero(1, sizeof *threads);
	threads->room = FIRST_ROOM;
	threads->list = mem_alloc_zero(threads->room, sizeof *threads->list);
	threads->slots = mem_alloc_zero(2 * threads->room, sizeof *threads->slots);
	return threads;
}

void trace_threads_free(struct trace_threads *threads)
{
	if (!threads)
		return;
	for (size_t i = 0; i < threads->count; i++)
		free(threads->list[i]);
	free(threads->list);
	free(threads->slots);
	free(threads);
}

static size_t slot_of(const struct trace_threads *threads, int64_t pid, int64_t tid)
{
	uint64_t mixed = ((uint64_t)pid << 32 ^ (uint64_t)tid) * UINT64_C(0x9E3779B97F4A7C15); /* 2^64 / golden ratio */
	return (size_t)(mixed >> 32) & (2 * threads->room - 1);
}

/* Its slot, or the free one where it belongs. */
static struct trace_thread **find(const struct trace_threads *threads, int64_t pid, int64_t tid)
{
	size_t slot = slot_of(threads, pid, tid);
	while (threads->slots[slot] && (threads->slots[slot]->pid != pid || threads->slots[slot]->tid != tid))
		slot = (slot + 1) & (2 * threads->room - 1);
	return &threads->slots[slot];
}

static void grow(struct trace_threads *threads)
{
	threads->room *= 2;
	threads->list = mem_resize(threads->list, threads->room, sizeof *threads->list);
	free(threads->slots);
	threads->slots = mem_alloc_zero(2 * threads->room, sizeof *threads->slots);
	for (size_t i = 0; i < threads->count; i++)
		*find(threads, threads->list[i]->pid, threads->list[i]->tid) = threads->list[i];
}

static struct trace_thread *add(struct trace_threads *threads, int64_t pid, int64_t tid)
{
	if (threads->count == threads->room)
		grow(threads);
	struct trace_thread *thread = mem_alloc_zero(1, sizeof *thread);
	thread->pid = pid;
	thread->tid = tid;
	thread->first_us = INFINITY;
	thread->gc_end_us = thread->task_end_us = -INFINITY;
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		trace_marks_begin(&thread->marks[role]);
	thread->index = threads->count;
	*find(threads, pid, tid) = thread;
	threads->list[threads->count++] = thread;
	return thread;
}

struct trace_thread *trace_threads_get(struct trace_threads *threads, int64_t pid, int64_t tid)
{
	if (threads->latest && threads->latest->pid == pid && threads->latest->tid == tid)
		return threads->latest;
	struct trace_thread *thread = *find(threads, pid, tid);
	if (!thread && threads->count < TRACE_THREADS_MAX)
		thread = add(threads, pid, tid);
	if (thread)
		threads->latest = thread;
	return thread;
}

size_t trace_threads_count(const struct trace_threads *threads)
{
	return threads->count;
}

struct trace_thread *trace_threads_at(const struct trace_threads *threads, size_t index)
{
	return threads->list[index];
}

static void take_instant(struct trace_thread *thread, const struct trace_event *event)
{
	if (isnan(event->ts_us))
		return;
	if (trace_text_equals(&event->name, "align:main"))
		trace_marks_add(&thread->marks[TRACE_MAIN], event->ts_us);
	else if (trace_text_equals(&event->name, "align:worker"))
		trace_marks_add(&thread->marks[TRACE_WORKER], event->ts_us);
}

static bool begins_inside(const struct trace_event *event, double end_us)
{
	return event->ts_us < end_us;
}

/* MinorGC and MajorGC hold the scopes of their phases; V8.GCIncrementalMarking and …Start are pauses of their own. */
static void take_gc(struct trace_thread *thread, const struct trace_event *event)
{
	bool minor = trace_text_equals(&event->name, "MinorGC"), major = trace_text_equals(&event->name, "MajorGC");
	bool step = trace_text_equals(&event->name, "V8.GCIncrementalMarking")
		|| trace_text_equals(&event->name, "V8.GCIncrementalMarkingStart");
	if (!(minor || major || step) || begins_inside(event, thread->gc_end_us))
		return;
	thread->minor_gcs += minor;
	thread->major_gcs += major;
	thread->gc_us += event->dur_us;
	thread->gc_end_us = event->ts_us + event->dur_us;
}

/* RunTask and ThreadControllerImpl::RunTask of two categories are one task. */
static void take_task(struct trace_thread *thread, const struct trace_event *event)
{
	if (begins_inside(event, thread->task_end_us))
		return;
	thread->tasks++;
	thread->long_tasks += event->dur_us >= TRACE_LONG_TASK_US;
	if (event->dur_us > thread->longest_task_us)
		thread->longest_task_us = event->dur_us;
	thread->task_end_us = event->ts_us + event->dur_us;
}

static void take_slice(struct trace_thread *thread, const struct trace_event *event)
{
	char first = event->name.length ? event->name.bytes[0] : '\0';
	if (first == 'M' || first == 'V' || event->name.escaped)
		take_gc(thread, event);
	if (trace_text_equals(&event->name, "RunTask")
	    || trace_text_equals(&event->name, "ThreadControllerImpl::RunTask"))
		take_task(thread, event);
}

void trace_thread_take_name(struct trace_thread *thread, const struct trace_event *event)
{
	if (!trace_text_equals(&event->name, "thread_name"))
		return;
	struct trace_value name = trace_value_find(&event->args, "name");
	if (name.kind == TRACE_STRING)
		trace_text_copy(&name.text, thread->name, sizeof thread->name);
}

struct trace_thread *trace_threads_take(struct trace_threads *threads, const struct trace_event *event)
{
	struct trace_thread *thread = trace_threads_get(threads, event->pid, event->tid);
	if (!thread)
		return NULL;
	thread->events++;
	if (event->phase != 'M')
		thread->first_us = fmin(thread->first_us, event->ts_us);
	switch (event->phase) {
	case 'X': take_slice(thread, event); break;
	case 'I': case 'i': case 'R': take_instant(thread, event); break;
	case 'M': trace_thread_take_name(thread, event); break;
	}
	return thread;
}

const struct trace_thread *trace_threads_of_role(const struct trace_threads *threads, enum trace_role role)
{
	const struct trace_thread *best = NULL;
	for (size_t i = 0; i < threads->count; i++) {
		const struct trace_thread *thread = threads->list[i];
		size_t count = thread->marks[role].count, most = best ? best->marks[role].count : 0;
		if (count > most || (count && count == most && thread->marks[role].first_us > best->marks[role].first_us))
			best = thread;
	}
	return best;
}
