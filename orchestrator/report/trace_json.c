#include "report/trace_json.h"

#include <math.h>

#include "report/json_stream.h"
#include "report/trace_notes.h"

enum { TRACE_SCHEMA = 1 };

static void set_ms(struct json *object, const char *key, double us)
{
	json_set_number(object, key, us / 1000);
}

static struct json *thread_json(const struct trace_thread *thread)
{
	struct json *object = json_new_object();
	json_set_number(object, "pid", (double)thread->pid);
	json_set_number(object, "tid", (double)thread->tid);
	json_set_text(object, "name", thread->name);
	return object;
}

static struct json *text_or_null(const char *text)
{
	return text[0] ? json_new_text(text) : json_new_null();
}

/* ---- processes and threads ---- */

static void put_processes(FILE *out, const struct trace_summary *summary)
{
	struct json_stream_list list = json_stream_list_begin(out, "processes");
	for (size_t i = 0; i < summary->processes->count; i++) {
		const struct trace_process *process = &summary->processes->items[i];
		struct json *object = json_new_object();
		json_set_number(object, "pid", (double)process->pid);
		json_set_text(object, "name", process->name);
		json_set(object, "labels", text_or_null(process->labels));
		json_stream_put(&list, object);
	}
	json_stream_list_end(&list);
}

static struct json *tasks_json(const struct trace_tasks *tasks)
{
	enum trace_task_sort sort = trace_tasks_sort(tasks);
	const struct trace_task_totals *totals = &tasks->totals[sort];
	struct json *object = json_new_object();
	json_set_text(object, "of", sort == TRACE_TASKS ? "RunTask" : "outermost slices");
	json_set_number(object, "count", (double)totals->count);
	json_set_number(object, "over_limit", (double)totals->over);
	set_ms(object, "busy_ms", totals->busy_us);
	set_ms(object, "cpu_ms", totals->cpu_us);
	set_ms(object, "longest_ms", totals->longest_us);
	return object;
}

static void put_threads(FILE *out, const struct trace_summary *summary)
{
	struct json_stream_list list = json_stream_list_begin(out, "threads");
	for (size_t i = 0; i < summary->thread_count; i++) {
		const struct trace_summary_thread *own = &summary->threads[i];
		struct json *object = thread_json(own->thread);
		json_set_text(object, "process", trace_processes_name(summary->processes, own->thread->pid));
		json_set_number(object, "events", (double)own->thread->events);
		json_set_number(object, "first_us", own->first_us);
		json_set_number(object, "last_us", own->last_us);
		json_set(object, "isolate", text_or_null(own->isolate));
		json_set(object, "tasks", tasks_json(&own->tasks));
		json_stream_put(&list, object);
	}
	json_stream_list_end(&list);
}

/* ---- long tasks ---- */

static struct json *long_task_json(const struct trace_long_task *task)
{
	struct json *object = thread_json(task->thread), *mostly = json_new_array();
	json_set_number(object, "start_us", task->start_us);
	set_ms(object, "ms", task->dur_us);
	set_ms(object, "cpu_ms", task->cpu_us);
	json_set_bool(object, "open", task->open);
	for (size_t i = 0; i < task->part_count; i++) {
		struct json *part = json_new_object();
		json_set_text(part, "name", task->parts[i].label);
		set_ms(part, "self_ms", task->parts[i].self_us);
		json_append(mostly, part);
	}
	json_set(object, "mostly", mostly);
	return object;
}

static struct json *long_tasks_json(const struct trace_summary *summary)
{
	struct json *object = json_new_object(), *longest = json_new_array();
	set_ms(object, "limit_ms", summary->limit_us);
	json_set_number(object, "over_limit", (double)summary->over_limit);
	for (size_t i = 0; i < summary->long_task_count; i++)
		json_append(longest, long_task_json(&summary->long_tasks[i]));
	json_set(object, "longest", longest);
	return object;
}

/* ---- collections ---- */

static void set_pauses(struct json *object, const struct trace_pauses *pauses)
{
	json_set_number(object, "count", (double)pauses->count);
	set_ms(object, "ms", pauses->sum_us);
	set_ms(object, "longest_ms", pauses->longest_us);
}

static struct json *collector_json(const struct trace_summary_thread *own)
{
	const struct trace_collector *collector = &own->collector;
	struct trace_pauses sum = trace_collector_sum(collector);
	struct json *object = thread_json(own->thread), *kinds = json_new_object();
	json_set(object, "isolate", text_or_null(own->isolate));
	set_pauses(object, &sum);
	json_set_number(object, "longest_start_us", collector->longest_start_us);
	for (enum trace_gc kind = TRACE_GC_MINOR; kind < TRACE_GCS; kind++) {
		struct json *pauses = json_new_object();
		set_pauses(pauses, &collector->kinds[kind]);
		json_set(kinds, trace_gc_name(kind), pauses);
	}
	json_set(object, "kinds", kinds);
	set_ms(object, "helpers_ms", collector->helped_us);
	json_set_number(object, "heap_after_bytes", collector->heap_after_bytes);
	return object;
}

