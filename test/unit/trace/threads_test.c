#include "trace/fixture.h"

#include "trace/threads.h"

static struct trace_event event_of(char phase, const char *name, int64_t tid, double ts_us, double dur_us)
{
	return (struct trace_event){ .phase = phase, .pid = 7, .tid = tid, .ts_us = ts_us, .dur_us = dur_us, .tts_us = NAN,
		.name = fixture_value(TRACE_STRING, name).text, .category.bytes = "" };
}

static struct trace_thread *take(struct trace_threads *threads, char phase, const char *name, double ts_us, double dur_us)
{
	struct trace_event event = event_of(phase, name, 1, ts_us, dur_us);
	return trace_threads_take(threads, &event);
}

/* Pids and tids that are alike in every way but together. */
static void test_pid_and_tid_name_a_thread(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	for (int round = 0; round < 2; round++) {
		for (int64_t pid = -3; pid < 60; pid++) {
			for (int64_t tid = -3; tid < 60; tid++) {
				struct trace_thread *thread = trace_threads_get(threads, pid, tid);
				assert_true(thread->pid == pid && thread->tid == tid);
				assert_int_equal(thread->tasks, round ? (size_t)((pid + 3) * 100 + tid + 3) : 0);
				thread->tasks = (size_t)((pid + 3) * 100 + tid + 3);
			}
		}
	}
	assert_int_equal(trace_threads_count(threads), 63 * 63);
	trace_threads_free(threads);
}

static void test_more_threads_than_fit(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	struct trace_thread *first = trace_threads_get(threads, 1, 0);
	for (int64_t tid = 0; tid < TRACE_THREADS_MAX; tid++)
		assert_non_null(trace_threads_get(threads, 1, tid));
	assert_null(trace_threads_get(threads, 1, TRACE_THREADS_MAX));
	assert_null(trace_threads_get(threads, 2, 0));
	assert_ptr_equal(trace_threads_get(threads, 1, 0), first);
	assert_ptr_equal(trace_threads_at(threads, 0), first);
	trace_threads_free(threads);
}

static void test_collections_inside_one_another(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	struct trace_thread *thread = take(threads, 'X', "MajorGC", 100, 50);
	take(threads, 'X', "V8.GCFinalizeMC", 101, 10);
	take(threads, 'X', "MinorGC", 110, 10);              /* inside: not counted */
	take(threads, 'X', "V8.GCIncrementalMarking", 140, 5); /* inside */
	take(threads, 'X', "MinorGC", 150, 7);               /* begins where the other ended */
	take(threads, 'X', "V8.GCIncrementalMarkingStart", 200, 3);
	take(threads, 'X', "V8.GCIncrementalMarking", 300, 4);
	take(threads, 'X', "V8.GC_SCAVENGER", 400, 1000);    /* a phase by itself is none */
	take(threads, 's', "MinorGC", 500, 0);               /* neither is a flow */
	take(threads, 'X', "M\\u0069norGC", 600, 2);
	struct trace_event elsewhere = event_of('X', "MinorGC", 2, 110, 9);
	struct trace_thread *other = trace_threads_take(threads, &elsewhere);
	assert_int_equal(thread->major_gcs, 1);
	assert_int_equal(thread->minor_gcs, 2);
	assert_true(thread->gc_us == 50 + 7 + 3 + 4 + 2);
	assert_true(other->minor_gcs == 1 && other->gc_us == 9);
	assert_int_equal(thread->events, 10);
	trace_threads_free(threads);
}

static void test_tasks(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	struct trace_thread *thread = take(threads, 'X', "RunTask", 0, 49999);
	take(threads, 'X', "ThreadControllerImpl::RunTask", 1, 49990);
	take(threads, 'X', "RunTask", 50000, 50000);
	take(threads, 'X', "FunctionCall", 50001, 49000);
	take(threads, 'X', "ThreadControllerImpl::RunTask", 200000, 70000);
	assert_int_equal(thread->tasks, 3);
	assert_int_equal(thread->long_tasks, 2);
	assert_true(thread->longest_task_us == 70000);
	trace_threads_free(threads);
}

static void test_names(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	struct trace_event event = event_of('M', "thread_name", 1, 0, 0);
	event.args = fixture_value(TRACE_OBJECT, "{\"name\":\"Dedicated\\u0057orker thread\"}");
	struct trace_thread *thread = trace_threads_take(threads, &event);
	assert_string_equal(thread->name, "DedicatedWorker thread");
	event.args = fixture_value(TRACE_OBJECT, "{\"name\":5}");
	trace_threads_take(threads, &event);
	event = event_of('M', "process_name", 1, 0, 0);
	event.args = fixture_value(TRACE_OBJECT, "{\"name\":\"Renderer\"}");
	trace_threads_take(threads, &event);
	assert_string_equal(thread->name, "DedicatedWorker thread");
	trace_threads_free(threads);
}

static void mark(struct trace_threads *threads, char phase, const char *name, int64_t tid, double ts_us)
{
	struct trace_event event = event_of(phase, name, tid, ts_us, 0);
	trace_threads_take(threads, &event);
}

static void test_roles(void **state)
{
	(void)state;
	struct trace_threads *threads = trace_threads_new();
	assert_null(trace_threads_of_role(threads, TRACE_MAIN));
	mark(threads, 'I', "align:main", 1, 10);
	mark(threads, 'I', "align:main", 1, 20);
	/* A worker of a first load, with as many marks as the later one. */
	mark(threads, 'R', "align:worker", 12, 11);
	mark(threads, 'R', "align:worker", 12, 12);
	assert_int_equal(trace_threads_of_role(threads, TRACE_WORKER)->tid, 12);
	mark(threads, 'i', "align:worker", 13, 31);
	assert_int_equal(trace_threads_of_role(threads, TRACE_WORKER)->tid, 12);
	mark(threads, 'I', "align:worker", 13, 32);
	assert_int_equal(trace_threads_of_role(threads, TRACE_WORKER)->tid, 13);
	mark(threads, 'I', "align:worker", 12, 33);
	assert_int_equal(trace_threads_of_role(threads, TRACE_WORKER)->tid, 12);
	mark(threads, 'I', "align:worker", 14, NAN); /* without a time it is none */
	mark(threads, 'X', "align:main", 14, 1);
	mark(threads, 'I', "align:mainly", 14, 1);
	const struct trace_thread *page = trace_threads_of_role(threads, TRACE_MAIN);
	assert_true(page->tid == 1 && page->marks[TRACE_MAIN].count == 2 && page->marks[TRACE_WORKER].count == 0);
	trace_threads_free(threads);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pid_and_tid_name_a_thread),
		cmocka_unit_test(test_more_threads_than_fit),
		cmocka_unit_test(test_collections_inside_one_another),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_roles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
