/* A launch made up for the tests of the scorer: spikes with their parts, plants with their times. Times are ms of the trace's
 * clock; the page's performance.now() is 100 ms behind it, the worker's 30 ms. Samples are due every 5 ms from 0. */
#ifndef WASMOGRAPH_TEST_REPORT_SCORE_SCENE_H
#define WASMOGRAPH_TEST_REPORT_SCORE_SCENE_H

#include "report/explained_scene.h"

#include "report/score.h"

#define SCORE_LAUNCH EXPLAINED_RUN ":7"

struct score_scene {
	struct explain_result result;
	struct trace_truth truth;
};

static inline int scene_cause(const char *name)
{
	int cause = trace_cause_parse(name);
	if (cause == TRACE_NO_CAUSE)
		fail_msg("no cause '%s'", name);
	return cause;
}

/* The sample that is due at `due_ms` was back after `response_ms`, of which `ms` went to `cause`, the rest to `other`. */
static inline void score_scene_spike(struct score_scene *scene, double due_ms, double response_ms, const char *cause, double ms,
	const char *other)
{
	double sums_ms[TRACE_CAUSES] = { 0 };
	const struct explain_spike spike = { .sample = (size_t)(due_ms / 5), .due_us = 1000 * due_ms,
		.returned_us = 1000 * (due_ms + response_ms), .response_ms = response_ms };
	sums_ms[scene_cause(cause)] += ms;
	if (other)
		sums_ms[scene_cause(other)] += response_ms - ms;
	explain_spikes_add(&scene->result.spikes, &spike, sums_ms);
}

/* One that has no cause. */
static inline void score_scene_refused(struct score_scene *scene, double due_ms, double response_ms)
{
	const struct explain_spike spike = { .sample = (size_t)(due_ms / 5), .due_us = 1000 * due_ms,
		.returned_us = 1000 * (due_ms + response_ms), .response_ms = response_ms, .refusal = EXPLAIN_UNHANDLED };
	explain_spikes_add(&scene->result.spikes, &spike, NULL);
}

static inline void score_scene_init(struct score_scene *scene)
{
	*scene = (struct score_scene){ .result = { .threshold_ms = 5, .samples = 200, .cold = 10,
		.clocks = { { 9, -100000, 2, 1 }, { 9, -30000, 2, 1 } } } };
	scene->result.clocks[TRACE_MAIN].offset_us = 100000;
	scene->result.clocks[TRACE_WORKER].offset_us = 30000;
}

static inline void score_scene_truth(struct score_scene *scene, const char *plants)
{
	struct err err = { 0 };
	char *text = mem_format("{\"schema\":1,\"plants\":[%s]}", plants);
	trace_truth_release(&scene->truth);
	if (trace_truth_parse(text, strlen(text), &scene->truth, &err))
		fail_msg("%s", err.text);
	free(text);
}

static inline void score_scene_release(struct score_scene *scene)
{
	explain_result_release(&scene->result);
	trace_truth_release(&scene->truth);
}

/* A plant by CLOCK_MONOTONIC, which is the trace's clock. The caller frees. */
static inline char *score_scene_plant(int id, const char *kind, const char *cause, double begin_ms, double end_ms,
	const char *more)
{
	return mem_format("{\"id\":%d,\"kind\":\"%s\",\"cause\":\"%s\",\"clock\":\"mono\",\"begin\":%g,\"end\":%g%s}", id, kind,
		cause, begin_ms, end_ms, more);
}

#define SCORE_PURE ",\"pure\":true"
#define SCORE_MIXTURE ",\"pure\":false"

#endif
