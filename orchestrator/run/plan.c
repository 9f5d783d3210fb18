#include "run/plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "run/request.h"

enum { PLAN_CEILING = 256 * 1024 };

static int bad(struct err *err, const char *path, const char *place, const char *should)
{
	return err_set(err, ERR_USAGE, "%s: %s %s", path, place, should);
}

/* Seeds are read from JSON doubles, so they stop at 2^53. */
static bool is_whole(double value, double least, double most)
{
	return value >= least && value <= most && floor(value) == value;
}

static int read_arms(struct plan_run *run, const struct json *arms, const char *path,
	struct err *err)
{
	if (arms && json_type(arms) != JSON_ARRAY)
		return bad(err, path, "runs[].arms", "must be a list of globs");
	run->arm_count = json_length(arms);
	run->arms = mem_alloc_zero(run->arm_count + 1, sizeof(*run->arms));
	for (size_t i = 0; i < run->arm_count; i++) {
		run->arms[i] = json_as_text(json_at(arms, i), NULL);
		if (!run->arms[i])
			return bad(err, path, "runs[].arms", "must be a list of globs");
	}
	return 0;
}

static char *parameter_text(const struct json *member)
{
	if (json_type(member) == JSON_STRING)
		return mem_format("%s=%s", json_key(member), json_as_text(member, ""));
	char *value = json_print(member, false);
	char *text = mem_format("%s=%s", json_key(member), value);
	free(value);
	return text;
}

static void read_parameters(struct plan_run *run, const struct json *parameters)
{
	run->parameters = mem_alloc_zero(json_length(parameters) + 1, sizeof(*run->parameters));
	for (struct json *m = json_first(parameters); m; m = json_next(m))
		run->parameters[run->parameter_count++] = parameter_text(m);
}

static char *trigger_text(const char *glob, const struct json *ms)
{
	char *number = json_print(ms, false);
	char *text = mem_format("%s%s%s", glob ? glob : "", glob ? "=" : "", number);
	free(number);
	return text;
}

/* One for all arms, or one for each glob. */
static int read_triggers(struct plan_run *run, const struct json *value, const char *path, struct err *err)
{
	const struct json *triggers = json_get(value, "trigger_ms");
	bool each = json_type(triggers) == JSON_OBJECT;
	const char *should = "must be a number of ms above 0, or {GLOB: MS, …}";
	if (!triggers)
		return 0;
	if (each && json_length(triggers) == 0)
		return bad(err, path, "runs[].trigger_ms", should);
	run->triggers = mem_alloc_zero((each ? json_length(triggers) : 1) + 1, sizeof(*run->triggers));
	for (const struct json *at = each ? json_first(triggers) : triggers; at; at = each ? json_next(at) : NULL) {
		if (!(json_as_number(at, 0) > 0))
			return bad(err, path, "runs[].trigger_ms", should);
		run->triggers[run->trigger_count++] = trigger_text(each ? json_key(at) : NULL, at);
	}
	return 0;
}

/* What would be dropped without a word is refused. */
static int read_trace(struct plan_run *run, const struct json *value, const char *path, struct err *err)
{
	enum schedule_trace trace = SCHEDULE_TRACE_EXPLAIN;
	const struct json *word = json_get(value, "trace"), *ring_mb = json_get(value, "ring_mb");
	run->trace = json_as_text(word, NULL);
	if (word && (!run->trace || schedule_trace_parse(run->trace, &trace)))
		return bad(err, path, "runs[].trace", "must be \"off\", \"explain\", \"ring\" or \"all\"");
	if (trace != SCHEDULE_TRACE_RING && (json_get(value, "trigger_ms") || ring_mb))
		return bad(err, path, json_get(value, "trigger_ms") ? "runs[].trigger_ms" : "runs[].ring_mb",
			"is of a flight recorder: say \"trace\": \"ring\" beside it");
	if (ring_mb && !is_whole(json_as_number(ring_mb, 0), 1, REQUEST_RING_MB_MAX))
		return bad(err, path, "runs[].ring_mb", "must be a whole number from 1 to 2000");
	run->ring_mb = (int)json_as_number(ring_mb, 0);
	return read_triggers(run, value, path, err);
}

