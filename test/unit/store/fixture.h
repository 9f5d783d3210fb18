/* A results folder made in code, for the tests of store/ and report/. */
#ifndef WASMOGRAPH_TEST_STORE_FIXTURE_H
#define WASMOGRAPH_TEST_STORE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/json.h"
#include "base/mem.h"
#include "store/store.h"

#define FIXTURE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline char *fixture_folder(void)
{
	const char *root = getenv("TMPDIR");
	char *folder = mem_format("%s/store-test-XXXXXX", root ? root : "/tmp");
	assert_non_null(mkdtemp(folder));
	return folder;
}

static inline void fixture_remove(char *folder)
{
	struct err err;
	assert_int_equal(fs_remove_tree(folder, &err), 0);
	free(folder);
}

static inline struct store *fixture_open(const char *folder)
{
	struct err err = { .code = ERR_NONE };
	struct store *store = store_open(folder, true, &err);
	if (!store)
		fail_msg("%s", err.text);
	return store;
}

static inline struct json *fixture_json(const char *text)
{
	struct err err;
	struct json *value = json_parse(text, strlen(text), 1 << 20, "fixture", &err);
	if (!value)
		fail_msg("%s", err.text);
	return value;
}

static inline void fixture_run(struct store *store, const char *id, const char *spec,
	const char *environment)
{
	struct err err;
	struct store_run run = { .probe = (char *)"ping", .seed = 42, .threshold_ms = 16.7, .blocks = 8,
		.spec = fixture_json(spec), .environment = fixture_json(environment),
		.state = (char *)"running" };
	snprintf(run.id, sizeof run.id, "%s", id);
	if (store_run_insert(store, &run, &err))
		fail_msg("%s", err.text);
	json_free(run.spec);
	json_free(run.environment);
}

static inline int64_t fixture_launch(struct store *store, const char *run, int number)
{
	struct err err;
	int64_t row = -1;
	struct store_launch_plan plan = { .run = run, .number = number, .block = number, .attempt = 1,
		.arm = "gc/worker/churn", .scratch = "/nonexistent/scratch", .staging = ".incoming/x" };
	if (store_launch_insert(store, &plan, &row, &err))
		fail_msg("%s", err.text);
	return row;
}

/* Samples whose values can be told from launch and index: due = 5 i + number, service 1 ms. */
struct fixture_samples {
	struct store_samples samples;
	double *block;
};

static inline struct fixture_samples fixture_samples(size_t count, int number)
{
	double *block = mem_alloc_zero(count * 5, sizeof *block);
	for (size_t i = 0; i < count; i++) {
		block[i] = 5.0 * (double)i + number;
		block[count + i] = block[i] + 0.25;
		block[2 * count + i] = block[i] + 0.5;
		block[3 * count + i] = block[i] + 0.75;
		block[4 * count + i] = block[i] + 1.25;
	}
	return (struct fixture_samples){ .block = block, .samples = { .count = count, .cold = count / 10,
		.due = block, .sent = block + count, .received = block + 2 * count,
		.replied = block + 3 * count, .returned = block + 4 * count, .sender_origin_ms = 1000.5,
		.target_origin_ms = 1234.25, .drain_end_ms = 5.0 * (double)count + 100 } };
}

/* A whole launch: `count` samples, two metrics, three spikes, one artefact. */
static inline int fixture_finalise_told(struct store *store, int64_t row, int number, size_t count,
	const struct store_explanation *explanation, struct err *err)
{
	struct fixture_samples made = fixture_samples(count, number);
	struct json *environment = fixture_json("{\"browser\":{\"version\":\"Chromium 156.0.0.1\"}}");
	struct store_metric metrics[] = { { "response_p95", 1.25, "ms" }, { "nothing", NAN, "ms" } };
	struct store_spike spikes[] = { { 3, 15, 20.5, 0 }, { 4, 20, 18, 0 }, { 9, 45, 30, 1 } };
	struct store_artefact artefacts[] = { { "log", "run/1/browser.log", 12, "ab", false } };
	struct store_launch_result result = { .outcome = STORE_VALID, .reason = "",
		.folder = "run/1", .environment = environment, .samples = &made.samples,
		.metrics = metrics, .metric_count = FIXTURE_COUNT(metrics), .spikes = spikes,
		.spike_count = FIXTURE_COUNT(spikes), .artefacts = artefacts,
		.artefact_count = FIXTURE_COUNT(artefacts), .explanation = explanation };
	int failed = store_launch_finalise(store, row, &result, err);
	json_free(environment);
	free(made.block);
	return failed;
}

static inline int fixture_finalise(struct store *store, int64_t row, int number, size_t count, struct err *err)
{
	return fixture_finalise_told(store, row, number, count, NULL, err);
}

/* Whether a launch has exactly what fixture_finalise() gave it. */
static inline bool fixture_is_whole(struct store *store, const struct store_launch *launch,
	size_t count)
{
	struct err err;
	struct store_samples samples;
	struct store_spike *spikes;
	struct store_metric_row *metrics;
	size_t spike_count, metric_count;
	if (store_samples_load(store, launch->row, &samples, &err))
		return false;
	bool whole = samples.count == count && samples.returned[count - 1]
		== 5.0 * (double)(count - 1) + launch->number + 1.25;
	store_samples_release(&samples);
	if (store_spikes(store, launch->row, &spikes, &spike_count, &err)
		|| store_metrics(store, launch->row, &metrics, &metric_count, &err))
		return false;
	whole = whole && spike_count == 3 && metric_count == 2 && launch->environment
		&& launch->finished;
	free(spikes);
	store_metrics_free(metrics, metric_count);
	return whole;
}

/* Runs `work` in a child process (which must not use the parent's store); its exit status. */
static inline int fixture_child(int (*work)(const char *), const char *argument)
{
	int status;
	fflush(NULL);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(work(argument));
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

#endif
