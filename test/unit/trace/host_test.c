#include "trace/scene.h"

static const struct scene_state runs = SCENE_RUNS, sleeps = SCENE_SLEEPS, stands = SCENE_STANDS;

static const struct trace_host_thread *worker(const struct scene *scene)
{
	return &scene->ticks->threads[TRACE_WORKER];
}

static void expect_span(const struct trace_spans *spans, size_t index, double from_ms, double to_ms)
{
	assert_true(index < spans->count);
	assert_true(fabs(spans->items[index].from_us - scene_us(from_ms)) < 1e-3);
	assert_true(fabs(spans->items[index].to_us - scene_us(to_ms)) < 1e-3);
}

static void sleeping_is_a_state_without_any_growth(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 5, runs, sleeps, 1, 1);
	scene_ticks(&scene, 8, runs, runs, 1, 1);
	scene_ticks(&scene, 12, runs, sleeps, 1, 1);
	scene_ticks(&scene, 15, runs, (struct scene_state){ 'S', 0.1, 0, 0 }, 1, 1); /* it woke between the ticks */
	scene_ticks(&scene, 18, runs, (struct scene_state){ 'D', 0, 0, 0 }, 1, 1);
	assert_int_equal(worker(&scene)->asleep.count, 3);
	expect_span(&worker(&scene)->asleep, 0, 0, 5);
	expect_span(&worker(&scene)->asleep, 1, 9, 12); /* at 8 it still ran */
	expect_span(&worker(&scene)->asleep, 2, 15, 18);
	scene_release(&scene);
}

static void stopped_holds_until_it_is_seen_running(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 5, runs, runs, 1, 1);
	scene_ticks(&scene, 9, runs, stands, 1, 1);
	scene_ticks(&scene, 12, runs, runs, 1, 1);
	assert_int_equal(worker(&scene)->stopped.count, 1);
	expect_span(&worker(&scene)->stopped, 0, 5, 10);
	scene_release(&scene);
}

static void a_share_leaves_the_threads_own_time_out(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	/* Before it waits it runs itself, in the browser's account; then others have the processors. */
	scene_ticks(&scene, 20, sleeps, runs, 1, 1);
	scene_ticks(&scene, 21, sleeps, (struct scene_state){ 'R', 0, 1, 0 }, 0, 2);
	const struct trace_spans *waiting = &worker(&scene)->waiting;
	assert_int_equal(waiting->count, 1);
	expect_span(waiting, 0, 20, 21);
	assert_true(waiting->items[0].value < 0.01F);
	scene_release(&scene);
}

static void short_delays_are_the_scheduler_as_usual(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 20, sleeps, (struct scene_state){ 'R', 0.9, 0.09, 0 }, 1, 1);
	assert_int_equal(worker(&scene)->waiting.count, 0);
	scene_ticks(&scene, 21, sleeps, (struct scene_state){ 'R', 0.9, 0.11, 0 }, 1, 1);
	assert_int_equal(worker(&scene)->waiting.count, 1);
	scene_release(&scene);
}

static void a_delay_may_be_longer_than_what_is_kept(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 5000, sleeps, (struct scene_state){ 'R', 0, 0, 0 }, 0, 1);
	scene.tick.threads[TRACE_WORKER].delay_ns += 4e9;
	scene_ticks(&scene, 5001, sleeps, runs, 0, 1);
	expect_span(&worker(&scene)->waiting, 0, 1001, 5001);
	assert_true(worker(&scene)->waiting.items[0].value == 0);
	scene_release(&scene);
}

/* Delayed dequeue: the whole sleep is booked as delay when the thread wakes. */
static void a_sleep_is_no_delay(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 5, sleeps, runs, 1, 2);
	scene_ticks(&scene, 50, sleeps, sleeps, 1, 2);
	scene_ticks(&scene, 51, sleeps, (struct scene_state){ 'R', 0, 0, 0 }, 1, 2);
	scene.tick.threads[TRACE_WORKER].delay_ns += 46e6;
	scene_ticks(&scene, 52, sleeps, runs, 1, 2);
	assert_int_equal(worker(&scene)->waiting.count, 1);
	expect_span(&worker(&scene)->waiting, 0, 50, 52);
	scene_release(&scene);
}

