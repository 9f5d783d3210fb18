#include "trace/scene.h"

#include "base/rng.h"

/* Most scenes are one slow sample, due at 10 ms and back at 30, of which the worker has it from 11 to 29. */
static void slow_sample(struct scene *scene)
{
	scene_sample(scene, 10, 10.5, 11, 29, 30);
}

static void expect_cause(const struct scene *scene, const char *cause)
{
	assert_int_equal(scene->result.spikes.count, 1);
	const struct explain_spike *spike = &scene->result.spikes.items[0];
	assert_int_equal(spike->refusal, EXPLAIN_TOLD);
	assert_string_equal(trace_cause_name(spike->cause), cause);
	assert_true(fabs(scene_sum(spike) - spike->response_ms) <= 0.02);
}

static void a_leg_is_charged_to_its_thread(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_MAIN, "FunctionCall", 10, 10.5);
	scene_slice(&scene, TRACE_MAIN, "FunctionCall", 11, 30.2); /* the last leg is the page's, those before are not */
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 12, 28);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "gc@worker");
	scene_expect(&scene, 0, "js@main", 0.5 + 1);
	scene_expect(&scene, 0, "gc@worker", 16);
	scene_expect(&scene, 0, "js@worker", 0.005 + 2); /* in its handler, which began 5 µs before received */
	scene_expect(&scene, 0, "unexplained", 0.495);
	scene_release(&scene);
}

static void the_sender_may_be_the_worker(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene.samples.sender = TRACE_WORKER;
	scene_slice(&scene, TRACE_MAIN, "MajorGC", 12, 28);
	scene_sample(&scene, 10, 10.5, 11, 29, 30);
	scene_explain(&scene, 40);
	expect_cause(&scene, "gc@main");
	scene_expect(&scene, 0, "late@worker", 0.5);
	scene_release(&scene);
}

struct class_row { const char *slice; bool measure; const char *cause; };

/* Inside JavaScript inside a task, as they come. */
static void every_class_names_its_time(void **state)
{
	(void)state;
	static const struct class_row rows[] = {
		{ "MajorGC", false, "gc@worker" }, { "MinorGC", false, "gc@worker" },
		{ "V8.GCIncrementalMarking", false, "gc@worker" }, { "BlinkGC.AtomicPhase", false, "gc@worker" },
		{ "CppGC.AtomicMark", false, "gc@worker" }, { "wasm.CompileLazy", false, "wasm-compile@worker" },
		{ "wasm.CompileBaseline", false, "wasm-compile@worker" }, { "wasm.SyncCompile", false, "wasm-compile@worker" },
		{ "wasm.AddCompiledCode", false, "wasm-compile@worker" }, { "wasm.PublishCode", false, "wasm-compile@worker" },
		{ "wasm.CompileWasmImportCallWrapper", false, "wasm-compile@worker" },
		{ "wasm.GrowMemory", false, "mem-grow@worker" }, { "UpdateLayoutTree", false, "layout@worker" },
		{ "Layout", false, "layout@worker" }, { "PrePaint", false, "layout@worker" }, { "Paint", false, "layout@worker" },
		{ "Layerize", false, "layout@worker" }, { "Commit", false, "layout@worker" },
		{ "DedicatedWorkerGlobalScope::postMessage", false, "serialise@worker" },
		{ "h:serialise", true, "serialise@worker" }, { "h:deserialise", true, "deserialise@worker" },
		{ "h:guest", true, "guest@worker" }, { "h:guestgc", true, "guest-gc@worker" },
		{ "FunctionCall", false, "js@worker" }, { "TimerFire", false, "js@worker" },
		{ "v8.callFunction", false, "js@worker" }, { "EvaluateScript", false, "js@worker" },
		{ "XHRReadyStateChange", false, "js@worker" }, { "SomethingElse", false, "js@worker" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct scene scene;
		scene_init(&scene);
		scene_slice(&scene, TRACE_WORKER, "RunTask", 10.99, 29.5);
		scene_slice(&scene, TRACE_WORKER, "FunctionCall", 11.5, 28.9);
		if (rows[i].measure)
			scene_measure(&scene, TRACE_WORKER, rows[i].slice, 12, 28);
		else
			scene_slice(&scene, TRACE_WORKER, rows[i].slice, 12, 28);
		slow_sample(&scene);
		scene_explain(&scene, 40);
		expect_cause(&scene, rows[i].cause);
		scene_release(&scene);
	}
}

static void the_stronger_class_names_the_instant(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_measure(&scene, TRACE_WORKER, "h:guest", 12, 28);
	scene_slice(&scene, TRACE_WORKER, "FunctionCall", 13, 27); /* called by the guest: the guest's */
	scene_slice(&scene, TRACE_WORKER, "MinorGC", 14, 16);
	scene_measure(&scene, TRACE_WORKER, "h:guestgc", 20, 28.5); /* its length is the guest's own clock's */
	slow_sample(&scene);
	scene_explain(&scene, 40);
	scene_expect(&scene, 0, "guest@worker", 6);
	scene_expect(&scene, 0, "gc@worker", 2);
	scene_expect(&scene, 0, "guest-gc@worker", 8.5);
	scene_release(&scene);
}

static void beginnings_and_ends_are_slices_too(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_event(&scene, "{\"ph\":\"B\",\"name\":\"MajorGC\",\"pid\":%d,\"tid\":13,\"ts\":%.0f}", SCENE_PID, scene_us(12));
	scene_event(&scene, "{\"ph\":\"B\",\"name\":\"else\",\"pid\":%d,\"tid\":13,\"ts\":%.0f}", SCENE_PID, scene_us(13));
	scene_event(&scene, "{\"ph\":\"E\",\"pid\":%d,\"tid\":13,\"ts\":%.0f}", SCENE_PID, scene_us(14));
	scene_event(&scene, "{\"ph\":\"E\",\"pid\":%d,\"tid\":13,\"ts\":%.0f}", SCENE_PID, scene_us(20));
	/* Not ended when the trace was: it goes on. */
	scene_event(&scene, "{\"ph\":\"B\",\"name\":\"Layout\",\"pid\":%d,\"tid\":13,\"ts\":%.0f}", SCENE_PID, scene_us(26));
	slow_sample(&scene);
	scene_explain(&scene, 40);
	scene_expect(&scene, 0, "gc@worker", 8);
	scene_expect(&scene, 0, "layout@worker", 3);
	scene_release(&scene);
}

/* ---- what the host saw ---- */

static void stopped_is_seen_by_the_state(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 12, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	scene_ticks(&scene, 26, (struct scene_state)SCENE_STANDS, (struct scene_state)SCENE_STANDS, 0, 0);
	scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "stopped");
	scene_expect(&scene, 0, "stopped", 15); /* from the tick before it was seen to 1 ms after */
	scene_release(&scene);
}

