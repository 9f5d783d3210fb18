#include "report/trace_text.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"
#include "report/table.h"
#include "report/trace_notes.h"

enum { INDENT = 2, HANGING = 4, THREADS_SHOWN = 12, ROWS_SHOWN = 12, COLUMNS = 6 };

/* Parts of a long task below this are not worth a word. */
#define TOLD_SHARE 0.02

/* ---- words ---- */

/* "Renderer 9878, CrRendererMain 1" */
static char *thread_name(const struct trace_summary *summary, const struct trace_thread *thread)
{
	const char *process = trace_processes_name(summary->processes, thread->pid);
	return mem_format("%s %" PRId64 ", %s %" PRId64, process[0] ? process : "process", thread->pid,
		thread->name[0] ? thread->name : "thread", thread->tid);
}

static void format_ms(double us, char out[NUMBER_SIZE])
{
	number_format(us / 1000, out);
}

/* A cell that tells nothing is a dash. */
static void format_count(uint64_t count, char out[NUMBER_SIZE])
{
	if (count)
		snprintf(out, NUMBER_SIZE, "%" PRIu64, count);
	else
		snprintf(out, NUMBER_SIZE, "–");
}

static void format_ms_of(uint64_t count, double us, char out[NUMBER_SIZE])
{
	format_ms(count ? us : NAN, out);
}

static void tell_more(FILE *out, size_t shown, size_t count, const char *what)
{
	if (count > shown)
		number_wrap_format(out, INDENT, HANGING, "and %zu more %s (--json lists them)", count - shown, what);
}

/* ---- the whole ---- */

static bool has_events(const struct trace_summary_thread *own)
{
	return own->thread->events > 0;
}

/* Those in which anything happened: the system's idle task has a name only. */
static size_t count_processes(const struct trace_summary *summary, size_t *threads)
{
	size_t processes = 0;
	*threads = 0;
	for (size_t i = 0; i < summary->thread_count; i++)
		*threads += has_events(&summary->threads[i]);
	for (size_t p = 0; p < summary->processes->count; p++) {
		size_t i = 0;
		while (i < summary->thread_count && !(has_events(&summary->threads[i])
		       && summary->threads[i].thread->pid == summary->processes->items[p].pid))
			i++;
		processes += i < summary->thread_count;
	}
	return processes;
}

static void print_head(FILE *out, const char *source, const struct trace_summary *summary, const struct trace_notes *notes)
{
	char seconds[NUMBER_SIZE];
	size_t threads, processes = count_processes(summary, &threads);
	number_format((summary->last_us - summary->first_us) / 1e6, seconds);
	number_wrap_format(out, 0, HANGING, "%s: %" PRIu64 " events in %s s, of %zu process%s and %zu thread%s%s%s%s%s", source,
		summary->events, seconds, processes, processes == 1 ? "" : "es", threads, threads == 1 ? "" : "s",
		summary->product[0] ? "; by " : "", summary->product, summary->recorded[0] ? ", recorded " : "", summary->recorded);
	if (notes->lost[0])
		number_wrap_format(out, INDENT, HANGING, "Events are MISSING: %s.", notes->lost);
	else if (summary->loss.has_stats)
		number_wrap(out, INDENT, HANGING, "Nothing was lost, by the trace's own account.");
	fputc('\n', out);
}

/* ---- threads ---- */

static double busy_us(const struct trace_summary_thread *own)
{
	return own->tasks.totals[trace_tasks_sort(&own->tasks)].busy_us;
}

static int by_busy(const void *left, const void *right)
{
	const struct trace_summary_thread *a = *(const struct trace_summary_thread *const *)left;
	const struct trace_summary_thread *b = *(const struct trace_summary_thread *const *)right;
	if (busy_us(a) != busy_us(b))
		return busy_us(a) > busy_us(b) ? -1 : 1;
	return (a->thread->index > b->thread->index) - (a->thread->index < b->thread->index);
}

