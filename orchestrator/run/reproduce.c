#include "run/reproduce.h"

#include <stdlib.h>
#include <string.h>

#include "base/fs.h"
#include "base/mem.h"
#include "guest/build.h"
#include "probe/added.h"
#include "probe/foreign.h"
#include "probe/registry.h"
#include "run/without.h"

static const char *const rest = "idle";

/* ---- the probe, as it was ---- */

/* Guests that were given for the original's run alone. Their files need not be there: the kept bytes are used. */
static int add_foreign(struct probe *probe, const struct json *spec, struct err *err)
{
	const struct json *list = json_get(spec, "foreign");
	for (const struct json *at = json_first(list); at; at = json_next(at)) {
		const struct probe_foreign foreign = { json_text(at, "name", ""), json_text(at, "toolchain", "wasm"),
			json_text(at, "file", ""), json_text(at, "glue", NULL) };
		if (probe_add_foreign(probe, &foreign, err))
			return -1;
	}
	return 0;
}

/* Every value that the arm had, so that a default that has changed since changes nothing. */
static void take_parameters(struct reproduce_plan *plan, const struct original *original)
{
	const struct json *values = json_get(json_get(original->run.spec, "parameters"), original->launch->arm);
	plan->parameters = mem_alloc_zero(json_length(values) + 1, sizeof *plan->parameters);
	for (const struct json *at = json_first(values); at; at = json_next(at)) {
		char *value = json_type(at) == JSON_STRING ? mem_strdup(json_as_text(at, "")) : json_print(at, false);
		plan->parameters[plan->parameter_count++] = mem_format("%s=%s", json_key(at), value);
		free(value);
	}
}

static void take_build(struct reproduce_plan *plan, const struct original *original)
{
	const struct probe_arm *arm = &plan->probe->arms[plan->arms[0]];
	plan->guest_count = plan->probe->guest_count;
	plan->kept_builds = mem_alloc_zero(plan->guest_count + 1, sizeof *plan->kept_builds);
	if (arm->guest_index < plan->guest_count)
		plan->kept_builds[arm->guest_index] = mem_strdup(original->launch->build);
}

/* ---- the chance level ---- */

static bool can_rest(const struct probe *probe)
{
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (strcmp(probe->arms[i].load, rest) == 0)
			return true;
	}
	return false;
}

/* The arm with the load "idle": the same guest, thread and settings. The caller frees. */
static char *name_at_rest(const struct probe_arm *arm)
{
	const char *settings = strchr(arm->name, ',');
	return mem_format("%s/%s/%s%s", arm->guest, arm->thread, rest, settings ? settings : "");
}

static int add_chance(struct reproduce_plan *plan, struct err *err)
{
	const struct probe_arm *arm = &plan->probe->arms[plan->arms[0]];
	if (strcmp(arm->load, rest) == 0 || !can_rest(plan->probe)) {
		json_set(plan->reproduces, "chance_arm", json_new_null());
		json_set_text(plan->reproduces, "no_chance", can_rest(plan->probe) ? "the arm is at rest itself"
			: "the probe has no arm at rest");
		return 0;
	}
	char *name = name_at_rest(arm);
	int result = probe_need_arm(plan->probe, name, &plan->arms[1], err);
	plan->arm_count = result ? 1 : 2;
	json_set_text(plan->reproduces, "chance_arm", name);
	free(name);
	return result;
}

/* ---- without the cause ---- */

static int find_without(const struct reproduce_plan *plan, const char *data_root, const struct original *original,
	const char *cause, struct without *without, struct err *err)
{
	const struct probe *probe = plan->probe;
	const struct probe_arm *arm = &probe->arms[plan->arms[0]];
	struct toolchain *toolchain = NULL;
	if (arm->guest_index < probe->guest_count) {
		toolchain = toolchain_load(data_root, probe->guests[arm->guest_index].toolchain, err);
		if (!toolchain)
			return -1;
	}
	int result = without_find(probe, arm, toolchain,
		json_get(json_get(original->run.spec, "parameters"), original->launch->arm), cause, without, err);
	toolchain_free(toolchain);
	return result;
}

/* A build from source is the same program without the cause only if the source makes the same program with it. */
static int check_source(const struct reproduce_plan *plan, const char *data_root, const struct original *original,
	struct err *err)
{
	const struct probe *probe = plan->probe;
	const struct probe_guest *guest = &probe->guests[probe->arms[plan->arms[0]].guest_index];
	struct guest_build build;
	if (guest->file)
		return err_set(err, ERR_USAGE, "guest %s was given as a file: there is no source to build it from without the "
			"cause", guest->name);
	struct toolchain *toolchain = toolchain_load(data_root, guest->toolchain, err);
	if (!toolchain)
		return -1;
	char *folder = fs_join(probe->folder, guest->source);
	const struct guest_source source = { .data_root = data_root, .name = guest->name, .folder = folder,
		.options = guest->options };
	int result = guest_build(toolchain, &source, &build, err);
	free(folder);
	toolchain_free(toolchain);
	if (result)
		return err_prefix(err, "guest %s", guest->name);
	if (strcmp(build.id, original->launch->build) != 0)
		result = err_set(err, ERR_USAGE, "guest %s cannot be built without the cause: its sources and compiler now make "
			"another program (%.12s…) than the one that was measured (%.12s…)", guest->name, build.id,
			original->launch->build);
	guest_build_release(&build);
	return result;
}