static void waiting_is_shared_by_who_had_the_processors(void **state)
{
	(void)state;
	struct scene scene;
	const struct scene_state waits = { 'R', 0, 1, 0 };
	scene_init(&scene);
	scene_ticks(&scene, 12, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	scene_ticks(&scene, 28, (struct scene_state)SCENE_SLEEPS, waits, 0.5, 2);
	scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "cpu-external");
	scene_expect(&scene, 0, "cpu-external", 12);
	scene_expect(&scene, 0, "cpu-internal", 4);
	scene_release(&scene);
}

/* The delay is booked when the thread gets the processor: it covers the time before. */
static void a_delay_lies_before_the_tick_that_shows_it(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 20, (struct scene_state)SCENE_SLEEPS, (struct scene_state){ 'R', 0, 0, 0 }, 0, 0.7);
	scene.tick.threads[TRACE_WORKER].delay_ns += 8e6;
	scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 2);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	scene_expect(&scene, 0, "cpu-external", 8);
	scene_release(&scene);
}

static void sleeping_in_a_task_is_blocked(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 12, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	scene_ticks(&scene, 28, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_SLEEPS, 0, 0);
	scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "blocked@worker");
	scene_expect(&scene, 0, "blocked@worker", 15);
	scene_release(&scene);
}

static void a_late_sampler_is_a_stalled_host(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_ticks(&scene, 12, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	scene.ends_ms = 26;
	scene.tick.late_us = 13000;
	scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "host-stall");
	scene_expect(&scene, 0, "host-stall", 13);
	scene_release(&scene);
}

static void first_touch_of_grown_memory_is_the_growth(void **state)
{
	(void)state;
	const struct scene_state touches = { 'R', 1, 0, 300 }, computes = { 'R', 1, 0, 10 };
	for (int touching = 0; touching < 2; touching++) {
		struct scene scene;
		scene_init(&scene);
		scene_slice(&scene, TRACE_WORKER, "RunTask", 10.99, 29.5);
		scene_slice(&scene, TRACE_WORKER, "wasm.GrowMemory", 12, 12.2);
		scene_measure(&scene, TRACE_WORKER, "h:guest", 11.9, 28);
		scene_ticks(&scene, 12, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_RUNS, 1, 1);
		scene_ticks(&scene, 40, (struct scene_state)SCENE_SLEEPS, touching ? touches : computes, 1, 1);
		slow_sample(&scene);
		scene_explain(&scene, 40);
		expect_cause(&scene, touching ? "mem-grow@worker" : "guest@worker");
		scene_release(&scene);
	}
}