static void put_collections(FILE *out, const struct trace_summary *summary)
{
	struct json_stream_list list = json_stream_list_begin(out, "gc");
	for (size_t i = 0; i < summary->thread_count; i++) {
		if (trace_collector_sum(&summary->threads[i].collector).count)
			json_stream_put(&list, collector_json(&summary->threads[i]));
	}
	json_stream_list_end(&list);
}

/* ---- compilation ---- */

static void set_compiled(struct json *object, const struct trace_compiled *compiled)
{
	json_set_number(object, "count", (double)compiled->count);
	set_ms(object, "ms", compiled->sum_us);
	set_ms(object, "longest_ms", compiled->longest_us);
}

static struct json *compiles_json(const struct trace_summary_thread *own)
{
	struct json *object = thread_json(own->thread), *kinds = json_new_object(), *growths = json_new_object();
	set_compiled(object, &own->compiles.total);
	for (enum trace_compile kind = TRACE_COMPILE_LAZY; kind < TRACE_COMPILES; kind++) {
		struct json *compiled = json_new_object();
		set_compiled(compiled, &own->compiles.kinds[kind]);
		json_set(kinds, trace_compile_name(kind), compiled);
	}
	json_set(object, "kinds", kinds);
	set_compiled(growths, &own->compiles.growths);
	json_set(object, "memory_growths", growths);
	return object;
}

static void put_compiles(FILE *out, const struct trace_summary *summary)
{
	struct json_stream_list list = json_stream_list_begin(out, "wasm");
	for (size_t i = 0; i < summary->thread_count; i++) {
		const struct trace_compiles *compiles = &summary->threads[i].compiles;
		if (compiles->total.count + compiles->growths.count)
			json_stream_put(&list, compiles_json(&summary->threads[i]));
	}
	json_stream_list_end(&list);
}

/* ---- messages ---- */

static struct json *durations_json(const struct trace_durations *durations)
{
	if (durations->count == 0)
		return json_new_null();
	struct json *object = json_new_object();
	json_set_number(object, "count", (double)durations->count);
	json_set_number(object, "negative", (double)durations->negative);
	set_ms(object, "mean_ms", durations->sum_us / (double)durations->count);
	set_ms(object, "p50_ms", trace_durations_quantile_us(durations, 0.5));
	set_ms(object, "p95_ms", trace_durations_quantile_us(durations, 0.95));
	set_ms(object, "p99_ms", trace_durations_quantile_us(durations, 0.99));
	set_ms(object, "longest_ms", durations->longest_us);
	return object;
}

static void put_routes(FILE *out, const struct trace_summary *summary)
{
	struct json_stream_list list = json_stream_list_begin(out, "messages");
	for (size_t i = 0; i < summary->routes.count; i++) {
		const struct trace_route *route = summary->routes.items[i];
		struct json *object = json_new_object();
		json_set(object, "from", thread_json(route->from));
		json_set(object, "to", thread_json(route->to));
		json_set(object, "latency", durations_json(&route->latency));
		json_set(object, "queue", durations_json(&route->queue));
		json_set(object, "handling", durations_json(&route->handling));
		json_set_number(object, "slowest_handled_us", route->slowest_us);
		json_stream_put(&list, object);
	}
	json_stream_list_end(&list);
}

/* ---- loss ---- */

static struct json *loss_json(const struct trace_loss *loss, const struct trace_notes *notes)
{
	struct json *object = json_new_object(), *counters = json_new_object();
	json_set_bool(object, "account", loss->has_stats);
	json_set(object, "lost", text_or_null(notes->lost));
	for (size_t i = 0; i < loss->count; i++)
		json_set_number(counters, loss->counters[i].name, loss->counters[i].value);
	json_set(object, "counters", counters);
	return object;
}

static struct json *notes_json(const struct trace_notes *notes)
{
	struct json *array = json_new_array();
	for (size_t i = 0; i < notes->count; i++)
		json_append(array, json_new_text(notes->items[i]));
	return array;
}

void trace_json(FILE *out, const char *source, const struct trace_summary *summary)
{
	struct trace_notes notes;
	trace_notes_make(summary, &notes);
	json_stream_begin(out, TRACE_SCHEMA);
	json_stream_member(out, "source", json_new_text(source));
	json_stream_member(out, "events", json_new_number((double)summary->events));
	json_stream_member(out, "first_us", json_new_number(summary->first_us));
	json_stream_member(out, "last_us", json_new_number(summary->last_us));
	json_stream_member(out, "product", text_or_null(summary->product));
	json_stream_member(out, "recorded", text_or_null(summary->recorded));
	put_processes(out, summary);
	put_threads(out, summary);
	json_stream_member(out, "tasks", long_tasks_json(summary));
	put_collections(out, summary);
	put_compiles(out, summary);
	put_routes(out, summary);
	json_stream_member(out, "unpaired_messages", json_new_number((double)summary->routes.unpaired));
	json_stream_member(out, "loss", loss_json(&summary->loss, &notes));
	json_stream_member(out, "notes", notes_json(&notes));
	json_stream_end(out);
}
