/* Ties a thread's performance.now() to the trace's clock by its clock marks (trace/marks.h).
 *
 * A mark's ts is the trace's time (µs), its startTime the page's (ms): ts − 1000·startTime is where the page's 0 lies in the
 * trace. Single marks were up to 86 µs off, so the median of all counts; the spread of a good launch is ±5 µs, the
 * step of the page's clock (facts of Chromium 156: 41–79 marks over 76 s, drift ≤ 2 µs).
 *
 * Pure. Ownership: trace_clock_release(). Memory: at most TRACE_CLOCK_MARKS marks are kept; of more, every other one is
 * dropped, again and again. */
#ifndef WASMOGRAPH_TRACE_CLOCK_H
#define WASMOGRAPH_TRACE_CLOCK_H

#include <stddef.h>

enum { TRACE_CLOCK_MARKS = 4096 };

/* With a p95 of the marks' deviations beyond this no cause is told. */
#define TRACE_CLOCK_P95_MAX_US 20.0

struct trace_clock {
	double *offsets_us;      /* of the marks that are kept */
	size_t kept, room;
	size_t count;            /* of all marks */
	size_t stride;           /* every stride-th is kept; 0 before the first */
};

void trace_clock_add(struct trace_clock *clock, double ts_us, double start_ms);
void trace_clock_release(struct trace_clock *clock);

struct trace_clock_reading {
	size_t marks;
	double offset_us;        /* trace µs minus 1000 × page ms; NAN without a mark */
	double spread_us;        /* largest minus smallest */
	double p95_us;           /* of |mark − offset|, nearest rank */
};
struct trace_clock_reading trace_clock_read(const struct trace_clock *clock);

#endif
