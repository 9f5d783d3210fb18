/* Clock marks: performance.mark('align:main') on the page and ('align:worker') on the worker, which tie the clocks, name
 * the two threads of a launch and bound what belongs to it. Two are set at once at the start and two at the end, single
 * ones every second or two between.
 *
 * Pure; a value. */
#ifndef WASMOGRAPH_TRACE_MARKS_H
#define WASMOGRAPH_TRACE_MARKS_H

#include <stdbool.h>
#include <stddef.h>

enum trace_role { TRACE_MAIN, TRACE_WORKER, TRACE_ROLES };

/* Two marks closer than this were set at once. */
#define TRACE_MARK_PAIR_US 500000.0

/* Marks of one name on one thread; times on the trace's clock. */
struct trace_marks {
	size_t count;
	double first_us, second_us;      /* the two earliest; NAN when there are not so many */
	double last_us, before_last_us;  /* the two latest */
};

void trace_marks_begin(struct trace_marks *marks);
void trace_marks_add(struct trace_marks *marks, double ts_us); /* in any order */

/* Which end of the launch has no pair of marks. When there is one pair only, it is that of the start unless the head of
 * the trace is known to be lost. */
struct trace_mark_ends { bool start, end; };
struct trace_mark_ends trace_marks_missing(const struct trace_marks *marks, bool head_lost);

#endif