static void what_is_missing_is_unknown(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene.tick.late_us = scene.tick.all_cpu_us = scene.tick.browser_cpu_us = NAN;
	scene.tick.threads[TRACE_WORKER] = (struct trace_tick_thread){ NAN, NAN, NAN, 0 };
	for (int i = 0; i < 10; i++) {
		scene.tick.threads[TRACE_MAIN].state = 'R';
		scene.tick.threads[TRACE_MAIN].delay_ns += 5e5;
		scene_tick_at(&scene, i);
		scene.tick.late_us = NAN;
	}
	const struct trace_host *host = scene.ticks;
	assert_false(host->has_late || host->has_cpu);
	assert_false(worker(&scene)->has_state || worker(&scene)->has_delay || worker(&scene)->has_faults);
	assert_int_equal(worker(&scene)->known.count + worker(&scene)->asleep.count + worker(&scene)->waiting.count, 0);
	assert_true(host->threads[TRACE_MAIN].has_state && host->threads[TRACE_MAIN].has_delay);
	assert_true(isnan(host->threads[TRACE_MAIN].waiting.items[0].value)); /* whose the processors were is not known */
	scene_release(&scene);
}

static void ticks_ascend(void **state)
{
	(void)state;
	struct trace_host *host = trace_host_new();
	struct trace_tick tick = { .mono_us = 5 };
	struct err err = { 0 };
	assert_int_equal(trace_host_add(host, &tick, &err), 0);
	assert_int_equal(trace_host_add(host, &tick, &err), -1);
	tick.mono_us = NAN;
	assert_int_equal(trace_host_add(host, &tick, &err), -1);
	tick.mono_us = 7;
	assert_int_equal(trace_host_add(host, &tick, &err), 0);
	assert_true(host->rows == 2 && host->period_us == 2);
	trace_host_free(host);
}

static void other_workers_that_wait_are_seen(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	struct trace_tick_thread *others = &scene.tick.threads[TRACE_ROLES];
	others[0] = (struct trace_tick_thread){ 0, 0, NAN, 'S' };
	others[1] = (struct trace_tick_thread){ 0, 0, NAN, 'R' };
	scene_ticks(&scene, 10, sleeps, sleeps, 0, 2);
	others[0].delay_ns += 3e6; /* it slept */
	others[1].delay_ns += 3e6;
	scene_ticks(&scene, 11, sleeps, sleeps, 0, 2);
	assert_int_equal(scene.ticks->others_waiting.count, 1); /* the longest of them */
	expect_span(&scene.ticks->others_waiting, 0, 8, 11);
	scene_release(&scene);
	scene_init(&scene);
	others[0] = (struct trace_tick_thread){ 0, 0, NAN, 'S' };
	scene_ticks(&scene, 10, sleeps, sleeps, 0, 2);
	others[0].delay_ns += 3e6;
	scene_ticks(&scene, 11, sleeps, sleeps, 0, 2);
	expect_span(&scene.ticks->others_waiting, 0, 10, 11);
	scene_release(&scene);
}

/* Others that get the processor now and then while one waits for it: its wait is booked last and holds all the same. */
static void a_long_wait_of_another_worker_is_not_cut_by_short_ones(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	struct trace_tick_thread *others = &scene.tick.threads[TRACE_ROLES];
	others[0] = (struct trace_tick_thread){ 0, 0, NAN, 'S' };
	others[1] = (struct trace_tick_thread){ 0, 0, NAN, 'R' };
	scene_ticks(&scene, 10, sleeps, sleeps, 0, 2);
	others[0].state = 'R';
	for (int ms = 11; ms <= 19; ms++) {
		others[1].delay_ns += 0.3e6;
		scene_ticks(&scene, ms, sleeps, sleeps, 0, 2);
	}
	others[0].delay_ns += 9.5e6;
	others[0].state = 'S';
	scene_ticks(&scene, 20, sleeps, sleeps, 0, 2);
	expect_span(&scene.ticks->others_waiting, scene.ticks->others_waiting.count - 1, 10.5, 20);
	scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sleeping_is_a_state_without_any_growth),
		cmocka_unit_test(stopped_holds_until_it_is_seen_running),
		cmocka_unit_test(a_share_leaves_the_threads_own_time_out),
		cmocka_unit_test(short_delays_are_the_scheduler_as_usual),
		cmocka_unit_test(a_delay_may_be_longer_than_what_is_kept),
		cmocka_unit_test(a_sleep_is_no_delay),
		cmocka_unit_test(what_is_missing_is_unknown),
		cmocka_unit_test(ticks_ascend),
		cmocka_unit_test(other_workers_that_wait_are_seen),
		cmocka_unit_test(a_long_wait_of_another_worker_is_not_cut_by_short_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