/* ---- without ticks ---- */

static void thread_time_stands_in_for_ticks(void **state)
{
	(void)state;
	static const struct { double cpu_ms; const char *cause; } rows[] = {
		{ 17, "js@worker" }, { 7, "cpu-wait" }, { 1, "blocked@worker" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct scene scene;
		scene_init(&scene);
		scene_slice_cpu(&scene, TRACE_WORKER, "FunctionCall", 12, 29, rows[i].cpu_ms);
		scene.handler_off_ms = 17 - rows[i].cpu_ms;
		scene_noise(&scene, 0, 40);
		slow_sample(&scene);
		scene_explain(&scene, 40);
		expect_cause(&scene, rows[i].cause);
		scene_release(&scene);
	}
}

static void a_silent_process_is_a_stopped_one(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice_cpu(&scene, TRACE_WORKER, "FunctionCall", 12, 28.9, 2);
	scene.handler_off_ms = 14.9;
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "stopped");
	scene_release(&scene);
}

static void busy_threads_of_the_browser_are_internal(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice_cpu(&scene, TRACE_WORKER, "FunctionCall", 11.1, 28.9, 5);
	scene.handler_off_ms = 12.8;
	for (int tid = 20; tid < 22; tid++)
		scene_event(&scene, "{\"ph\":\"X\",\"name\":\"wasm.TopTierCompilation\",\"pid\":%d,\"tid\":%d,\"ts\":%.0f,\"dur\":20000,"
			"\"tdur\":14000,\"tts\":1}", SCENE_PID, tid, scene_us(10));
	slow_sample(&scene);
	scene_explain(&scene, 40);
	expect_cause(&scene, "cpu-internal");
	scene_release(&scene);
}

/* ---- messages ---- */

static void many_messages_are_a_queue(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	for (int i = 0; i < 36; i++) { /* 0.4 ms each, a pause of 0.1 ms */
		scene_slice(&scene, TRACE_WORKER, "RunTask", 11 + 0.5 * i, 11.4 + 0.5 * i);
		scene_slice(&scene, TRACE_WORKER, "HandlePostMessage", 11.01 + 0.5 * i, 11.39 + 0.5 * i);
	}
	scene_sample(&scene, 10, 10.9, 29, 29.5, 30);
	scene_explain(&scene, 40);
	expect_cause(&scene, "queue@worker");
	scene_release(&scene);
}

/* The receiver is idle because the poster has not handed it over. */
static void a_posting_that_takes_long_is_the_posters(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_MAIN, "RunTask", 9.5, 28);
	scene_measure(&scene, TRACE_MAIN, "h:serialise", 10.5, 20);
	scene_instant(&scene, TRACE_MAIN, "SchedulePostMessage", 20.01);
	scene_noise(&scene, 0, 40);
	scene_sample(&scene, 10, 10.5, 24, 24.5, 25);
	scene_explain(&scene, 40);
	scene_expect(&scene, 0, "serialise@main", 9.5);
	scene_expect(&scene, 0, "unexplained", 24 - 0.005 - 20.01);
	scene_release(&scene);
}

/* ---- missing columns and times ---- */

static void legs_that_are_not_told_apart_go_to_who_worked(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_MAIN, "FunctionCall", 10, 14);
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 12, 28);
	const double at_ms[] = { 10, SCENE_UNKNOWN, SCENE_UNKNOWN, SCENE_UNKNOWN, 30 };
	scene_noise(&scene, 0, 40);
	scene_sample_plain(&scene, at_ms);
	scene.samples.times_ms[TRACE_SENT] = scene.samples.times_ms[TRACE_RECEIVED] = NULL;
	scene.samples.times_ms[TRACE_REPLIED] = NULL;
	scene_explain(&scene, 40);
	expect_cause(&scene, "gc@worker");
	scene_expect(&scene, 0, "gc@worker", 16);
	scene_expect(&scene, 0, "js@main", 2); /* while the worker was idle */
	scene_expect(&scene, 0, "unexplained", 2);
	assert_true(scene.result.inputs.note_count >= 4);
	scene_release(&scene);
}

static void refused_with(const struct scene *scene, enum explain_refusal refusal)
{
	assert_int_equal(scene->result.spikes.count, 1);
	const struct explain_spike *spike = &scene->result.spikes.items[0];
	assert_int_equal(spike->refusal, refusal);
	assert_int_equal(spike->cause, TRACE_NO_CAUSE);
	assert_int_equal(spike->part_count, 0);
	assert_int_equal(scene->result.spikes.explained, 0);
}

