#include "trace/fixture.h"

#include "trace/check.h"

/* A trace that is written event by event. */
struct draft {
	struct buf text;
};

static void begin(struct draft *draft)
{
	buf_init(&draft->text, 64 << 20);
	buf_append_text(&draft->text, "{\"traceEvents\":[{}");
}

static void mark(struct draft *draft, const char *name, int tid, double ts_us)
{
	buf_append_format(&draft->text, ",{\"args\":{\"data\":{\"startTime\":1.5}},\"cat\":\"blink.user_timing\",\"name\":\"%s\","
		"\"ph\":\"I\",\"pid\":7,\"tid\":%d,\"ts\":%.0f}", name, tid, ts_us);
}

static void post(struct draft *draft, int id, int tid, double ts_us)
{
	buf_append_format(&draft->text, ",{\"args\":{\"data\":{\"traceId\":\"%d\"}},\"cat\":\"devtools.timeline\",\"name\":"
		"\"SchedulePostMessage\",\"ph\":\"I\",\"pid\":7,\"tid\":%d,\"ts\":%.0f}", id, tid, ts_us);
}

static void handle(struct draft *draft, int id, int tid, double ts_us)
{
	buf_append_format(&draft->text, ",{\"args\":{\"data\":{\"traceId\":\"%d\"}},\"cat\":\"devtools.timeline\",\"dur\":5,"
		"\"name\":\"HandlePostMessage\",\"ph\":\"X\",\"pid\":7,\"tid\":%d,\"ts\":%.0f}", id, tid, ts_us);
}

static void both(struct draft *draft, int id, int from, int to, double ts_us)
{
	post(draft, id, from, ts_us);
	handle(draft, id, to, ts_us + 1);
}

static int check_text(const char *text, size_t length, size_t step, struct trace_facts *facts, struct err *err)
{
	struct trace_check *check = trace_check_new();
	int result = 0;
	for (size_t at = 0; at < length && !result; at += step)
		result = trace_check_feed(check, text + at, step < length - at ? step : length - at, err);
	if (!result)
		result = trace_check_end(check, facts, err);
	trace_check_free(check);
	return result;
}

static struct trace_facts end(struct draft *draft)
{
	struct trace_facts facts, again;
	struct err err = { 0 };
	buf_append_text(&draft->text, "],\"metadata\":{\"trace_processor_stats\":{}}}");
	if (check_text(draft->text.data, draft->text.length, draft->text.length, &facts, &err)
	    || check_text(draft->text.data, draft->text.length, 10, &again, &err))
		fail_msg("%s", err.text);
	assert_int_equal(facts.to_worker, again.to_worker);
	assert_int_equal(facts.to_main, again.to_main);
	buf_release(&draft->text);
	return facts;
}

enum { PAGE = 1, WORKER = 13, PACER = 14 };

static void start_marks(struct draft *draft)
{
	mark(draft, "align:main", PAGE, 1000);
	mark(draft, "align:main", PAGE, 1100);
	mark(draft, "align:worker", WORKER, 3000);
	mark(draft, "align:worker", WORKER, 3100);
}

static void end_marks(struct draft *draft)
{
	mark(draft, "align:worker", WORKER, 9000000);
	mark(draft, "align:worker", WORKER, 9000100);
	mark(draft, "align:main", PAGE, 9000300);
	mark(draft, "align:main", PAGE, 9000400);
}

static void test_messages_between_the_marks(void **state)
{
	(void)state;
	struct draft draft;
	begin(&draft);
	both(&draft, 1, PAGE, WORKER, 900);      /* before */
	start_marks(&draft);
	both(&draft, 2, PAGE, WORKER, 1500);     /* after the page's first mark, before the worker's */
	both(&draft, 3, WORKER, PAGE, 3200);
	both(&draft, 4, PAGE, PACER, 4000);      /* to somebody else */
	both(&draft, 5, PACER, PAGE, 4100);
	handle(&draft, 6, PAGE, 5000);           /* noted before it was sent */
	post(&draft, 6, WORKER, 5001);
	post(&draft, 7, PAGE, 6000);             /* never handled */
	post(&draft, 8, PACER, 6100);            /* nor this, of another thread */
	end_marks(&draft);
	both(&draft, 9, WORKER, PAGE, 9000200);  /* an answer after the worker's last mark, before the page's */
	both(&draft, 10, PAGE, WORKER, 9000500); /* after */
	post(&draft, 11, PAGE, 9000600);
	struct trace_facts facts = end(&draft);
	assert_int_equal(facts.to_worker, 1);
	assert_int_equal(facts.to_main, 3);
	assert_int_equal(facts.unpaired, 1);
	assert_true(facts.has_main && facts.has_worker && facts.main.tid == PAGE && facts.worker.tid == WORKER);
	assert_int_equal(facts.user_timings, 8);
	assert_true(facts.first_us == 900 && facts.last_us == 9000600);
	assert_true(facts.loss.has_stats && facts.loss.count == 0);
}

/* The same when the file is not sorted: all marks last. */
static void test_marks_after_the_messages(void **state)
{
	(void)state;
	struct draft draft;
	begin(&draft);
	both(&draft, 1, PAGE, WORKER, 900);
	for (int id = 2; id < 500; id++)
		both(&draft, id, id % 2 ? PAGE : WORKER, id % 2 ? WORKER : PAGE, 1500 + id * 1000);
	both(&draft, 1000, PAGE, WORKER, 9000500);
	end_marks(&draft);
	start_marks(&draft);
	struct trace_facts facts = end(&draft);
	assert_int_equal(facts.to_worker, 249);
	assert_int_equal(facts.to_main, 249);
}

