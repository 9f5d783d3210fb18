/* A launch made up: two threads' slices, samples, host ticks, from which the explanation's tests start.
 *
 * Times are ms of the scene. The trace's clock is 1,000 s later, the page's performance.now() the scene's time plus 100 ms,
 * the worker's plus 30 ms, so that nothing comes out right by accident. */
#ifndef WASMOGRAPH_TEST_TRACE_SCENE_H
#define WASMOGRAPH_TEST_TRACE_SCENE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/explain.h"

#define SCENE_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SCENE_BASE_US 1e9
#define SCENE_UNKNOWN (-1.0)

enum { SCENE_PID = 4242, SCENE_SAMPLES_MAX = 4096, SCENE_TRACE_MAX = 64 << 20 };

struct scene {
	struct buf events;
	size_t event_count;
	double times_ms[TRACE_MOMENTS][SCENE_SAMPLES_MAX];
	struct trace_samples samples;
	struct trace_host *ticks;
	struct trace_tick tick;      /* counters so far */
	double ends_ms;
	const char *metadata;        /* JSON object */
	double page_ms[TRACE_ROLES]; /* performance.now() − scene's time */
	double handler_off_ms;       /* of the target's next handler, off the processor */
	struct explain_options options;
	struct explain_result result;
};

static inline int scene_tid(enum trace_role role)
{
	return role == TRACE_MAIN ? 1 : 13;
}

static inline double scene_us(double ms)
{
	return SCENE_BASE_US + 1000 * ms;
}

__attribute__((format(printf, 2, 3)))
static inline void scene_event(struct scene *scene, const char *format, ...)
{
	char *text = NULL;
	va_list arguments;
	va_start(arguments, format);
	assert_true(vasprintf(&text, format, arguments) > 0);
	va_end(arguments);
	assert_int_equal(buf_append_format(&scene->events, "%s\n%s", scene->event_count++ ? "," : "", text), 0);
	free(text);
}

/* A slice that was on a processor for `cpu_ms`. */
static inline void scene_slice_cpu(struct scene *scene, enum trace_role role, const char *name, double from_ms, double to_ms,
	double cpu_ms)
{
	scene_event(scene, "{\"ph\":\"X\",\"name\":\"%s\",\"cat\":\"x\",\"pid\":%d,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f,"
		"\"tdur\":%.3f,\"tts\":1}", name, SCENE_PID, scene_tid(role), scene_us(from_ms), 1000 * (to_ms - from_ms),
		1000 * cpu_ms);
}

static inline void scene_slice(struct scene *scene, enum trace_role role, const char *name, double from_ms, double to_ms)
{
	scene_slice_cpu(scene, role, name, from_ms, to_ms, to_ms - from_ms);
}

static inline void scene_instant(struct scene *scene, enum trace_role role, const char *name, double at_ms)
{
	scene_event(scene, "{\"ph\":\"I\",\"name\":\"%s\",\"cat\":\"x\",\"pid\":%d,\"tid\":%d,\"ts\":%.3f}", name, SCENE_PID,
		scene_tid(role), scene_us(at_ms));
}

/* Some other thread's events, so that the process is not silent. */
static inline void scene_noise(struct scene *scene, double from_ms, double to_ms)
{
	for (double at_ms = from_ms; at_ms < to_ms; at_ms += 2)
		scene_event(scene, "{\"ph\":\"I\",\"name\":\"noise\",\"pid\":%d,\"tid\":77,\"ts\":%.0f}", SCENE_PID,
			scene_us(at_ms));
}

/* performance.measure(): a pair, which Chromium writes with an id that it uses again. */
static inline void scene_measure(struct scene *scene, enum trace_role role, const char *name, double from_ms, double to_ms)
{
	const char *phases = "be";
	double at_ms[] = { from_ms, to_ms };
	for (int i = 0; i < 2; i++)
		scene_event(scene, "{\"ph\":\"%c\",\"name\":\"%s\",\"cat\":\"blink.user_timing\",\"pid\":%d,\"tid\":%d,"
			"\"ts\":%.3f,\"id2\":{\"local\":\"0x25\"},\"args\":{}}", phases[i], name, SCENE_PID, scene_tid(role),
			scene_us(at_ms[i]));
}

/* A clock mark, `off_us` off. */
static inline void scene_mark_off(struct scene *scene, enum trace_role role, double at_ms, double off_us)
{
	scene_event(scene, "{\"ph\":\"I\",\"name\":\"align:%s\",\"cat\":\"blink.user_timing\",\"pid\":%d,\"tid\":%d,"
		"\"ts\":%.3f,\"args\":{\"data\":{\"startTime\":%.6f}}}", role == TRACE_MAIN ? "main" : "worker", SCENE_PID,
		scene_tid(role), scene_us(at_ms) + off_us, at_ms + scene->page_ms[role]);
}

static inline void scene_marks(struct scene *scene, double at_ms)
{
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		scene_mark_off(scene, role, at_ms, 0);
		scene_mark_off(scene, role, at_ms, 2);
	}
}

/* Begins at 0, with marks. */
static inline void scene_init(struct scene *scene)
{
	*scene = (struct scene){ .page_ms = { 100, 30 }, .options = { .threshold_ms = 5 } };
	buf_init(&scene->events, SCENE_TRACE_MAX);
	for (int moment = 0; moment < TRACE_MOMENTS; moment++)
		scene->samples.times_ms[moment] = scene->times_ms[moment];
	scene->metadata = "{\"cpu-num-cores\":2,\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_discarded\":0}]}}";
	scene_marks(scene, 0);
}

