/* The garbage collections of an isolate: one JavaScript heap, and so one thread, be it a page's main thread or a worker.
 *
 * A pause is outermost on its thread: MinorGC, MajorGC, a step of incremental marking, Blink's own collector, and what else
 * V8.GC… stands outside of those. V8's helpers on pool threads are not pauses: their slices carry the epoch (args.epoch) of a
 * collection, by which they are told apart by isolate. Events are taken in the order of time. Pure.
 *
 * Ownership: trace_epochs_release(). A collector is a value; trace_collector_init(). */
#ifndef WASMOGRAPH_TRACE_COLLECTIONS_H
#define WASMOGRAPH_TRACE_COLLECTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/threads.h"

enum trace_gc { TRACE_GC_MINOR, TRACE_GC_MAJOR, TRACE_GC_INCREMENTAL, TRACE_GC_BLINK, TRACE_GC_OTHER, TRACE_GCS };

/* "minor", "major", "incremental", "blink", "other" */
const char *trace_gc_name(enum trace_gc gc);

struct trace_pauses {
	uint64_t count;
	double sum_us, longest_us;
};

struct trace_collector {
	struct trace_pauses kinds[TRACE_GCS];
	double longest_start_us; /* of the longest of all kinds */
	double heap_after_bytes; /* usedHeapSizeAfter of the last minor or major one; NAN */
	double end_us;           /* of the outermost one seen last */
	double helped_us;        /* helpers on other threads, for this isolate; the summary fills it in */
	bool runs_script;        /* the thread is an isolate's, whether or not it collects */
};

/* Whose collection an epoch is, and what helpers did for it. */
struct trace_epochs {
	struct trace_epoch {
		int64_t pid, number;
		size_t owner;            /* index of a thread; SIZE_MAX until one is seen */
		double helped_us;
	} *slots;                /* open addressing, at most half full */
	size_t room, count;
};
enum { TRACE_EPOCHS_MAX = 1 << 15 };

void trace_collector_init(struct trace_collector *collector);
void trace_epochs_release(struct trace_epochs *epochs);

/* Whether the name is one of a collection. */
bool trace_collector_is_gc(const struct trace_event *event);

/* A slice (X) of which that is true. */
void trace_collector_take(struct trace_collector *collector, struct trace_epochs *epochs,
	const struct trace_thread *thread, const struct trace_event *event);

/* Of all kinds. */
struct trace_pauses trace_collector_sum(const struct trace_collector *collector);

/* Whether the thread is an isolate's, not a helper's. */
bool trace_collector_is_isolate(const struct trace_collector *collector);

#endif