static int read_comparisons(const struct json *value, const char *key, const struct json **list,
	const char *path, struct err *err)
{
	char place[40];
	*list = json_get(value, key);
	bool is_list = !*list || json_type(*list) == JSON_ARRAY;
	snprintf(place, sizeof(place), "runs[].%s", key);
	for (const struct json *m = json_first(*list); m || !is_list; m = json_next(m)) {
		if (!is_list || !json_text(m, "metric", NULL) || !json_text(m, "a", NULL) || !json_text(m, "b", NULL))
			return bad(err, path, place, "must be a list of {\"metric\",\"a\",\"b\"} (a and b name arms)");
	}
	return 0;
}

static int read_run(struct plan_run *run, const struct json *value, const char *path,
	struct err *err)
{
	run->probe = json_text(value, "probe", NULL);
	if (!run->probe)
		return bad(err, path, "runs[].probe", "is missing: name a folder under probes/");
	double blocks = json_number(value, "blocks", PLAN_BLOCKS_DEFAULT);
	if (!is_whole(blocks, 1, PLAN_BLOCKS_MAX))
		return bad(err, path, "runs[].blocks", "must be a whole number from 1 to 1000");
	run->blocks = (int)blocks;
	run->threshold_ms = json_number(value, "threshold_ms", 0);
	if (run->threshold_ms < 0)
		return bad(err, path, "runs[].threshold_ms", "must be positive");
	read_parameters(run, json_get(value, "parameters"));
	if (read_trace(run, value, path, err)
	    || read_comparisons(value, "primary", &run->primary, path, err)
	    || read_comparisons(value, "secondary", &run->secondary, path, err))
		return -1;
	return read_arms(run, json_get(value, "arms"), path, err);
}

static int read_plan(struct plan *plan, const char *path, struct err *err)
{
	if (json_number(plan->root, "schema", 0) != 1)
		return bad(err, path, "schema", "must be 1");
	plan->name = json_text(plan->root, "name", NULL);
	plan->title = json_text(plan->root, "title", "");
	if (!plan->name || !plan->name[0] || strspn(plan->name, "abcdefghijklmnopqrstuvwxyz0123456789-")
		!= strlen(plan->name))
		return bad(err, path, "name", "must be made of a-z, 0-9 and -");
	const struct json *seed = json_get(plan->root, "seed");
	plan->has_seed = seed != NULL;
	if (seed && !is_whole(json_as_number(seed, -1), 0, 9007199254740992.0))
		return bad(err, path, "seed", "must be a whole number from 0 to 2^53");
	plan->seed = (uint64_t)json_as_number(seed, 0);
	const struct json *runs = json_get(plan->root, "runs");
	plan->run_count = json_length(runs);
	if (!plan->run_count)
		return bad(err, path, "runs", "is missing or empty");
	plan->runs = mem_alloc_zero(plan->run_count, sizeof(*plan->runs));
	for (size_t i = 0; i < plan->run_count; i++) {
		if (read_run(&plan->runs[i], json_at(runs, i), path, err))
			return -1;
	}
	return 0;
}

struct plan *plan_parse(const char *path, const char *text, size_t length, struct err *err)
{
	struct plan *plan = mem_alloc_zero(1, sizeof(*plan));
	plan->root = json_parse(text, length, PLAN_CEILING, path, err);
	if (!plan->root) {
		if (err && err->code == ERR_INVALID)
			err->code = ERR_USAGE;
		plan_free(plan);
		return NULL;
	}
	if (read_plan(plan, path, err)) {
		plan_free(plan);
		return NULL;
	}
	return plan;
}

void plan_free(struct plan *plan)
{
	if (!plan)
		return;
	for (size_t i = 0; i < plan->run_count; i++) {
		struct plan_run *run = &plan->runs[i];
		for (size_t k = 0; k < run->parameter_count; k++)
			free(run->parameters[k]);
		for (size_t k = 0; k < run->trigger_count; k++)
			free(run->triggers[k]);
		free(run->parameters);
		free(run->triggers);
		free(run->arms);
	}
	free(plan->runs);
	json_free(plan->root);
	free(plan);
}