static inline void scene_release(struct scene *scene)
{
	buf_release(&scene->events);
	trace_host_free(scene->ticks);
	explain_result_release(&scene->result);
}

/* A sample by the scene's time, with the handlers that the trace shows for it: on the target from just before `received`, on
 * the sender when it returned. SCENE_UNKNOWN for a missing time. */
static inline void scene_sample_plain(struct scene *scene, const double at_ms[TRACE_MOMENTS])
{
	size_t index = scene->samples.count++;
	assert_true(index < SCENE_SAMPLES_MAX);
	for (int moment = 0; moment < TRACE_MOMENTS; moment++) {
		bool of_target = moment == TRACE_RECEIVED || moment == TRACE_REPLIED;
		enum trace_role role = of_target ? trace_samples_target(&scene->samples) : scene->samples.sender;
		scene->times_ms[moment][index] = at_ms[moment] == SCENE_UNKNOWN ? NAN : at_ms[moment] + scene->page_ms[role];
	}
}

static inline void scene_sample(struct scene *scene, double due, double sent, double received, double replied,
	double returned)
{
	const double at_ms[TRACE_MOMENTS] = { due, sent, received, replied, returned };
	enum trace_role target = trace_samples_target(&scene->samples);
	scene_sample_plain(scene, at_ms);
	scene_slice_cpu(scene, target, "HandlePostMessage", received - 0.005, replied + 0.005,
		replied - received + 0.01 - scene->handler_off_ms);
	scene_slice(scene, scene->samples.sender, "HandlePostMessage", returned - 0.005, returned + 0.05);
}

/* ---- host ticks ---- */

/* How a thread fares for a while. */
struct scene_state {
	char state;
	double run, delay;       /* ms of each ms */
	double faults;           /* of each ms */
};
#define SCENE_RUNS { 'R', 1, 0, 0 }
#define SCENE_SLEEPS { 'S', 0, 0, 0 }
#define SCENE_STANDS { 'T', 0, 0, 0 }

static inline void scene_tick_at(struct scene *scene, double at_ms)
{
	struct err err = { 0 };
	if (!scene->ticks)
		scene->ticks = trace_host_new();
	scene->tick.mono_us = scene_us(at_ms);
	assert_int_equal(trace_host_add(scene->ticks, &scene->tick, &err), 0);
	scene->tick.late_us = 0;
}

/* Ticks every ms from the last one (or 0) to `to_ms`; meanwhile both threads fare so, and the browser takes `browser` of
 * the `all` processors' time that is consumed. */
static inline void scene_ticks(struct scene *scene, double to_ms, struct scene_state main, struct scene_state worker,
	double browser, double all)
{
	const struct scene_state states[TRACE_ROLES] = { main, worker };
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		scene->tick.threads[role].state = states[role].state;
	if (!scene->ticks)
		scene_tick_at(scene, scene->ends_ms);
	while (scene->ends_ms < to_ms) {
		scene->ends_ms += 1;
		for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
			scene->tick.threads[role].run_ns += 1e6 * states[role].run;
			scene->tick.threads[role].delay_ns += 1e6 * states[role].delay;
			scene->tick.threads[role].minor_faults += states[role].faults;
		}
		scene->tick.browser_cpu_us += 1000 * browser;
		scene->tick.all_cpu_us += 1000 * all;
		scene_tick_at(scene, scene->ends_ms);
	}
}

/* ---- the explanation ---- */

/* The whole trace as JSON; the caller frees. */
static inline char *scene_trace(const struct scene *scene)
{
	return mem_format("{\"traceEvents\":[%s],\"metadata\":%s}", scene->events.data, scene->metadata);
}

static inline int scene_explain_text(struct scene *scene, const char *text, size_t step, struct err *err)
{
	struct explainer *explainer = explainer_new(&scene->samples, scene->ticks, &scene->options);
	size_t length = strlen(text);
	int result = 0;
	for (size_t at = 0; at < length && !result; at += step)
		result = explainer_feed(explainer, text + at, at + step < length ? step : length - at, err);
	explain_result_release(&scene->result);
	if (!result)
		result = explainer_end(explainer, &scene->result, err);
	explainer_free(explainer);
	return result;
}

/* Explains the scene, which ends `at_ms` with marks. */
static inline void scene_explain(struct scene *scene, double at_ms)
{
	struct err err = { 0 };
	scene_marks(scene, at_ms);
	char *text = scene_trace(scene);
	if (scene_explain_text(scene, text, 1 << 16, &err))
		fail_msg("%s", err.text);
	free(text);
}

/* What a spike's parts give to a cause, ms. */
static inline double scene_part(const struct scene *scene, size_t spike, const char *cause)
{
	assert_true(spike < scene->result.spikes.count);
	const struct explain_spike *found = &scene->result.spikes.items[spike];
	for (size_t i = 0; i < found->part_count; i++) {
		if (strcmp(trace_cause_name(found->parts[i].cause), cause) == 0)
			return found->parts[i].ms;
	}
	return 0;
}

static inline double scene_sum(const struct explain_spike *spike)
{
	double sum_ms = 0;
	for (size_t i = 0; i < spike->part_count; i++)
		sum_ms += spike->parts[i].ms;
	return sum_ms;
}

/* Within 10 µs: slices and clocks of the scene are exact but for the second mark of each pair. */
static inline void scene_expect(const struct scene *scene, size_t spike, const char *cause, double ms)
{
	double got_ms = scene_part(scene, spike, cause);
	if (fabs(got_ms - ms) > 0.01)
		fail_msg("spike %zu: %s %.3f ms, expected %.3f", spike, cause, got_ms, ms);
}

#endif
