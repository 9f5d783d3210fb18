#include "trace/scene.h"

#include "trace/activity.h"

static void add(struct trace_activity *activity, char phase, int pid, int tid, double ts_ms, double dur_ms, double cpu_ms)
{
	const struct trace_event event = { .phase = phase, .pid = pid, .tid = tid, .ts_us = scene_us(ts_ms),
		.dur_us = 1000 * dur_ms, .tdur_us = 1000 * cpu_ms, .tts_us = 1 };
	trace_activity_take(activity, &event);
}

static void silence_is_no_event_in_a_process(void **state)
{
	(void)state;
	struct trace_activity *activity = trace_activity_new();
	struct trace_spans silences = { 0 };
	add(activity, 'I', 7, 1, 0, 0, 0);
	add(activity, 'X', 7, 2, 10, 30, 1);  /* begins at 10 and ends at 40: in between its thread is on no processor */
	add(activity, 'I', 8, 1, 20, 0, 0);   /* another process */
	add(activity, 'M', 7, 1, 25, 0, 0);   /* no event */
	add(activity, 'X', 7, 1, 40, 20, 15); /* computes */
	add(activity, 'I', 7, 1, 67, 0, 0);   /* 6 ms are no silence */
	trace_activity_silences(activity, 7, scene_us(-5), scene_us(100), &silences);
	assert_int_equal(silences.count, 2);
	assert_true(silences.items[0].from_us == scene_us(1) && silences.items[0].to_us == scene_us(10));
	assert_true(silences.items[1].from_us == scene_us(11) && silences.items[1].to_us == scene_us(40));
	trace_spans_release(&silences);
	trace_activity_silences(activity, 99, scene_us(0), scene_us(100), &silences);
	assert_int_equal(silences.count, 0);
	trace_spans_release(&silences);
	trace_activity_free(activity);
}

static void processor_time_is_of_outermost_slices(void **state)
{
	(void)state;
	struct trace_activity *activity = trace_activity_new();
	add(activity, 'X', 7, 1, 0, 20, 10);
	add(activity, 'X', 7, 1, 5, 10, 10); /* inside: counted already */
	add(activity, 'X', 7, 2, 0, 20, 20);
	add(activity, 'X', 9, 1, 10, 10, 5);
	assert_true(fabs(trace_activity_cpu_us(activity, scene_us(0), scene_us(20)) - 35000) < 1);
	assert_true(fabs(trace_activity_cpu_us(activity, scene_us(10), scene_us(20)) - 20000) < 1);
	assert_true(fabs(trace_activity_cpu_us(activity, scene_us(0), scene_us(5)) - 7500) < 1);
	assert_true(trace_activity_cpu_us(activity, scene_us(50), scene_us(60)) == 0);
	trace_activity_free(activity);
}

/* Threads one after another, as protobuf has them, and all by their time, as JSON has: the same to the last bit. */
static void the_order_of_threads_changes_nothing(void **state)
{
	(void)state;
	static const struct slice {
		int tid;
		double ts_ms, dur_ms, cpu_ms;
	} slices[] = { { 2, 3.1, 0.7, 0.3 }, { 2, 14.9, 7.3, 1.1 }, { 2, 41, 0.9, 0.9 }, { 1, 0.3, 20.1, 3.7 }, { 1, 5.7, 4, 4 },
		{ 1, 33.7, 3.3, 2.9 } }, in_time[] = { { 1, 0.3, 20.1, 3.7 }, { 2, 3.1, 0.7, 0.3 }, { 1, 5.7, 4, 4 },
		{ 2, 14.9, 7.3, 1.1 }, { 1, 33.7, 3.3, 2.9 }, { 2, 41, 0.9, 0.9 } };
	const struct slice *orders[] = { slices, in_time };
	double cpu_us[2], silences_us[2];
	for (size_t order = 0; order < 2; order++) {
		struct trace_activity *activity = trace_activity_new();
		struct trace_spans silences = { 0 };
		for (size_t i = 0; i < SCENE_COUNT(slices); i++)
			add(activity, 'X', 7, orders[order][i].tid, orders[order][i].ts_ms, orders[order][i].dur_ms, orders[order][i].cpu_ms);
		trace_activity_silences(activity, 7, scene_us(0), scene_us(50), &silences);
		assert_int_equal(silences.count, 1);
		silences_us[order] = silences.items[0].from_us;
		cpu_us[order] = trace_activity_cpu_us(activity, scene_us(1.3), scene_us(37.7));
		assert_true(cpu_us[order] > 0);
		trace_spans_release(&silences);
		trace_activity_free(activity);
	}
	assert_true(cpu_us[0] == cpu_us[1] && silences_us[0] == silences_us[1]);
}

static void threads_that_meet_are_told_apart(void **state)
{
	(void)state;
	struct trace_activity *activity = trace_activity_new();
	enum { THREADS = 200 };
	for (int tid = 1; tid <= THREADS; tid++) /* all begin; then each has one slice inside, counted already */
		add(activity, 'X', 7, tid * tid * 7919, 0, 10, 1);
	for (int tid = 1; tid <= THREADS; tid++)
		add(activity, 'X', 7, tid * tid * 7919, 5, 1, 1);
	assert_true(fabs(trace_activity_cpu_us(activity, scene_us(0), scene_us(10)) - THREADS * 1000.0) < 1);
	trace_activity_free(activity);
}

static void times_out_of_reach_do_no_harm(void **state)
{
	(void)state;
	struct trace_activity *activity = trace_activity_new();
	static const double times_ms[] = { 0, -1e9, 1e12, 7.5e6, NAN, INFINITY };
	struct trace_spans silences = { 0 };
	for (size_t i = 0; i < SCENE_COUNT(times_ms); i++) {
		add(activity, 'X', (int)i, 1, times_ms[i], 1e9, 1e9);
		add(activity, 'X', (int)i, 1, times_ms[i], NAN, NAN);
	}
	trace_activity_silences(activity, 0, -INFINITY, INFINITY, &silences);
	assert_true(isnan(trace_activity_cpu_us(activity, -1e18, 1e18)));
	trace_spans_release(&silences);
	trace_activity_free(activity);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_is_no_event_in_a_process),
		cmocka_unit_test(processor_time_is_of_outermost_slices),
		cmocka_unit_test(the_order_of_threads_changes_nothing),
		cmocka_unit_test(threads_that_meet_are_told_apart),
		cmocka_unit_test(times_out_of_reach_do_no_harm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
