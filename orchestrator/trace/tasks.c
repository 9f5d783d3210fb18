#include "trace/tasks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/label.h"
#include "trace/value.h"

enum { DEPTH_MAX = 64, LABELS_MAX = 48, OTHERS = LABELS_MAX - 1 };

/* A long task that goes on: where its time went so far. */
struct trace_task_detail {
	struct trace_long_task task; /* dur_us INFINITY while nobody knows */
	enum trace_task_sort sort;
	bool active;
	double charged_us;       /* up to here */
	struct { double end_us; size_t label; } stack[DEPTH_MAX]; /* end INFINITY: of a B */
	size_t depth, label_count;
	struct trace_task_part labels[LABELS_MAX];
};

void trace_tasks_init(struct trace_tasks *tasks)
{
	*tasks = (struct trace_tasks){ .end_us = { -INFINITY, -INFINITY } };
}

void trace_tasks_release(struct trace_tasks *tasks)
{
	free(tasks->detail);
	tasks->detail = NULL;
}

enum trace_task_sort trace_tasks_sort(const struct trace_tasks *tasks)
{
	return tasks->totals[TRACE_TASKS].count ? TRACE_TASKS : TRACE_BARE;
}

/* ---- the list of the longest ---- */

static bool is_long_enough(const struct trace_long_tasks *long_tasks, enum trace_task_sort sort, double dur_us)
{
	const struct trace_long_list *list = &long_tasks->lists[sort];
	return dur_us >= long_tasks->limit_us
		&& (list->count < TRACE_LONG_TASKS_MAX || dur_us > list->items[list->count - 1].dur_us);
}

static void enter(struct trace_long_list *list, const struct trace_long_task *task)
{
	size_t place = list->count < TRACE_LONG_TASKS_MAX ? list->count++ : TRACE_LONG_TASKS_MAX - 1;
	for (; place > 0 && list->items[place - 1].dur_us < task->dur_us; place--)
		list->items[place] = list->items[place - 1];
	list->items[place] = *task;
}

/* ---- what one mostly was ---- */

static size_t label_of(struct trace_task_detail *detail, const char *text)
{
	size_t at = 0;
	while (at < detail->label_count && strcmp(detail->labels[at].label, text) != 0)
		at++;
	if (at < detail->label_count)
		return at;
	if (detail->label_count == LABELS_MAX)
		return OTHERS;
	detail->label_count++;
	memcpy(detail->labels[at].label, at == OTHERS ? "others" : text, at == OTHERS ? sizeof "others" : strlen(text) + 1);
	detail->labels[at].self_us = 0;
	return at;
}

static void charge(struct trace_task_detail *detail, double until_us)
{
	if (detail->depth > 0 && until_us > detail->charged_us)
		detail->labels[detail->stack[detail->depth - 1].label].self_us += until_us - detail->charged_us;
	detail->charged_us = fmax(detail->charged_us, until_us);
}

/* Slices that end by then, the task itself excepted, end. */
static void close_until(struct trace_task_detail *detail, double until_us)
{
	while (detail->depth > 1 && detail->stack[detail->depth - 1].end_us <= until_us) {
		charge(detail, detail->stack[detail->depth - 1].end_us);
		detail->depth--;
	}
	charge(detail, until_us);
}

static void open_part(struct trace_task_detail *detail, const struct trace_event *event, double end_us)
{
	char text[TRACE_LABEL_SIZE];
	close_until(detail, event->ts_us);
	if (detail->depth == DEPTH_MAX)
		return;
	trace_label(event, text);
	detail->stack[detail->depth].end_us = end_us;
	detail->stack[detail->depth++].label = label_of(detail, text);
}

static void close_part(struct trace_task_detail *detail, double ts_us)
{
	size_t at = detail->depth;
	close_until(detail, ts_us);
	while (at > 1 && !isinf(detail->stack[at - 1].end_us))
		at--;
	if (at > 1)
		detail->depth = at - 1;
}

static int by_self(const void *left, const void *right)
{
	double a = ((const struct trace_task_part *)left)->self_us, b = ((const struct trace_task_part *)right)->self_us;
	return a == b ? 0 : a > b ? -1 : 1;
}

/* What goes on is over at `end_us`, and known. */
static void finish(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, double end_us)
{
	struct trace_task_detail *detail = tasks->detail;
	struct trace_long_task *task = &detail->task;
	detail->active = false;
	close_until(detail, end_us);
	task->dur_us = end_us - task->start_us;
	if (!is_long_enough(long_tasks, detail->sort, task->dur_us))
		return;
	qsort(detail->labels, detail->label_count, sizeof *detail->labels, by_self);
	for (size_t i = 0; i < detail->label_count && i < TRACE_TASK_PARTS && detail->labels[i].self_us > 0; i++)
		task->parts[task->part_count++] = detail->labels[i];
	enter(&long_tasks->lists[detail->sort], task);
}