static void what_cannot_be_told_is_refused(void **state)
{
	(void)state;
	static const struct { double at_ms[TRACE_MOMENTS]; enum explain_refusal refusal; } rows[] = {
		{ { 10, 10.5, 11, 29, SCENE_UNKNOWN }, EXPLAIN_UNANSWERED },
		{ { 10, SCENE_UNKNOWN, SCENE_UNKNOWN, SCENE_UNKNOWN, SCENE_UNKNOWN }, EXPLAIN_UNANSWERED },
		{ { 10, 10.5, 9, 29, 30 }, EXPLAIN_CONTRADICTORY },
		{ { 10, 9, 11, 29, 30 }, EXPLAIN_CONTRADICTORY },
		{ { 10, 10.5, 11, 31, 30 }, EXPLAIN_CONTRADICTORY },
		{ { -12, -11, -5, 3, 4 }, EXPLAIN_OUTSIDE },
		{ { 99, 99.5, 100, 101, 108 }, EXPLAIN_OUTSIDE },
		{ { 10, 10.5, 13, 29, 30 }, EXPLAIN_UNHANDLED },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct scene scene;
		scene_init(&scene);
		scene_sample_plain(&scene, rows[i].at_ms);
		scene_slice(&scene, TRACE_WORKER, "HandlePostMessage", 10.99, 11.2);
		for (int n = 0; n < 30; n++) { /* others that are as they should be */
			double at_ms = 50 + n / 2.0;
			scene_sample(&scene, at_ms, at_ms + 0.1, at_ms + 0.2, at_ms + 0.3, at_ms + 0.4);
		}
		if (rows[i].at_ms[TRACE_DUE] > 50) /* due times ascend */
			scene.samples.count = 1;
		scene_explain(&scene, 70);
		refused_with(&scene, rows[i].refusal);
		assert_string_equal(scene.result.refusal, "");
		scene_release(&scene);
	}
}

/* ---- controls: what must fail to explain ---- */

/* Thirty samples, every fifth slow by a collection. */
static void crowd(struct scene *scene, double at_ms)
{
	for (int i = 0; i < 30; i++) {
		double due_ms = at_ms + 30 * i, slow_ms = i % 5 ? 0.1 : 18;
		if (i % 5 == 0)
			scene_slice(scene, TRACE_WORKER, "MajorGC", due_ms + 0.5, due_ms + 18);
		scene_sample(scene, due_ms, due_ms + 0.1, due_ms + 0.3, due_ms + 0.4 + slow_ms, due_ms + 0.7 + slow_ms);
	}
}

static void shift_samples(struct scene *scene, double by_ms)
{
	for (int moment = 0; moment < TRACE_MOMENTS; moment++) {
		for (size_t i = 0; i < scene->samples.count; i++)
			scene->times_ms[moment][i] += by_ms;
	}
}

static void nothing_is_told(const struct scene *scene, const char *because)
{
	assert_non_null(strstr(scene->result.refusal, because));
	for (size_t i = 0; i < scene->result.spikes.count; i++)
		assert_int_equal(scene->result.spikes.items[i].cause, TRACE_NO_CAUSE);
	assert_int_equal(scene->result.spikes.count, 6);
}

static void a_crowd_is_explained(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	scene_explain(&scene, 1000);
	assert_string_equal(scene.result.refusal, "");
	assert_int_equal(scene.result.spikes.count, 6);
	assert_int_equal(scene.result.spikes.explained, 6);
	assert_int_equal(scene.result.spikes.episode_count, 6);
	assert_int_equal(scene.result.spikes.fast, 24);
	const struct explain_share *gc = &scene.result.spikes.shares[trace_cause(TRACE_GC, TRACE_WORKER)];
	assert_int_equal(gc->episodes, 6);
	assert_int_equal(gc->spikes, 6);
	assert_true(fabs(gc->ms - 6 * 17.5) < 0.1);
	assert_true(gc->fast_share == 0);
	scene_release(&scene);
}

/* Of many samples on time some are enough; no spike is missed for it. */
static void of_many_fast_samples_some_are_looked_into(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene.options.fast_most = 8;
	crowd(&scene, 10);
	scene_explain(&scene, 1000);
	assert_int_equal(scene.result.spikes.explained, 6);
	assert_int_equal(scene.result.spikes.fast, 6); /* every fourth of 30, but for two spikes among them */
	const struct explain_share *gc = &scene.result.spikes.shares[trace_cause(TRACE_GC, TRACE_WORKER)];
	assert_true(fabs(gc->ms - 6 * 17.5) < 0.1);
	bool told = false;
	for (size_t i = 0; i < scene.result.inputs.note_count; i++)
		told |= strstr(scene.result.inputs.notes[i], "one in 4 was looked into") != NULL;
	assert_true(told);
	scene_release(&scene);
}

