/* From what a launch left to what is stored of it: valid, saturated, void or failed, and why.
 * Pure.
 *
 * A launch counts only when everything that METHOD asks for is there: isolation, all samples,
 * a schedule that was kept, work that was done and proved. Void comes only from evidence outside
 * the browser (counters) or a hidden page.
 * Ownership: the outcome owns what it points to. */
#ifndef WASMOGRAPH_RUN_OUTCOME_H
#define WASMOGRAPH_RUN_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/environment.h"
#include "probe/upload.h"
#include "run/spec.h"
#include "stats/latency.h"
#include "store/store.h"

enum { OUTCOME_METRICS_MAX = 96, OUTCOME_REASON_SIZE = ERR_TEXT_SIZE };

struct outcome_input {
	const struct launch_spec *spec;
	const struct err *failure;        /* code ERR_NONE: the launch went through */
	const void *upload;               /* NULL: none came */
	size_t upload_length;
	const struct counters *before, *after; /* of the window */
	int cpus;
};

struct outcome {
	enum store_outcome outcome;
	char reason[OUTCOME_REASON_SIZE];
	struct upload upload;             /* valid when has_upload */
	bool has_upload;
	struct latency_summary summary;   /* when outcome is valid, void or saturated */
	struct store_metric metrics[OUTCOME_METRICS_MAX];
	size_t metric_count;
	struct store_spike *spikes;
	size_t spike_count;
};

void outcome_judge(const struct outcome_input *input, struct outcome *outcome);
void outcome_release(struct outcome *outcome);

#endif
