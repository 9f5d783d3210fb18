/* What a trace holds, for somebody who has not seen it yet: processes and threads, long tasks, garbage collections, WebAssembly
 * compilation, messages between threads, and what the trace says it lost.
 *
 * Give it the events of any reader (trace/event.h), in one pass and in the order of time as Chromium writes them; then the end.
 * Memory: some hundred bytes a thread (of TRACE_THREADS_MAX) and what the parts say: flat, whatever the trace's size.
 *
 * Pure; fuzzed. Ownership: trace_summariser_free(); the summary is the summariser's. Threads: one at a time. */
#ifndef WASMOGRAPH_TRACE_SUMMARY_H
#define WASMOGRAPH_TRACE_SUMMARY_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "trace/collections.h"
#include "trace/compiles.h"
#include "trace/event.h"
#include "trace/loss.h"
#include "trace/processes.h"
#include "trace/routes.h"
#include "trace/tasks.h"
#include "trace/threads.h"

enum { TRACE_WORD_SIZE = 64 };

struct trace_summary_thread {
	const struct trace_thread *thread;
	double first_us, last_us; /* NAN: names only */
	double task_us;          /* when its task of ThreadControllerImpl::RunTask began; NAN */
	double latest_us;        /* the latest start of a slice */
	char isolate[TRACE_WORD_SIZE]; /* V8's word for it, where DevTools' events say it; "" */
	struct trace_tasks tasks;
	struct trace_collector collector;
	struct trace_compiles compiles;
};

struct trace_summary {
	uint64_t events;
	double first_us, last_us; /* of all events but metadata, to the end of the last slice; NAN when there is none */
	const struct trace_processes *processes;
	struct trace_summary_thread *threads; /* in the order of their first events */
	size_t thread_count;
	const struct trace_long_task *long_tasks; /* the longest first */
	size_t long_task_count;
	uint64_t over_limit;     /* tasks of the limit's length, long_tasks of which are listed */
	double limit_us;
	struct trace_routes_end routes;
	struct trace_loss loss;
	char product[TRACE_WORD_SIZE], recorded[TRACE_WORD_SIZE]; /* "Chrome/156.0…", a date; "" */
	/* What makes figures less than whole. */
	uint64_t threadless;     /* events of more threads than are kept */
	uint64_t undated;        /* events without a time, metadata aside */
	uint64_t slices, backward; /* slices, and those that begin before one that their thread had before: not in order */
};

struct trace_summariser;

struct trace_summariser *trace_summariser_new(double limit_us);
void trace_summariser_free(struct trace_summariser *summariser); /* NULL is fine */

void trace_summariser_take(struct trace_summariser *summariser, const struct trace_event *event);
void trace_summariser_take_metadata(struct trace_summariser *summariser, const struct json *metadata);

const struct trace_summary *trace_summariser_end(struct trace_summariser *summariser);

#endif
