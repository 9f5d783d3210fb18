/* A run of two arms and eight blocks, made in code, with a void block that was rerun, a failed, a
 * saturated, an abandoned and a traced launch: what every reader of a summary has to cope with.
 * What it must give was computed apart, with SciPy (fixture_expected, see there). */
#ifndef WASMOGRAPH_TEST_REPORT_FIXTURE_H
#define WASMOGRAPH_TEST_REPORT_FIXTURE_H

#include "probe/manifest.h"
#include "report/report.h"
#include "report/summary.h"
#include "store/fixture.h"

#define ARM_ON "gc/worker/churn"
#define ARM_OFF "gc/worker/churn,GOGC=off"
#define RUN_ID "20261123T231459Z-ping-ab12"

enum { FIXTURE_BLOCKS = 8, FIXTURE_SAMPLES = 40, FIXTURE_METRICS_MAX = 24 };

/* Per block, in the numbers. */
static const double on_p95[FIXTURE_BLOCKS] = { 12.1, 13.0, 11.4, 12.8, 14.2, 12.5, 11.9, 13.6 };
static const double off_p95[FIXTURE_BLOCKS] = { 3.1, 3.4, 2.9, 3.3, 3.6, 3.0, 3.2, 3.5 };
static const double on_rate[FIXTURE_BLOCKS] = { 12, 14, 10, 12, 18, 12, 8, 14 };
static const double off_rate[FIXTURE_BLOCKS] = { 0, 1, 0, 0, 2, 0, 0, 1 };

struct fixture_spec {
	const char *arm;
	int block, attempt;
	enum store_outcome outcome;
	const char *reason;
	bool traced;
	double p95, rate, over;  /* over: samples over the threshold, of 500 */
	const char *trace;       /* JSON: what became of its trace; NULL: nothing is said */
	const struct store_explanation *explanation;
};

static inline void fixture_add_launch(struct store *store, const struct fixture_spec *spec,
	int number)
{
	struct err err;
	int64_t row;
	struct store_launch_plan plan = { .run = RUN_ID, .number = number, .block = spec->block,
		.attempt = spec->attempt, .arm = spec->arm, .traced = spec->traced, .scratch = "/tmp/x",
		.staging = ".incoming/x" };
	struct store_metric metrics[] = {
		{ "response_p95", spec->p95, "ms" }, { "response_p50", spec->p95 / 10, "ms" },
		{ "response_worst", spec->p95 * 4, "ms" }, { "service_p95", spec->p95 * 0.9, "ms" },
		{ "lateness_p95", spec->p95 * 0.02, "ms" }, { "samples_measured", 500, "count" },
		{ "over_threshold", spec->over, "count" }, { "episodes_per_minute", spec->rate, "1/min" },
		{ "stalled_ms_per_second", spec->rate * 2, "ms/s" }, { "effective_n", 80, "count" },
		{ "unsteady", spec->block == 5, "flag" }, { "window_ms", 2500, "ms" },
	};
	struct store_spike spikes[] = { { 12, 60, 30, 0 }, { 13, 65, 25, 0 }, { 30, 150, 45, 1 } };
	struct store_artefact artefact = { "browser-log", "run/log", 12, "abcd", false };
	struct json *environment = fixture_json("{\"browser\":{\"version\":\"Chromium 156.0.8078.79\","
		"\"sandbox\":{\"verified\":true,\"seccomp\":2}},\"window\":{\"foreign_share\":0.01}}");
	if (spec->trace)
		json_set(environment, "trace", fixture_json(spec->trace));
	struct json *transitions = fixture_json("[{\"state\":\"LAUNCHING\",\"mono_us\":1000000},"
		"{\"state\":\"MEASURING\",\"mono_us\":1250500},{\"state\":\"DONE\",\"mono_us\":3750500}]");
	struct json *report = fixture_json("{\"work\":{\"guest\":{\"steps\":7,\"digest\":99}},"
		"\"observations\":{\"worker_blocked\":true,\"sometimes\":false},"
		"\"warnings\":[\"the pacer fell behind\"]}");
	struct fixture_samples made = fixture_samples(FIXTURE_SAMPLES, 0);
	bool failed = spec->outcome == STORE_FAILED;
	struct store_launch_result result = { .outcome = spec->outcome, .reason = spec->reason,
		.death = failed ? "renderer-crashed" : NULL, .folder = "run/1", .environment = environment,
		.transitions = transitions, .report = report, .samples = failed ? NULL : &made.samples,
		.metrics = metrics, .metric_count = failed ? 0 : FIXTURE_COUNT(metrics), .spikes = spikes,
		.spike_count = failed ? 0 : FIXTURE_COUNT(spikes), .artefacts = &artefact,
		.artefact_count = 1, .explanation = spec->explanation };
	((double *)made.samples.returned)[FIXTURE_SAMPLES - 1] = NAN;
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
	if (store_launch_finalise(store, row, &result, &err))
		fail_msg("%s", err.text);
	json_free(environment);
	json_free(transitions);
	json_free(report);
	free(made.block);
}

