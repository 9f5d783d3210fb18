#include "run/check.h"

#include <string.h>

#include "guest/toolchain.h"
#include "run/spec.h"

static int check_arm(const struct run_request *request, const struct probe_arm *arm,
	const char *data_root, struct err *err)
{
	struct toolchain *toolchain = NULL;
	if (arm->guest_index != (size_t)-1) {
		toolchain = toolchain_load(data_root,
			request->probe->guests[arm->guest_index].toolchain, err);
		if (!toolchain)
			return -1;
	}
	int result = launch_spec_check_settings(request->probe, arm, toolchain, err);
	toolchain_free(toolchain);
	if (result)
		return -1;
	struct json *parameters = probe_parameters(request->probe, arm, request->parameters,
		request->parameter_count, err);
	if (!parameters)
		return -1;
	const char *responder = launch_spec_responder(request->probe, parameters);
	if (strcmp(responder, "guest") == 0 && arm->guest_index == (size_t)-1)
		result = err_set(err, ERR_USAGE, "arm %s: without a guest no guest can answer (responder "
			"'guest')", arm->name);
	json_free(parameters);
	return result;
}

static bool is_requested(const struct run_request *request, const char *name)
{
	for (size_t i = 0; i < request->arm_count; i++) {
		if (strcmp(run_request_arm(request, i)->name, name) == 0)
			return true;
	}
	return false;
}

/* A comparison named beforehand that cannot be made would be missed without a word. */
static int check_comparisons(const struct run_request *request, const struct json *list,
	const char *kind, struct err *err)
{
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		const char *metric = json_text(m, "metric", ""), *a = json_text(m, "a", "");
		const char *b = json_text(m, "b", "");
		const char *missing = !is_requested(request, a) ? a : !is_requested(request, b) ? b : NULL;
		if (missing)
			return err_set(err, ERR_USAGE, "a %s comparison names the arm '%s', which is not among "
				"the run's arms of probe %s", kind, missing, request->probe->name);
		if (!probe_has_metric(request->probe, metric))
			return err_set(err, ERR_USAGE, "a %s comparison names the metric '%s', which probe %s "
				"does not have", kind, metric, request->probe->name);
	}
	return 0;
}

int run_check(const struct run_request *request, const char *data_root, struct err *err)
{
	if (request->probe->kind == PROBE_CALLS && request->trace != SCHEDULE_TRACE_OFF)
		return err_set(err, ERR_USAGE, "probe %s measures calls: it has no samples, so a traced block has nothing to "
			"explain (use --trace off)", request->probe->name);
	for (size_t i = 0; i < request->arm_count; i++) {
		if (request->trace == SCHEDULE_TRACE_RING
		    && captures_any(&request->probe->captures, run_request_arm(request, i)->name))
			return err_set(err, ERR_USAGE, "arm %s of probe %s has captures, beside which no flight recorder runs (use --trace off)",
				run_request_arm(request, i)->name, request->probe->name);
		if (check_arm(request, run_request_arm(request, i), data_root, err))
			return -1;
	}
	if (request->probe->kind == PROBE_CALLS && request->threshold_ms > 0)
		return err_set(err, ERR_USAGE, "probe %s measures calls: it has no samples that a threshold could part",
			request->probe->name);
	return check_comparisons(request, request->primary, "primary", err)
		|| check_comparisons(request, request->secondary, "secondary", err) ? -1 : 0;
}
