/* The threads of a trace and what each did: its name, clock marks, garbage collections, long tasks.
 *
 * A thread is named by pid and tid together: tids are those of a pid namespace when Chromium is sandboxed, so that the
 * main threads of two renderers may both be 1.
 *
 * Pure. Ownership: trace_threads_free(); a thread that was found stays where it is until then. */
#ifndef WASMOGRAPH_TRACE_THREADS_H
#define WASMOGRAPH_TRACE_THREADS_H

#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/marks.h"

enum { TRACE_NAME_SIZE = 64, TRACE_THREADS_MAX = 16384 };

/* A task of this length is a long one: the Long Tasks API's 50 ms. */
#define TRACE_LONG_TASK_US 50000.0

struct trace_thread {
	int64_t pid, tid;
	size_t index;                    /* among trace_threads_at() */
	char name[TRACE_NAME_SIZE];      /* "CrRendererMain", …; "" when the trace does not say */
	uint64_t events;
	double first_us;                 /* of all its events but metadata; infinite before */
	struct trace_marks marks[TRACE_ROLES];
	size_t minor_gcs, major_gcs;     /* outermost ones */
	double gc_us;                    /* with the steps of incremental marking, which stand outside them */
	size_t tasks, long_tasks;
	double longest_task_us;
	double gc_end_us, task_end_us;   /* of the outermost one seen last: what lies inside is not counted again */
};

struct trace_threads;

struct trace_threads *trace_threads_new(void);
void trace_threads_free(struct trace_threads *threads);

/* The thread, made if need be; NULL when the trace has more than TRACE_THREADS_MAX. */
struct trace_thread *trace_threads_get(struct trace_threads *threads, int64_t pid, int64_t tid);

size_t trace_threads_count(const struct trace_threads *threads);
struct trace_thread *trace_threads_at(const struct trace_threads *threads, size_t index);

/* Takes over a name that the trace gives a thread (phase M). */
void trace_thread_take_name(struct trace_thread *thread, const struct trace_event *event);

/* Enters an event with its thread, which is returned (NULL as above). */
struct trace_thread *trace_threads_take(struct trace_threads *threads, const struct trace_event *event);

/* The thread with the most marks of that role, the later one of equals (a page that was loaded twice leaves marks of
 * its first worker, too); NULL when there is none. */
const struct trace_thread *trace_threads_of_role(const struct trace_threads *threads, enum trace_role role);

#endif