/* Block 3 is run twice, for its first launch was void. Returns the number of launches. */
static inline int fixture_add_blocks(struct store *store)
{
	int number = 0;
	for (int i = 0; i < FIXTURE_BLOCKS; i++) {
		bool rerun = i + 1 == 3;
		struct fixture_spec on = { ARM_ON, i + 1, 1, STORE_VALID, "", false, on_p95[i], on_rate[i], 25 };
		struct fixture_spec off = { ARM_OFF, i + 1, 1, STORE_VALID, "", false, off_p95[i], off_rate[i],
			1 };
		if (rerun) {
			struct fixture_spec first = on, beside = off;
			first.outcome = STORE_VOID;
			first.reason = "void: foreign CPU share 31 % (limit 10 %)";
			first.p95 = 99;
			beside.p95 = 3.15;
			fixture_add_launch(store, &first, ++number);
			fixture_add_launch(store, &beside, ++number);
			on.attempt = off.attempt = 2;
		}
		fixture_add_launch(store, &on, ++number);
		fixture_add_launch(store, &off, ++number);
	}
	return number;
}

#define FIXTURE_SPEC "{\"title\":\"postMessage beside a Go guest\",\"arms\":[\"" ARM_ON "\",\"" ARM_OFF \
	"\"],\"primary\":[{\"metric\":\"response_p95\",\"a\":\"" ARM_ON "\",\"b\":\"" ARM_OFF "\"}," \
	"{\"metric\":\"response_p95\",\"a\":\"" ARM_ON "\",\"b\":\"not/in/run\"}]}"
#define FIXTURE_ENVIRONMENT "{\"host\":\"lab1\",\"cpu_model\":\"AMD EPYC 7B13\",\"cpus\":2," \
	"\"kernel\":\"6.1.0-18-amd64\",\"browser\":{\"version\":\"Chromium 156.0.8078.79 built on Debian " \
	"GNU/Linux 12 (bookworm)\",\"mode\":\"headless\",\"sandbox\":true}}"

/* A results folder with that run. */
static inline struct store *fixture_results(const char *folder)
{
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, RUN_ID, FIXTURE_SPEC, FIXTURE_ENVIRONMENT);
	int number = fixture_add_blocks(store);
	struct store_cause causes[] = { { "js@worker", 0, 0, 3.5 }, { "guest-gc@worker", 2, 1, 31.5 } };
	struct store_explanation explanation = { NULL, 2, 1, 80, 45, 7e9, 7e9 + 120500, 4, causes, FIXTURE_COUNT(causes), NULL, 0 };
	fixture_add_launch(store, &(struct fixture_spec){ ARM_ON, 9, 1, STORE_VALID, "", true, 20, 20, 30,
		.explanation = &explanation },
		++number);
	assert_int_equal(store_run_finish(store, RUN_ID, "done", &err), 0);
	return store;
}

static inline struct summary fixture_summary(struct store *store, const struct probe *probe,
	double floor_ms)
{
	struct err err;
	struct summary summary;
	if (summary_load(store, RUN_ID, probe, floor_ms, &summary, &err))
		fail_msg("%s", err.text);
	return summary;
}

/* What a reader prints, as text the caller frees. */
static inline char *fixture_text(const struct summary *summaries, size_t count)
{
	char *text;
	size_t length;
	FILE *out = open_memstream(&text, &length);
	report_text(out, summaries, count);
	fclose(out);
	return text;
}

static inline void assert_close(double measured, double expected)
{
	if (!(fabs(measured - expected) <= 1e-9 * fmax(1, fabs(expected))))
		fail_msg("%.17g where %.17g was expected", measured, expected);
}

#endif