/* The busiest first; the caller frees. */
static const struct trace_summary_thread **rank_threads(const struct trace_summary *summary, size_t *count)
{
	const struct trace_summary_thread **ranked = mem_alloc_zero(summary->thread_count + 1, sizeof *ranked);
	*count = 0;
	for (size_t i = 0; i < summary->thread_count; i++) {
		if (has_events(&summary->threads[i]))
			ranked[(*count)++] = &summary->threads[i];
	}
	qsort(ranked, *count, sizeof *ranked, by_busy);
	return ranked;
}

static void add_thread(struct table *table, const struct trace_summary *summary, const struct trace_summary_thread *own)
{
	const struct trace_task_totals *totals = &own->tasks.totals[trace_tasks_sort(&own->tasks)];
	char events[NUMBER_SIZE], tasks[NUMBER_SIZE], busy[NUMBER_SIZE], cpu[NUMBER_SIZE], longest[NUMBER_SIZE];
	char *name = thread_name(summary, own->thread);
	format_count(own->thread->events, events);
	format_count(totals->count, tasks);
	format_ms_of(totals->count, totals->busy_us, busy);
	format_ms_of(totals->count, totals->cpu_us, cpu);
	format_ms_of(totals->count, totals->longest_us, longest);
	table_row(table, (const char *const[COLUMNS]){ name, events, tasks, busy, cpu, longest });
	free(name);
}

static void print_threads(FILE *out, const struct trace_summary *summary)
{
	size_t count, shown;
	const struct trace_summary_thread **ranked = rank_threads(summary, &count);
	shown = count < THREADS_SHOWN ? count : THREADS_SHOWN;
	struct table *table = table_new(COLUMNS);
	fputs("Threads, the busiest first (busy: the time in tasks; on a CPU: of that, really running)\n", out);
	table_row(table, (const char *const[COLUMNS]){ "process and thread", "events", "tasks", "busy, ms", "on a CPU, ms",
		"longest, ms" });
	for (size_t i = 0; i < shown; i++)
		add_thread(table, summary, ranked[i]);
	table_print(out, table);
	tell_more(out, shown, count, "threads");
	table_free(table);
	free(ranked);
	fputc('\n', out);
}

/* ---- long tasks ---- */

static char *tell_parts(const struct trace_long_task *task)
{
	char *text = mem_strdup("");
	for (size_t i = 0; i < task->part_count; i++) {
		double share = task->parts[i].self_us / task->dur_us;
		if (i > 0 && share < TOLD_SHARE)
			break;
		char *longer = mem_format("%s%s%s %.0f %%", text, i ? ", " : "", task->parts[i].label, 100 * share);
		free(text);
		text = longer;
	}
	return text;
}

static void print_task(FILE *out, const struct trace_summary *summary, const struct trace_long_task *task)
{
	char *name = thread_name(summary, task->thread), *parts = tell_parts(task);
	char ms[NUMBER_SIZE], cpu[NUMBER_SIZE];
	format_ms(task->dur_us, ms);
	format_ms(task->cpu_us, cpu);
	number_wrap_format(out, INDENT, HANGING, "at %.3f s, %s%s ms%s%s%s, %s: %s", (task->start_us - summary->first_us) / 1e6,
		task->open ? "more than " : "", ms, isnan(task->cpu_us) ? "" : " (on a CPU ", isnan(task->cpu_us) ? "" : cpu,
		isnan(task->cpu_us) ? "" : " ms)", name, parts[0] ? parts : "nothing is known of it");
	free(name);
	free(parts);
}

static void print_tasks(FILE *out, const struct trace_summary *summary)
{
	char limit[NUMBER_SIZE];
	size_t shown = summary->long_task_count < ROWS_SHOWN ? summary->long_task_count : ROWS_SHOWN;
	format_ms(summary->limit_us, limit);
	if (shown == 0) {
		fprintf(out, "No task took %s ms or longer.\n\n", limit);
		return;
	}
	fprintf(out, "Tasks of %s ms and longer: %" PRIu64 "%s, with what they mostly were\n", limit, summary->over_limit,
		summary->over_limit > shown ? "; the longest" : "");
	for (size_t i = 0; i < shown; i++)
		print_task(out, summary, &summary->long_tasks[i]);
	fputc('\n', out);
}