/* The guest that was added is built; the others' kept builds stay where they are. */
static void make_room_for_build(struct reproduce_plan *plan)
{
	plan->kept_builds = mem_resize(plan->kept_builds, plan->probe->guest_count + 1, sizeof *plan->kept_builds);
	while (plan->guest_count < plan->probe->guest_count)
		plan->kept_builds[plan->guest_count++] = NULL;
}

static struct json *describe_without(const struct without *without, const char *arm)
{
	struct json *object = json_new_object();
	json_set_text(object, "cause", without->cause);
	json_set_text(object, "arm", arm);
	json_set_text(object, "how", without->how);
	json_set_bool(object, "same_bytes", without->options == NULL);
	return object;
}

static int add_without(struct reproduce_plan *plan, const char *data_root, const struct original *original,
	const char *cause, struct err *err)
{
	struct without without = { .cause = NULL };
	int result = find_without(plan, data_root, original, cause, &without, err)
		|| (without.options && check_source(plan, data_root, original, err))
		|| without_add_arm(plan->probe, original->launch->arm, &without, &plan->arms[1], err) ? -1 : 0;
	if (!result) {
		plan->arm_count = 2;
		plan->arm_flags[1] = without.flag;
		make_room_for_build(plan);
		json_set(plan->reproduces, "without", describe_without(&without, plan->probe->arms[plan->arms[1]].name));
	}
	without_release(&without);
	if (result)
		return -1;
	json_set(plan->reproduces, "chance_arm", json_new_null());
	json_set_text(plan->reproduces, "no_chance", "the other launch of each block is the one without the cause");
	return 0;
}

/* ---- the whole ---- */

static struct json *describe(const struct original *original, const struct reproduce_options *options)
{
	struct json *object = json_new_object();
	json_set_text(object, "run", original->run.id);
	json_set_number(object, "launch", original->launch->number);
	json_set_number(object, "sample", (double)original->episode->worst);
	json_set_text(object, "arm", original->launch->arm);
	json_set_bool(object, "traced", original->launch->traced);
	json_set_text(object, "outcome", original->launch->outcome);
	json_set_text(object, "started", original->launch->started);
	json_set_text(object, "cause", original->episode->cause);
	json_set_number(object, "length_ms", original->episode->length_ms);
	json_set_number(object, "worst_ms", original->episode->worst_ms);
	json_set_number(object, "launches", options->launches);
	json_set(object, "times", options->times > 0 ? json_new_number(options->times) : json_new_null());
	return object;
}

static int make(const char *data_root, const struct original *original, const struct reproduce_options *options,
	struct reproduce_plan *plan, struct err *err)
{
	plan->reproduces = describe(original, options);
	plan->primary = json_new_array();
	plan->probe = registry_probe(data_root, options->probe ? options->probe : original->run.probe, err);
	if (!plan->probe || add_foreign(plan->probe, original->run.spec, err)
	    || probe_need_arm(plan->probe, original->launch->arm, &plan->arms[0], err))
		return -1;
	plan->arm_count = 1;
	take_parameters(plan, original);
	take_build(plan, original);
	return options->without ? add_without(plan, data_root, original, options->without, err) : add_chance(plan, err);
}

int reproduce_plan_make(const char *data_root, const struct original *original, const struct reproduce_options *options,
	struct reproduce_plan *plan, struct err *err)
{
	*plan = (struct reproduce_plan){ .arm_count = 0 };
	if (make(data_root, original, options, plan, err) == 0)
		return 0;
	reproduce_plan_release(plan);
	return -1;
}

void reproduce_plan_release(struct reproduce_plan *plan)
{
	for (size_t i = 0; i < plan->parameter_count; i++)
		free(plan->parameters[i]);
	for (size_t i = 0; i < plan->guest_count; i++)
		free(plan->kept_builds[i]);
	free(plan->parameters);
	free(plan->kept_builds);
	json_free(plan->reproduces);
	json_free(plan->primary);
	probe_free(plan->probe);
	*plan = (struct reproduce_plan){ .arm_count = 0 };
}

struct run_request reproduce_plan_request(const struct reproduce_plan *plan, const struct original *original,
	const struct reproduce_options *options)
{
	int stored_kb = (int)json_number(original->run.spec, "trace_buffer_kb", 0);
	return (struct run_request){ .probe = plan->probe, .arms = plan->arms, .arm_count = plan->arm_count,
		.blocks = options->launches, .seed = original->run.seed, .threshold_ms = original->run.threshold_ms,
		.parameters = (const char *const *)plan->parameters, .parameter_count = plan->parameter_count,
		.primary = plan->primary, .trace = options->is_recorded ? SCHEDULE_TRACE_RING : SCHEDULE_TRACE_ALL, .triggers_are_lengths = options->is_recorded,
		.trace_buffer_kb = options->trace_buffer_kb ? options->trace_buffer_kb : stored_kb, .trace_format = options->trace_format,
		.kept_builds = (const char *const *)plan->kept_builds, .arm_flags = plan->arm_flags,
		.reproduces = plan->reproduces };
}