/* Where an end has no marks it is open, so that what is there can be told. */
static void test_open_ends(void **state)
{
	(void)state;
	struct draft draft;
	begin(&draft);
	both(&draft, 1, PAGE, WORKER, 900);
	start_marks(&draft);
	both(&draft, 2, PAGE, WORKER, 1500);
	both(&draft, 3, PAGE, WORKER, 5000000);
	struct trace_facts facts = end(&draft);
	assert_int_equal(facts.to_worker, 2);
	begin(&draft);
	both(&draft, 1, PAGE, WORKER, 900);
	end_marks(&draft);
	mark(&draft, "align:main", PAGE, 5000000);
	mark(&draft, "align:worker", WORKER, 5000000);
	both(&draft, 2, PAGE, WORKER, 9000500);
	facts = end(&draft);
	assert_int_equal(facts.to_worker, 1);
}

static void test_a_trace_without_marks(void **state)
{
	(void)state;
	struct draft draft;
	begin(&draft);
	both(&draft, 1, PAGE, WORKER, 900);
	struct trace_facts facts = end(&draft);
	assert_false(facts.has_main || facts.has_worker);
	assert_true(facts.to_worker == 0 && facts.to_main == 0 && facts.unpaired == 0);
	assert_int_equal(facts.events, 3);
}

static void event(struct draft *draft, const char *category, const char *name, char phase, const char *args)
{
	buf_append_format(&draft->text, ",{\"args\":%s,\"cat\":\"%s\",\"dur\":4,\"name\":\"%s\",\"ph\":\"%c\",\"pid\":7,\"tid\":13,"
		"\"ts\":50}", args, category, name, phase);
}

static void test_counts(void **state)
{
	(void)state;
	struct draft draft;
	begin(&draft);
	event(&draft, "v8.wasm", "wasm.SyncCompile", 'X', "{}");
	event(&draft, "v8.wasm", "wasm.AsyncCompile", 'I', "{}");
	event(&draft, "v8.wasm", "wasm.StartStreamingCompilation", 'B', "{}");
	event(&draft, "v8.wasm", "wasm.SyncCompile", 's', "{}");
	event(&draft, "v8.wasm", "wasm.CompileLazy", 'X', "{}");
	event(&draft, "v8.wasm", "wasm.TopTierCompilation", 'X', "{}");
	event(&draft, "blink.user_timing", "h:guestgc", 'b', "{}");
	event(&draft, "blink.user_timing", "h:guestgc", 'e', "{}");
	event(&draft, "blink.user_timing", "h:guest", 'b', "{}");
	event(&draft, "blink.user_timing", "mine", 'R', "{\"data\":{\"startTime\":3}}");
	event(&draft, "blink.user_timing", "domLoading", 'R', "{\"frame\":\"A\"}"); /* navigation timing */
	event(&draft, "blink.worker", "h:guestgc", 'b', "{}");
	struct trace_facts facts = end(&draft);
	assert_int_equal(facts.wasm_compiles, 3);
	assert_int_equal(facts.wasm_lazy_compiles, 1);
	assert_int_equal(facts.wasm_tier_ups, 1);
	assert_int_equal(facts.guest_gcs, 1);
	assert_int_equal(facts.user_timings, 3);
	assert_true(facts.last_us == 54);
}

/* What record.py counted while it recorded this: 40 messages each way, 13 collections noted, all marks. */
static void test_a_real_trace(void **state)
{
	(void)state;
	size_t length;
	char *text = fixture_text("whole.json.gz", &length);
	struct trace_facts facts;
	struct err err = { 0 };
	assert_int_equal(check_text(text, length, 1000, &facts, &err), 0);
	assert_int_equal(facts.to_worker, 40);
	assert_int_equal(facts.to_main, 40);
	assert_int_equal(facts.unpaired, 0);
	assert_int_equal(facts.guest_gcs, 13);
	assert_string_equal(facts.main.name, "CrRendererMain");
	assert_string_equal(facts.worker.name, "DedicatedWorker thread");
	/* Recorded in the sandbox: the tid is that of the renderer's own pid namespace, the pid is not. */
	assert_true(facts.main.tid == 1 && facts.main.pid > 1 && facts.worker.pid == facts.main.pid);
	assert_int_equal(facts.worker.minor_gcs, 15);
	assert_true(facts.loss.has_stats && facts.loss.count == 0);
	assert_int_equal(check_text(text, length - 1, length, &facts, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	free(text);
}

static void test_a_real_trace_that_lost_its_tail(void **state)
{
	(void)state;
	size_t length;
	char *text = fixture_text("lossy.json.gz", &length);
	struct trace_facts facts;
	struct err err = { 0 };
	assert_int_equal(check_text(text, length, 1000, &facts, &err), 0);
	assert_true(trace_loss_value(&facts.loss, "chunks_discarded") > 0);
	assert_true(trace_marks_missing(&facts.main.marks[TRACE_MAIN], false).end);
	assert_true(facts.to_worker > 0 && facts.to_worker < 59); /* 59 were sent */
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_between_the_marks),
		cmocka_unit_test(test_marks_after_the_messages),
		cmocka_unit_test(test_open_ends),
		cmocka_unit_test(test_a_trace_without_marks),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_a_real_trace),
		cmocka_unit_test(test_a_real_trace_that_lost_its_tail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