/* ---- collections ---- */

static void add_pauses(struct table *table, const char *name, const struct trace_pauses *pauses, const char *helped,
	const char *heap)
{
	char count[NUMBER_SIZE], ms[NUMBER_SIZE], longest[NUMBER_SIZE];
	format_count(pauses->count, count);
	format_ms_of(pauses->count, pauses->sum_us, ms);
	format_ms_of(pauses->count, pauses->longest_us, longest);
	table_row(table, (const char *const[COLUMNS]){ name, count, ms, longest, helped, heap });
}

static void add_collector(struct table *table, const struct trace_summary *summary, const struct trace_summary_thread *own)
{
	const struct trace_collector *collector = &own->collector;
	struct trace_pauses sum = trace_collector_sum(collector);
	char helped[NUMBER_SIZE], heap[NUMBER_SIZE], *name = thread_name(summary, own->thread);
	format_ms_of(collector->helped_us > 0, collector->helped_us, helped);
	number_format(collector->heap_after_bytes / 1e6, heap);
	add_pauses(table, name, &sum, helped, heap);
	for (enum trace_gc kind = TRACE_GC_MINOR; kind < TRACE_GCS; kind++) {
		char *kind_name = mem_format("  %s", trace_gc_name(kind));
		if (collector->kinds[kind].count)
			add_pauses(table, kind_name, &collector->kinds[kind], "", "");
		free(kind_name);
	}
	free(name);
}

static void print_collections(FILE *out, const struct trace_summary *summary)
{
	struct table *table = table_new(COLUMNS);
	size_t isolates = 0;
	table_row(table, (const char *const[COLUMNS]){ "isolate's thread, kind", "pauses", "ms in all", "longest",
		"helpers, ms", "heap, MB" });
	for (size_t i = 0; i < summary->thread_count; i++) {
		if (trace_collector_sum(&summary->threads[i].collector).count == 0)
			continue;
		isolates++;
		if (isolates <= ROWS_SHOWN)
			add_collector(table, summary, &summary->threads[i]);
	}
	if (isolates > 0) {
		fputs("Garbage collection by isolate, a JavaScript heap (helpers: other threads; heap: after the last)\n", out);
		table_print(out, table);
		tell_more(out, ROWS_SHOWN, isolates, "isolates");
	} else {
		fputs("No garbage collections.\n", out);
	}
	table_free(table);
	fputc('\n', out);
}

/* ---- compilation ---- */

enum { COMPILE_COLUMNS = 4 };

static void add_compiled(struct table *table, const char *name, const struct trace_compiled *compiled)
{
	char count[NUMBER_SIZE], ms[NUMBER_SIZE], longest[NUMBER_SIZE];
	format_count(compiled->count, count);
	format_ms(compiled->sum_us, ms);
	format_ms(compiled->longest_us, longest);
	table_row(table, (const char *const[COMPILE_COLUMNS]){ name, count, ms, longest });
}

static void add_compiles(struct table *table, const struct trace_summary *summary, const struct trace_summary_thread *own)
{
	const struct trace_compiles *compiles = &own->compiles;
	char *name = thread_name(summary, own->thread);
	add_compiled(table, name, &compiles->total);
	for (enum trace_compile kind = TRACE_COMPILE_LAZY; kind < TRACE_COMPILES; kind++) {
		char *kind_name = mem_format("  %s", trace_compile_name(kind));
		if (compiles->kinds[kind].count)
			add_compiled(table, kind_name, &compiles->kinds[kind]);
		free(kind_name);
	}
	if (compiles->growths.count)
		add_compiled(table, "  (memory growths)", &compiles->growths);
	free(name);
}

