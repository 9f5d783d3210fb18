/* What the host saw of the two threads and of the machine, every millisecond, made into evidence: when each thread stood
 * stopped, waited for a processor, slept, took page faults; when the sampler itself could not run.
 *
 * Rows are the kernel's cumulative counters (/proc/PID/task/TID/schedstat and stat, the cgroups' CPU time) as read at a
 * moment of CLOCK_MONOTONIC, which is the trace's clock. A run delay is booked when the thread gets the processor: growth D
 * seen at tick t covers [t − D, t], but not what lies before a sleep: kernels since 6.12 leave a thread that goes to sleep in
 * the queue for a while when others want the processor, and book all of its sleep as delay (56 ms were seen of an
 * Atomics.wait of 57).
 *
 * Memory: spans of evidence only, most of which join; the rows of the last second. Pure.
 * Ownership: trace_host_free(). */
#ifndef WASMOGRAPH_TRACE_HOST_H
#define WASMOGRAPH_TRACE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "trace/marks.h"
#include "trace/spans.h"

enum { TRACE_TICK_OTHERS = 8, TRACE_TICK_THREADS = TRACE_ROLES + TRACE_TICK_OTHERS };

/* One row; NAN (or a 0 byte for the state) is unknown. */
struct trace_tick {
	double mono_us;
	double late_us;          /* how late the sampler woke */
	struct trace_tick_thread {
		double run_ns, delay_ns; /* time on a processor; time runnable without one */
		double minor_faults;
		char state;          /* the letter of /proc/…/stat */
	} threads[TRACE_TICK_THREADS]; /* by role; then the page's other workers, one of which may wake the sender */
	double all_cpu_us;       /* of the whole machine */
	double browser_cpu_us;   /* of the browser's processes */
};

/* Evidence of a thread. A list whose column was missing is empty, and the flag says so. */
struct trace_host_thread {
	bool has_state, has_delay, has_faults;
	struct trace_spans known;    /* between ticks that know state and delay (what there is of the two) */
	struct trace_spans stopped;
	struct trace_spans waiting;  /* value: the browser's share of what the processors did meanwhile; NAN unknown */
	struct trace_spans asleep;
	struct trace_spans faults;   /* value: how many a µs */
};

struct trace_host {
	struct trace_host_thread threads[TRACE_ROLES];
	bool has_late, has_cpu;
	struct trace_spans stalled;  /* the sampler was late */
	struct trace_spans others_waiting; /* one of the page's other workers at least; value as `waiting` */
	uint64_t rows;
	double first_us, last_us;    /* NAN without a row */
	double period_us;            /* mean time between rows */
	double slept_us[TRACE_TICK_THREADS]; /* until when each slept last; private */
	struct trace_host_recent *recent; /* private */
};

struct trace_host *trace_host_new(void);
void trace_host_free(struct trace_host *host); /* NULL is fine */

/* Rows ascend in time; ERR_INVALID otherwise. */
int trace_host_add(struct trace_host *host, const struct trace_tick *tick, struct err *err);

#endif