static void samples_of_another_launch_are_refused(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	shift_samples(&scene, 7.3);
	scene_explain(&scene, 1000);
	nothing_is_told(&scene, "the samples are not of this trace");
	scene_release(&scene);
}

/* The trace shifted against its own marks and the samples. */
static void a_shifted_trace_is_refused(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		scene.page_ms[role] -= 250;
	shift_samples(&scene, -250);
	for (int i = 0; i < 10; i++) /* more marks than the two pairs of before */
		scene_marks(&scene, 950 + i);
	scene_explain(&scene, 1000);
	assert_true(scene.result.refusal[0] != '\0');
	scene_release(&scene);
}

static void ticks_of_another_time_are_refused(void **state)
{
	(void)state;
	for (int shifted = 0; shifted < 2; shifted++) {
		struct scene scene;
		scene_init(&scene);
		crowd(&scene, 10);
		scene_ticks(&scene, shifted ? 25 : 10, (struct scene_state)SCENE_SLEEPS, (struct scene_state)SCENE_SLEEPS, 0, 1);
		for (int i = 0; i < 30; i++) {
			scene_ticks(&scene, scene.ends_ms + (i % 5 ? 2 : 20), (struct scene_state)SCENE_SLEEPS,
				(struct scene_state)SCENE_RUNS, 1, 1);
			scene_ticks(&scene, scene.ends_ms + (i % 5 ? 28 : 10), (struct scene_state)SCENE_SLEEPS,
				(struct scene_state)SCENE_SLEEPS, 0, 1);
		}
		scene_explain(&scene, 1000);
		if (shifted)
			nothing_is_told(&scene, "the host's ticks are not of this trace");
		else
			assert_int_equal(scene.result.spikes.explained, 6);
		scene_release(&scene);
	}
}

static void without_measures_a_guest_is_js(void **state)
{
	(void)state;
	for (int measured = 0; measured < 2; measured++) {
		struct scene scene;
		scene_init(&scene);
		if (measured)
			scene_measure(&scene, TRACE_WORKER, "h:guest", 11.2, 28.8);
		slow_sample(&scene);
		scene_explain(&scene, 40);
		expect_cause(&scene, measured ? "guest@worker" : "js@worker");
		scene_release(&scene);
	}
}

static void without_marks_nothing_is_told(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	buf_clear(&scene.events);
	scene.event_count = 0;
	scene_mark_off(&scene, TRACE_MAIN, 1, 0);
	crowd(&scene, 10);
	char *text = scene_trace(&scene);
	struct err err = { 0 };
	assert_int_equal(scene_explain_text(&scene, text, 1 << 16, &err), 0);
	free(text);
	nothing_is_told(&scene, "no clock marks of the worker");
	assert_true(fabs(scene.result.spikes.items[0].due_us - scene_us(10)) < 3); /* by the page's mark */
	scene_release(&scene);
}

static void marks_that_disagree_are_refused(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	for (int i = 0; i < 8; i++)
		scene_mark_off(&scene, TRACE_WORKER, 30 + i, i % 2 ? 45 : -45);
	scene_explain(&scene, 1000);
	nothing_is_told(&scene, "clock marks of the worker do not agree");
	scene_release(&scene);
}

static void one_mark_that_is_off_does_no_harm(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	for (int i = 0; i < 30; i++)
		scene_mark_off(&scene, TRACE_WORKER, 10 + i, i == 5 ? 86 : 0);
	scene_explain(&scene, 1000);
	assert_int_equal(scene.result.spikes.explained, 6);
	assert_true(fabs(scene.result.clocks[TRACE_WORKER].offset_us - (SCENE_BASE_US - 30000)) < 3);
	assert_true(fabs(scene.result.clocks[TRACE_MAIN].offset_us - (SCENE_BASE_US - 100000)) < 3);
	scene_release(&scene);
}

