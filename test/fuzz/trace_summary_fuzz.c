/* The summary of a trace, whatever it holds: its figures agree with each other, and are the same however the bytes are cut. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "trace/reader.h"
#include "trace/summary.h"

enum { PIECE = 53, LIMIT_US = 1000 };

static void on_event(const struct trace_event *event, void *context)
{
	trace_summariser_take(context, event);
}

static void on_metadata(const struct json *metadata, void *context)
{
	trace_summariser_take_metadata(context, metadata);
}

static int read_in_pieces(const uint8_t *bytes, size_t length, size_t step, struct trace_summariser *summariser)
{
	const struct trace_reader_calls calls = { on_event, on_metadata, summariser };
	struct trace_reader *reader = trace_reader_new(&calls);
	struct err err = { 0 };
	int failed = 0;
	for (size_t at = 0; at < length && !failed; at += step)
		failed = trace_reader_feed(reader, (const char *)bytes + at, step < length - at ? step : length - at, &err);
	if (!failed)
		failed = trace_reader_end(reader, &err);
	trace_reader_free(reader);
	return failed;
}

static void look_at_task(const struct trace_long_task *task)
{
	double sum_us = 0;
	FUZZ_PROMISE(task->dur_us >= LIMIT_US && task->thread && task->part_count <= TRACE_TASK_PARTS);
	for (size_t i = 0; i < task->part_count; i++) {
		FUZZ_PROMISE(task->parts[i].self_us > 0 && (i == 0 || task->parts[i].self_us <= task->parts[i - 1].self_us));
		FUZZ_PROMISE(strlen(task->parts[i].label) < TRACE_LABEL_SIZE);
		sum_us += task->parts[i].self_us;
	}
	FUZZ_PROMISE(!isfinite(task->dur_us) || sum_us <= task->dur_us * (1 + 1e-9) + 1);
}

static void look_at_durations(const struct trace_durations *durations)
{
	double p50_us = trace_durations_quantile_us(durations, 0.5), p95_us = trace_durations_quantile_us(durations, 0.95);
	FUZZ_PROMISE(durations->count ? p50_us >= 0 && p50_us <= p95_us && p95_us <= durations->longest_us : isnan(p50_us));
	FUZZ_PROMISE(durations->negative <= durations->count);
}

static void look_at(const struct trace_summary *summary)
{
	uint64_t events = 0, over = 0;
	for (size_t i = 0; i < summary->thread_count; i++) {
		const struct trace_summary_thread *own = &summary->threads[i];
		const struct trace_task_totals *totals = &own->tasks.totals[trace_tasks_sort(&own->tasks)];
		FUZZ_PROMISE(own->thread->index == i && totals->over <= totals->count);
		events += own->thread->events;
		over += totals->over;
	}
	FUZZ_PROMISE(events + summary->undated + summary->threadless <= summary->events && over == summary->over_limit);
	FUZZ_PROMISE(summary->long_task_count <= TRACE_LONG_TASKS_MAX && summary->long_task_count <= summary->over_limit);
	for (size_t i = 0; i < summary->long_task_count; i++) {
		look_at_task(&summary->long_tasks[i]);
		FUZZ_PROMISE(i == 0 || summary->long_tasks[i].dur_us <= summary->long_tasks[i - 1].dur_us);
	}
	for (size_t i = 0; i < summary->routes.count; i++) {
		look_at_durations(&summary->routes.items[i]->latency);
		look_at_durations(&summary->routes.items[i]->queue);
		look_at_durations(&summary->routes.items[i]->handling);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct trace_summariser *whole = trace_summariser_new(LIMIT_US), *pieces = trace_summariser_new(LIMIT_US);
	int failed = read_in_pieces(bytes, length, length ? length : 1, whole);
	FUZZ_PROMISE(read_in_pieces(bytes, length, PIECE, pieces) == failed);
	const struct trace_summary *one = trace_summariser_end(whole), *other = trace_summariser_end(pieces);
	look_at(one);
	FUZZ_PROMISE(one->events == other->events && one->thread_count == other->thread_count);
	FUZZ_PROMISE(one->over_limit == other->over_limit && one->routes.count == other->routes.count);
	FUZZ_PROMISE(one->routes.unpaired == other->routes.unpaired && one->backward == other->backward);
	trace_summariser_free(whole);
	trace_summariser_free(pieces);
	return 0;
}