static void look_into(struct trace_tasks *tasks, enum trace_task_sort sort, const struct trace_thread *thread,
	const struct trace_event *event, double dur_us)
{
	if (!tasks->detail)
		tasks->detail = mem_alloc_zero(1, sizeof *tasks->detail);
	struct trace_task_detail *detail = tasks->detail;
	detail->task = (struct trace_long_task){ .thread = thread, .start_us = event->ts_us, .dur_us = dur_us,
		.cpu_us = isnan(event->tts_us) || isinf(dur_us) ? NAN : fmin(event->tdur_us, event->dur_us) };
	detail->sort = sort;
	detail->active = true;
	detail->charged_us = event->ts_us;
	detail->depth = detail->label_count = 0;
	open_part(detail, event, event->ts_us + dur_us);
}

/* ---- the thread ---- */

static void count(struct trace_tasks *tasks, enum trace_task_sort sort, double dur_us, double cpu_us, double limit_us)
{
	struct trace_task_totals *totals = &tasks->totals[sort];
	totals->count++;
	totals->over += dur_us >= limit_us;
	totals->busy_us += dur_us;
	totals->cpu_us += isnan(cpu_us) ? 0 : cpu_us;
	totals->longest_us = fmax(totals->longest_us, dur_us);
}

static bool is_looking(const struct trace_tasks *tasks)
{
	return tasks->detail && tasks->detail->active;
}

static void leave_past(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, double now_us)
{
	const struct trace_long_task *task = &tasks->detail->task;
	if (task->start_us + task->dur_us <= now_us)
		finish(tasks, long_tasks, task->start_us + task->dur_us);
}

static void take_slice(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, const struct trace_thread *thread,
	const struct trace_event *event, enum trace_task_sort sort)
{
	double cpu_us = isnan(event->tts_us) ? NAN : fmin(event->tdur_us, event->dur_us);
	tasks->end_us[sort] = event->ts_us + event->dur_us;
	count(tasks, sort, event->dur_us, cpu_us, long_tasks->limit_us);
	/* A task inside a bare slice takes its place: the thread has tasks. */
	if (is_long_enough(long_tasks, sort, event->dur_us))
		look_into(tasks, sort, thread, event, event->dur_us);
	else if (is_looking(tasks))
		open_part(tasks->detail, event, event->ts_us + event->dur_us);
}

static void take_complete(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks,
	const struct trace_thread *thread, const struct trace_event *event, bool task)
{
	if (is_looking(tasks))
		leave_past(tasks, long_tasks, event->ts_us);
	bool outermost = event->ts_us >= tasks->end_us[TRACE_TASKS] && tasks->begun == 0;
	if (outermost && task)
		take_slice(tasks, long_tasks, thread, event, TRACE_TASKS);
	else if (outermost && event->ts_us >= tasks->end_us[TRACE_BARE])
		take_slice(tasks, long_tasks, thread, event, TRACE_BARE);
	else if (is_looking(tasks))
		open_part(tasks->detail, event, event->ts_us + event->dur_us);
}

static void take_begin(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, const struct trace_thread *thread,
	const struct trace_event *event, bool task)
{
	if (is_looking(tasks))
		leave_past(tasks, long_tasks, event->ts_us);
	if (tasks->begun == 0 && (event->ts_us < tasks->end_us[TRACE_TASKS] || event->ts_us < tasks->end_us[TRACE_BARE])) {
		tasks->ignored++;
		return;
	}
	if (tasks->begun++ == 0)
		look_into(tasks, task ? TRACE_TASKS : TRACE_BARE, thread, event, INFINITY);
	else
		open_part(tasks->detail, event, INFINITY);
}

static void take_end(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, double ts_us)
{
	if (tasks->begun == 0) {
		tasks->ignored -= tasks->ignored > 0;
		return;
	}
	struct trace_task_detail *detail = tasks->detail;
	if (--tasks->begun > 0) {
		close_part(detail, ts_us);
		return;
	}
	double end_us = fmax(ts_us, detail->charged_us); /* what is out of order has been charged */
	tasks->end_us[detail->sort] = end_us;
	count(tasks, detail->sort, end_us - detail->task.start_us, NAN, long_tasks->limit_us);
	finish(tasks, long_tasks, end_us);
}

void trace_tasks_take(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, const struct trace_thread *thread,
	const struct trace_event *event, bool task)
{
	if (event->phase == 'X')
		take_complete(tasks, long_tasks, thread, event, task);
	else if (event->phase == 'B')
		take_begin(tasks, long_tasks, thread, event, task);
	else
		take_end(tasks, long_tasks, event->ts_us);
}

void trace_tasks_end(struct trace_tasks *tasks, struct trace_long_tasks *long_tasks, double last_us)
{
	if (!is_looking(tasks))
		return;
	struct trace_task_detail *detail = tasks->detail;
	if (tasks->begun == 0) {
		finish(tasks, long_tasks, detail->task.start_us + detail->task.dur_us);
		return;
	}
	double end_us = fmax(last_us, detail->task.start_us);
	detail->task.open = true;
	count(tasks, detail->sort, end_us - detail->task.start_us, NAN, long_tasks->limit_us);
	tasks->begun = 0;
	finish(tasks, long_tasks, end_us);
}