static void a_lossy_trace_gives_no_causes(void **state)
{
	(void)state;
	static const struct { const char *stats, *lost, *because; } rows[] = {
		{ "{\"traced_buf\":[{\"chunks_discarded\":5}]}", NULL, "chunks_discarded: 5" },
		{ "{\"traced_buf\":[{\"trace_writer_packet_loss\":1}]}", NULL, "trace_writer_packet_loss" },
		{ "{\"traced_buf\":[{\"chunks_discarded\":0}]}", "messages are missing", "messages are missing" },
		{ "{\"traced_buf\":[{\"chunks_overwritten\":7}]}", NULL, NULL },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct scene scene;
		scene_init(&scene);
		crowd(&scene, 10);
		char *metadata = mem_format("{\"trace_processor_stats\":%s}", rows[i].stats);
		scene.metadata = metadata;
		scene.options.lost = rows[i].lost;
		scene_explain(&scene, 1000);
		if (rows[i].because)
			nothing_is_told(&scene, rows[i].because);
		else
			assert_int_equal(scene.result.spikes.explained, 6);
		free(metadata);
		scene_release(&scene);
	}
}

/* ---- the whole ---- */

static void cold_samples_are_no_spikes(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	crowd(&scene, 10);
	scene.samples.cold = 6;
	scene_explain(&scene, 1000);
	assert_int_equal(scene.result.spikes.count, 4);
	assert_int_equal(scene.result.spikes.items[0].sample, 10);
	scene_release(&scene);
}

static void one_stall_is_one_episode(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 12, 50);
	for (int i = 0; i < 10; i++) { /* due every 5 ms from 10; those up to 40 wait for the collection */
		double due_ms = 10 + 5 * i, received_ms = due_ms < 50 ? 50.05 + 0.1 * i : due_ms + 0.2;
		scene_sample(&scene, due_ms, due_ms + 0.1, received_ms, received_ms + 0.05, received_ms + 0.2);
	}
	scene_explain(&scene, 80);
	const struct explain_spikes *spikes = &scene.result.spikes;
	assert_int_equal(spikes->count, 8);
	assert_int_equal(spikes->episode_count, 1);
	assert_int_equal(spikes->episodes[0].count, 8);
	assert_int_equal(spikes->episodes[0].worst, 0);
	assert_string_equal(trace_cause_name(spikes->episodes[0].cause), "gc@worker");
	/* From the first due to the last return: all of it is stalled once, and shared out once. */
	assert_true(fabs(spikes->episodes[0].stalled_ms - (50.05 + 0.7 + 0.2 - 10)) < 0.02);
	double sum_ms = 0, share = 0;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		sum_ms += spikes->shares[cause].ms;
		share += spikes->shares[cause].share;
	}
	assert_true(fabs(sum_ms - spikes->stalled_ms) < 1e-6);
	assert_true(fabs(share - 1) < 1e-9);
	scene_release(&scene);
}

static void a_spike_of_two_halves_is_mixed(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 11.1, 21);
	scene_slice(&scene, TRACE_WORKER, "Layout", 21, 28.9);
	slow_sample(&scene);
	scene_explain(&scene, 40);
	const struct explain_spike *spike = &scene.result.spikes.items[0];
	assert_true(spike->mixed);
	assert_string_equal(trace_cause_name(spike->cause), "gc@worker");
	assert_string_equal(trace_cause_name(spike->second), "layout@worker");
	for (size_t i = 1; i < spike->part_count; i++)
		assert_true(spike->parts[i].ms <= spike->parts[i - 1].ms);
	scene_release(&scene);
}

static void a_story_tells_what_both_threads_did(void **state)
{
	(void)state;
	struct scene scene;
	scene_init(&scene);
	scene_slice(&scene, TRACE_MAIN, "Layout", 12, 20); /* nobody waited for it */
	scene_slice(&scene, TRACE_WORKER, "MajorGC", 12, 28);
	slow_sample(&scene);
	scene.options.tells_story = true;
	scene_explain(&scene, 40);
	const struct explain_story *story = &scene.result.story;
	assert_true(story->told);
	assert_int_equal(story->way.count, 4);
	assert_true(fabs(story->legs_ms[2][trace_cause(TRACE_GC, TRACE_WORKER)] - 16) < 0.01);
	assert_true(fabs(story->legs_ms[0][trace_cause(TRACE_LATE, TRACE_MAIN)] - 0.5) < 0.01);
	bool laid_out = false;
	for (size_t i = 0; i < story->doing_counts[TRACE_MAIN]; i++)
		laid_out |= story->doings[TRACE_MAIN][i].cause == trace_cause(TRACE_LAYOUT, TRACE_MAIN);
	assert_true(laid_out);
	scene_expect(&scene, 0, "layout@main", 0);
	scene_release(&scene);
}

/* ---- properties ---- */

static const char *const slice_names[] = { "RunTask", "FunctionCall", "MajorGC", "V8.GCFinalizeMC", "Layout", "TimerFire",
	"wasm.CompileLazy", "wasm.GrowMemory", "ThreadControllerImpl::RunTask", "Unknown" };
