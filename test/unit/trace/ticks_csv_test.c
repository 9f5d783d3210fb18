#include "trace/scene.h"

#include "trace/ticks_csv.h"

#define NAMES "mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,worker_run_ns,worker_delay_ns," \
	"worker_minflt,worker_state,all_cpu_us,browser_cpu_us"

static int read_text(const char *text, size_t step, struct trace_host **host, struct err *err)
{
	*host = trace_host_new();
	struct trace_ticks_csv *csv = trace_ticks_csv_new(*host);
	size_t length = strlen(text);
	int result = 0;
	for (size_t at = 0; at < length && !result; at += step)
		result = trace_ticks_csv_feed(csv, text + at, at + step < length ? step : length - at, err);
	if (!result)
		result = trace_ticks_csv_end(csv, err);
	trace_ticks_csv_free(csv);
	return result;
}

static void all_columns_are_read(void **state)
{
	(void)state;
	for (size_t step = 1; step < 50; step += 7) {
		struct trace_host *host;
		struct err err = { 0 };
		assert_int_equal(read_text(NAMES "\n"
			"1000,10,0,0,0,S,0,0,0,R,0,0\n"
			"2000,10,0,0,0,S,0,500000,100,R,1000,250\n"
			"3000,2500,0,0,0,S,0,500000,100,T,2000,500\n", step, &host, &err), 0);
		assert_int_equal(host->rows, 3);
		const struct trace_host_thread *worker = &host->threads[TRACE_WORKER];
		assert_int_equal(worker->waiting.count, 1);
		assert_true(worker->waiting.items[0].from_us == 1500 && worker->waiting.items[0].value == 0.25F);
		assert_int_equal(worker->stopped.count, 1);
		assert_int_equal(worker->faults.count, 1);
		assert_true(fabs(trace_spans_integral(&worker->faults, 0, 1e9) - 100) < 1e-3);
		assert_int_equal(host->threads[TRACE_MAIN].asleep.count, 1);
		assert_int_equal(host->stalled.count, 1);
		assert_true(host->has_cpu && host->has_late && worker->has_state && worker->has_delay && worker->has_faults);
		trace_host_free(host);
	}
}

static void columns_may_be_missing_or_more(void **state)
{
	(void)state;
	struct trace_host *host;
	struct err err = { 0 };
	assert_int_equal(read_text("x,worker_state,mono_us,t23_delay_ns,t_delay_ns,t2_state,t23_state\n"
		"q,S,1000,0,q,S,R\nq,,2000,900000,q,S,R\nq,S,3000,,q,S,R\n", 99, &host, &err), 0);
	assert_true(host->threads[TRACE_WORKER].has_state);
	assert_false(host->threads[TRACE_MAIN].has_state || host->has_cpu);
	assert_int_equal(host->threads[TRACE_WORKER].asleep.count, 0); /* in between it is not known */
	assert_int_equal(host->others_waiting.count, 1);
	assert_true(host->others_waiting.items[0].from_us == 1100);
	trace_host_free(host);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	static const struct { const char *text, *said; } rows[] = {
		{ "", "empty" },
		{ "late_us,main_run_ns\n1,2\n", "names mono_us" },
		{ "mono_us,late_us,late_us\n", "late_us twice" },
		{ "mono_us,main_state\n1,S\n2,Sleeping\n", "line 3: main_state is no single letter: Sleeping" },
		{ "mono_us,late_us\n1,x\n", "line 2: late_us is no number: x" },
		{ "mono_us,late_us\n1\n", "line 2: the row ends before late_us" },
		{ "mono_us\n5\n5\n", "line 3: the ticks' times do not ascend" },
		{ "mono_us,late_us\n,5\n", "line 2: the ticks' times" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct trace_host *host;
		struct err err = { 0 };
		int result = read_text(rows[i].text, 99, &host, &err);
		if (result != -1 || !strstr(err.text, rows[i].said))
			fail_msg("row %zu: %d \"%s\", expected \"%s\"", i, result, err.text, rows[i].said);
		trace_host_free(host);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_columns_are_read),
		cmocka_unit_test(columns_may_be_missing_or_more),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