static void print_compiles(FILE *out, const struct trace_summary *summary)
{
	struct table *table = table_new(COMPILE_COLUMNS);
	size_t threads = 0;
	table_row(table, (const char *const[COMPILE_COLUMNS]){ "thread, kind", "count", "in all, ms", "longest, ms" });
	for (size_t i = 0; i < summary->thread_count; i++) {
		const struct trace_compiles *compiles = &summary->threads[i].compiles;
		if (compiles->total.count + compiles->growths.count == 0)
			continue;
		threads++;
		if (threads <= ROWS_SHOWN)
			add_compiles(table, summary, &summary->threads[i]);
	}
	if (threads > 0) {
		fputs("WebAssembly compilation by thread (kinds may lie in each other)\n", out);
		table_print(out, table);
		tell_more(out, ROWS_SHOWN, threads, "threads");
	} else {
		fputs("No WebAssembly was compiled.\n", out);
	}
	table_free(table);
	fputc('\n', out);
}

/* ---- messages ---- */

/* "Renderer 9878, CrRendererMain 1 → DedicatedWorker thread 18" */
static char *route_name(const struct trace_summary *summary, const struct trace_route *route)
{
	char *from = thread_name(summary, route->from);
	char *to = route->to->pid == route->from->pid
		? mem_format("%s %" PRId64, route->to->name[0] ? route->to->name : "thread", route->to->tid)
		: thread_name(summary, route->to);
	char *name = mem_format("%s → %s", from, to);
	free(from);
	free(to);
	return name;
}

enum { ROUTE_COLUMNS = 7 };

static void format_quantile(const struct trace_durations *durations, double quantile, char out[NUMBER_SIZE])
{
	format_ms(trace_durations_quantile_us(durations, quantile), out);
}

static void add_route(struct table *table, const struct trace_summary *summary, const struct trace_route *route, bool queued)
{
	const struct trace_durations *way = queued ? &route->queue : &route->latency;
	char count[NUMBER_SIZE], p50[NUMBER_SIZE], p95[NUMBER_SIZE], longest[NUMBER_SIZE], handling[NUMBER_SIZE],
		handling_longest[NUMBER_SIZE], *name = route_name(summary, route);
	format_count(route->latency.count > way->count ? route->latency.count : way->count, count);
	format_quantile(way, 0.5, p50);
	format_quantile(way, 0.95, p95);
	format_ms_of(way->count, way->longest_us, longest);
	format_quantile(&route->handling, 0.95, handling);
	format_ms_of(route->handling.count, route->handling.longest_us, handling_longest);
	table_row(table, (const char *const[ROUTE_COLUMNS]){ name, count, p50, p95, longest, handling, handling_longest });
	free(name);
}

static bool is_queued(const struct trace_routes_end *routes)
{
	for (size_t i = 0; i < routes->count; i++) {
		if (routes->items[i]->queue.count)
			return true;
	}
	return false;
}

static void print_routes(FILE *out, const struct trace_summary *summary)
{
	const struct trace_routes_end *routes = &summary->routes;
	size_t shown = routes->count < ROWS_SHOWN ? routes->count : ROWS_SHOWN;
	bool queued = is_queued(routes);
	if (shown == 0)
		return;
	struct table *table = table_new(ROUTE_COLUMNS);
	fprintf(out, "Messages by pair of threads, in ms: the way (%s), and the handling\n",
		queued ? "from the post to the receiver's task" : "SchedulePostMessage to handler");
	table_row(table, (const char *const[ROUTE_COLUMNS]){ "from → to", "messages", "p50", "p95", "longest", "handled p95",
		"longest" });
	for (size_t i = 0; i < shown; i++)
		add_route(table, summary, routes->items[i], queued);
	table_print(out, table);
	tell_more(out, shown, routes->count, "pairs");
	table_free(table);
	fputc('\n', out);
}

void trace_text(FILE *out, const char *source, const struct trace_summary *summary)
{
	struct trace_notes notes;
	trace_notes_make(summary, &notes);
	print_head(out, source, summary, &notes);
	print_threads(out, summary);
	print_tasks(out, summary);
	print_collections(out, summary);
	print_compiles(out, summary);
	print_routes(out, summary);
	for (size_t i = 0; i < notes.count; i++)
		number_wrap(out, 0, INDENT, notes.items[i]);
}