static const char *const measure_names[] = { "h:guest", "h:guestgc", "h:serialise", "h:deserialise" };

static void random_slices(struct scene *scene, struct rng *rng, double length_ms)
{
	for (int i = 0; i < 200; i++) {
		enum trace_role role = rng_below(rng, 2) ? TRACE_WORKER : TRACE_MAIN;
		double from_ms = rng_unit(rng) * length_ms, to_ms = from_ms + rng_unit(rng) * rng_unit(rng) * 30;
		if (rng_below(rng, 4) == 0)
			scene_measure(scene, role, measure_names[rng_below(rng, 4)], from_ms, to_ms);
		else
			scene_slice_cpu(scene, role, slice_names[rng_below(rng, SCENE_COUNT(slice_names))], from_ms, to_ms,
				rng_unit(rng) * (to_ms - from_ms));
	}
}

static void random_ticks(struct scene *scene, struct rng *rng, double length_ms)
{
	while (scene->ends_ms < length_ms) {
		const char *states = "RSDT";
		struct scene_state main = { states[rng_below(rng, 4)], rng_unit(rng), rng_below(rng, 2) * rng_unit(rng), 3 };
		struct scene_state worker = { states[rng_below(rng, 4)], rng_unit(rng), rng_below(rng, 2) * rng_unit(rng), 300 };
		scene->tick.late_us = rng_below(rng, 5) ? 10 : 5000;
		scene_ticks(scene, scene->ends_ms + 1 + rng_below(rng, 20), main, worker, rng_unit(rng), 2);
	}
}

static void random_samples(struct scene *scene, struct rng *rng, double length_ms)
{
	double due_ms = 5;
	for (int i = 0; i < 60 && due_ms < length_ms - 70; i++) {
		double at_ms[TRACE_MOMENTS] = { due_ms };
		for (int moment = 1; moment < TRACE_MOMENTS; moment++)
			at_ms[moment] = at_ms[moment - 1] + rng_unit(rng) * rng_unit(rng) * 15;
		for (int moment = 1; moment < TRACE_RETURNED; moment++) {
			if (rng_below(rng, 10) == 0)
				at_ms[moment] = SCENE_UNKNOWN;
		}
		scene_sample_plain(scene, at_ms);
		due_ms += rng_unit(rng) * 10;
	}
}

/* Whatever the trace, the ticks and the samples are: parts are positive, each cause once, and sum to the response. */
static void parts_always_sum_to_the_response(void **state)
{
	(void)state;
	size_t spikes = 0;
	for (uint64_t seed = 0; seed < 120; seed++) {
		struct scene scene;
		struct rng rng;
		rng_seed(&rng, seed, "explain");
		scene_init(&scene);
		scene.samples.sender = seed % 2 ? TRACE_WORKER : TRACE_MAIN;
		scene.options.threshold_ms = 1;
		random_slices(&scene, &rng, 500);
		if (seed % 3)
			random_ticks(&scene, &rng, 500);
		random_samples(&scene, &rng, 500);
		scene_explain(&scene, 500);
		for (size_t i = 0; i < scene.result.spikes.count; i++) {
			const struct explain_spike *spike = &scene.result.spikes.items[i];
			bool seen[TRACE_CAUSES] = { false };
			if (spike->refusal)
				continue;
			spikes++;
			assert_true(fabs(scene_sum(spike) - spike->response_ms) <= 0.001);
			assert_true(fabs((spike->returned_us - spike->due_us) / 1000 - spike->response_ms) <= 1e-6);
			for (size_t p = 0; p < spike->part_count; p++) {
				assert_true(spike->parts[p].ms > 0);
				assert_false(seen[spike->parts[p].cause]);
				seen[spike->parts[p].cause] = true;
			}
		}
		scene_release(&scene);
	}
	assert_true(spikes > 3000);
}

/* ---- order ---- */

/* The scene's events of one thread after those of another, each thread's as they came: so protobuf has them. */
static void group_by_thread(struct scene *scene, const int *tids, size_t count)
{
	struct buf grouped;
	char wanted[32];
	buf_init(&grouped, SCENE_TRACE_MAX);
	for (size_t i = 0; i < count; i++) {
		snprintf(wanted, sizeof wanted, "\"tid\":%d,", tids[i]);
		char *text = mem_strdup(scene->events.data), *rest = text, *line;
		while ((line = strsep(&rest, "\n"))) {
			size_t length = strlen(line);
			if (!strstr(line, wanted))
				continue;
			length -= line[length - 1] == ',';
			buf_append_format(&grouped, "%s\n%.*s", grouped.length ? "," : "", (int)length, line);
		}
		free(text);
	}
	buf_release(&scene->events);
	scene->events = grouped;
}

