#include "trace/summary_scene.h"

#include "trace/summary_file.h"

#define NAME(kind, pid, tid, name) "\"ph\":\"M\",\"name\":\"" kind "\",\"pid\":" #pid ",\"tid\":" #tid ",\"ts\":0,\"args\":" name

static void names_times_and_what_is_odd(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		NAME("process_name", 7, 0, "{\"name\":\"Renderer\"}"), NAME("process_name", 7, 0, "{\"name\":\"/usr/bin/x --y\"}"),
		NAME("process_labels", 7, 0, "{\"labels\":\"A page\"}"), NAME("thread_name", 7, 1, "{\"name\":\"CrRendererMain\"}"),
		NAME("thread_name", 7, 9, "{\"name\":\"Quiet\"}"),
		SLICE_ARGS("FunctionCall", 1, 5000, 100, "{\"data\":{\"isolate\":\"123\"}}"),
		SLICE("RunTask", 1, 4000, 10), "\"ph\":\"X\",\"name\":\"undated\",\"pid\":7,\"tid\":1,\"dur\":3", PHASE("I", "i", 2, 9000));
	const struct trace_summary *summary = scene.summary;
	assert_int_equal(summary->events, 9);
	assert_true(summary->first_us == 4000 && summary->last_us == 9000);
	assert_int_equal(summary->thread_count, 3);
	const struct trace_summary_thread *page = summary_thread(&scene, 1);
	assert_string_equal(page->thread->name, "CrRendererMain");
	assert_string_equal(page->isolate, "123");
	assert_true(page->first_us == 4000 && page->last_us == 5100 && page->thread->events == 2);
	assert_true(summary_thread(&scene, 9)->thread->events == 0 && isnan(summary_thread(&scene, 9)->first_us));
	assert_int_equal(summary->processes->count, 1);
	assert_string_equal(trace_processes_name(summary->processes, 7), "Renderer");
	assert_string_equal(summary->processes->items[0].labels, "A page");
	assert_string_equal(trace_processes_name(summary->processes, 8), "");
	assert_true(summary->undated == 1 && summary->slices == 2 && summary->backward == 1 && !summary->loss.has_stats);
	summary_release(&scene);
}

static void an_empty_trace(void **state)
{
	(void)state;
	struct summary_scene scene;
	summary_read(&scene, 50000, "[]", 2);
	assert_true(scene.summary->events == 0 && scene.summary->thread_count == 0 && isnan(scene.summary->first_us));
	summary_release(&scene);
}

static void metadata(void **state)
{
	(void)state;
	struct summary_scene scene;
	static const char text[] = "{\"traceEvents\":[],\"metadata\":{\"user-agent\":\"Mozilla/5.0 (X) HeadlessChrome/156.0.0.0 Safari/1\","
		"\"trace-capture-datetime\":\"2026-1-1\",\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_discarded\":3}]}}}";
	summary_read(&scene, 50000, text, sizeof text - 1);
	assert_string_equal(scene.summary->product, "HeadlessChrome/156.0.0.0");
	assert_string_equal(scene.summary->recorded, "2026-1-1");
	assert_true(scene.summary->loss.has_stats && trace_loss_value(&scene.summary->loss, "chunks_discarded") == 3);
	summary_release(&scene);
}

/* More threads than are kept: their events count, and nothing else of them. */
static void too_many_threads(void **state)
{
	(void)state;
	struct trace_summariser *summariser = trace_summariser_new(50000);
	struct trace_event event = { .phase = 'X', .pid = 7, .ts_us = 1, .dur_us = 60000, .name = fixture_value(TRACE_STRING, "RunTask").text };
	for (event.tid = 0; event.tid < TRACE_THREADS_MAX + 10; event.tid++)
		trace_summariser_take(summariser, &event);
	const struct trace_summary *summary = trace_summariser_end(summariser);
	assert_true(summary->thread_count == TRACE_THREADS_MAX && summary->threadless == 10);
	assert_true(summary->events == TRACE_THREADS_MAX + 10 && summary->over_limit == TRACE_THREADS_MAX);
	trace_summariser_free(summariser);
}

/* The recorded traces: what the check says of their threads, this says, too. */
static void files(void **state)
{
	(void)state;
	struct err err = { 0 };
	char *path = fixture_path("whole.json.gz");
	struct trace_facts facts;
	struct trace_summariser *summariser = trace_summariser_new(50000);
	assert_int_equal(trace_file_check(path, &facts, &err), 0);
	assert_int_equal(trace_summary_read(path, summariser, &err), 0);
	const struct trace_summary *summary = trace_summariser_end(summariser);
	assert_true(summary->events == facts.events && summary->first_us == facts.first_us && summary->last_us == facts.last_us);
	struct summary_scene scene = { summariser, summary };
	const struct trace_summary_thread *worker = summary_thread(&scene, facts.worker.tid);
	assert_true(worker->collector.kinds[TRACE_GC_MINOR].count == facts.worker.minor_gcs);
	assert_true(worker->collector.kinds[TRACE_GC_MAJOR].count == facts.worker.major_gcs);
	assert_true(worker->tasks.totals[TRACE_TASKS].count == facts.worker.tasks);
	assert_true(worker->tasks.totals[TRACE_TASKS].longest_us == facts.worker.longest_task_us);
	assert_true(worker->compiles.kinds[TRACE_COMPILE_LAZY].count > 0);
	trace_summariser_free(summariser);
	free(path);
	summariser = trace_summariser_new(50000);
	assert_int_equal(trace_summary_read("/nonexistent", summariser, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	trace_summariser_free(summariser);
	trace_summariser_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_times_and_what_is_odd),
		cmocka_unit_test(an_empty_trace),
		cmocka_unit_test(metadata),
		cmocka_unit_test(too_many_threads),
		cmocka_unit_test(files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
