/* The tasks of a thread, and of the longest what they mostly were.
 *
 * A task is an outermost RunTask (or ThreadControllerImpl::RunTask; both are often written, one inside the other). A thread
 * without any (a pool's helper, a trace without those categories) has "bare" slices instead: whatever is outermost on it.
 *
 * What a long task mostly was is its time by name, each moment charged to the innermost slice. It is looked into only while
 * such a task goes on, so memory is some kB for a thread that had one. Events are taken in the order of time, as Chromium
 * writes them. Pure. Ownership: trace_tasks_release(); an all-zero struct but for trace_tasks_init() is no beginning. */
#ifndef WASMOGRAPH_TRACE_TASKS_H
#define WASMOGRAPH_TRACE_TASKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/event.h"
#include "trace/threads.h"

enum { TRACE_LONG_TASKS_MAX = 20, TRACE_TASK_PARTS = 3, TRACE_LABEL_SIZE = 64 };

/* A name, or a function and where it stands: "FunctionCall onmessage (sink.js:3)". */
struct trace_task_part {
	char label[TRACE_LABEL_SIZE];
	double self_us;
};

struct trace_long_task {
	const struct trace_thread *thread;
	double start_us, dur_us;
	double cpu_us;           /* on a processor; NAN: the trace does not say */
	bool open;               /* the trace ends before it does */
	struct trace_task_part parts[TRACE_TASK_PARTS]; /* the largest first */
	size_t part_count;
};

/* The longest of those over the limit, the longest first. */
struct trace_long_list {
	struct trace_long_task items[TRACE_LONG_TASKS_MAX];
	size_t count;
};

enum trace_task_sort { TRACE_TASKS, TRACE_BARE, TRACE_TASK_SORTS };

struct trace_long_tasks {
	double limit_us;
	struct trace_long_list lists[TRACE_TASK_SORTS];
};

struct trace_task_totals {
	uint64_t count, over;    /* over: as long as the limit at least */
	double busy_us, cpu_us;  /* cpu: of those that say so */
	double longest_us;
};

struct trace_tasks {
	struct trace_task_totals totals[TRACE_TASK_SORTS];
	double end_us[TRACE_TASK_SORTS]; /* of the outermost one seen last */
	size_t begun, ignored;   /* open B: of the outermost one and what it holds; inside others */
	struct trace_task_detail *detail; /* private */
};

void trace_tasks_init(struct trace_tasks *tasks);
void trace_tasks_release(struct trace_tasks *tasks);

/* Which of the two a thread's figures are of. */
enum trace_task_sort trace_tasks_sort(const struct trace_tasks *tasks);

/* A slice (X, B or E) of that thread; `task`: its name is one of the two. */
void trace_tasks_take(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, const struct trace_thread *thread,
	const struct trace_event *event, bool task);

/* Nothing follows: what is open lasted until `last_us` at least. */
void trace_tasks_end(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, double last_us);

#endif