static void expect_the_same(const struct explain_result *one, const struct explain_result *other)
{
	assert_string_equal(one->refusal, other->refusal);
	assert_int_equal(one->inputs.events, other->inputs.events);
	assert_int_equal(one->spikes.count, other->spikes.count);
	assert_int_equal(one->spikes.episode_count, other->spikes.episode_count);
	for (size_t i = 0; i < one->spikes.count; i++) {
		const struct explain_spike *a = &one->spikes.items[i], *b = &other->spikes.items[i];
		assert_true(a->response_ms == b->response_ms && a->part_count == b->part_count);
		for (size_t p = 0; p < a->part_count; p++)
			assert_true(a->parts[p].cause == b->parts[p].cause && fabs(a->parts[p].ms - b->parts[p].ms) < 1e-6);
	}
}

static void the_order_of_threads_is_nothing(void **state)
{
	(void)state;
	static const int orders[][3] = { { 1, 13, 77 }, { 13, 77, 1 }, { 77, 13, 1 } };
	size_t spikes = 0;
	for (uint64_t seed = 0; seed < 20; seed++) {
		struct scene scene;
		struct explain_result whole;
		struct rng rng;
		struct err err = { 0 };
		rng_seed(&rng, seed, "order");
		scene_init(&scene);
		scene.samples.sender = seed % 2 ? TRACE_WORKER : TRACE_MAIN;
		scene.options.threshold_ms = 1;
		random_slices(&scene, &rng, 500);
		scene_noise(&scene, 0, 400);
		random_samples(&scene, &rng, 500);
		scene_explain(&scene, 500);
		whole = scene.result;
		scene.result = (struct explain_result){ 0 };
		for (size_t i = 0; i < SCENE_COUNT(orders); i++) {
			group_by_thread(&scene, orders[i], SCENE_COUNT(orders[i]));
			char *text = scene_trace(&scene);
			assert_int_equal(scene_explain_text(&scene, text, 1 << 16, &err), 0);
			free(text);
			expect_the_same(&whole, &scene.result);
		}
		spikes += whole.spikes.count;
		explain_result_release(&whole);
		scene_release(&scene);
	}
	assert_true(spikes > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_order_of_threads_is_nothing),
		cmocka_unit_test(a_leg_is_charged_to_its_thread),
		cmocka_unit_test(the_sender_may_be_the_worker),
		cmocka_unit_test(every_class_names_its_time),
		cmocka_unit_test(the_stronger_class_names_the_instant),
		cmocka_unit_test(beginnings_and_ends_are_slices_too),
		cmocka_unit_test(stopped_is_seen_by_the_state),
		cmocka_unit_test(waiting_is_shared_by_who_had_the_processors),
		cmocka_unit_test(a_delay_lies_before_the_tick_that_shows_it),
		cmocka_unit_test(sleeping_in_a_task_is_blocked),
		cmocka_unit_test(a_late_sampler_is_a_stalled_host),
		cmocka_unit_test(first_touch_of_grown_memory_is_the_growth),
		cmocka_unit_test(thread_time_stands_in_for_ticks),
		cmocka_unit_test(a_silent_process_is_a_stopped_one),
		cmocka_unit_test(busy_threads_of_the_browser_are_internal),
		cmocka_unit_test(many_messages_are_a_queue),
		cmocka_unit_test(a_posting_that_takes_long_is_the_posters),
		cmocka_unit_test(legs_that_are_not_told_apart_go_to_who_worked),
		cmocka_unit_test(what_cannot_be_told_is_refused),
		cmocka_unit_test(a_crowd_is_explained),
		cmocka_unit_test(of_many_fast_samples_some_are_looked_into),
		cmocka_unit_test(samples_of_another_launch_are_refused),
		cmocka_unit_test(a_shifted_trace_is_refused),
		cmocka_unit_test(ticks_of_another_time_are_refused),
		cmocka_unit_test(without_measures_a_guest_is_js),
		cmocka_unit_test(without_marks_nothing_is_told),
		cmocka_unit_test(marks_that_disagree_are_refused),
		cmocka_unit_test(one_mark_that_is_off_does_no_harm),
		cmocka_unit_test(a_lossy_trace_gives_no_causes),
		cmocka_unit_test(cold_samples_are_no_spikes),
		cmocka_unit_test(one_stall_is_one_episode),
		cmocka_unit_test(a_spike_of_two_halves_is_mixed),
		cmocka_unit_test(a_story_tells_what_both_threads_did),
		cmocka_unit_test(parts_always_sum_to_the_response),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
