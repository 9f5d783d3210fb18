#include "run/spec.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"
#include "run/planting.h"

enum { WARMUP_EXTRA_MS = 250 };

static void seed_stream(const struct launch_spec *spec, const char *stream, struct rng *rng)
{
	char name[96];
	snprintf(name, sizeof(name), "block/%d/%s", spec->block, stream);
	rng_seed(rng, spec->seed, name);
}

void launch_spec_seed(const struct launch_spec *spec, const char *stream, uint32_t words[4])
{
	struct rng rng;
	seed_stream(spec, stream, &rng);
	memcpy(words, rng.state, sizeof(rng.state));
}

double launch_spec_warmup_extra_ms(const struct launch_spec *spec)
{
	struct rng rng;
	seed_stream(spec, "warmup", &rng);
	return WARMUP_EXTRA_MS * rng_unit(&rng);
}

static bool is_parameter(const struct probe *probe, const char *key)
{
	for (size_t i = 0; i < probe->parameter_count; i++) {
		if (strcmp(probe->parameters[i].name, key) == 0)
			return true;
	}
	return false;
}

int launch_spec_check_settings(const struct probe *probe, const struct probe_arm *arm,
	const struct toolchain *toolchain, struct err *err)
{
	for (size_t i = 0; i < arm->setting_count; i++) {
		const char *key = arm->settings[i].key;
		if (is_parameter(probe, key))
			continue;
		if (toolchain && toolchain_has_runtime_setting(toolchain, key))
			continue;
		return err_set(err, ERR_USAGE,
			"arm %s of probe %s: '%s' is neither a parameter of the probe nor a runtime setting of "
			"toolchain %s", arm->name, probe->name, key, toolchain ? toolchain->name : "(none)");
	}
	return 0;
}

const char *launch_spec_responder(const struct probe *probe, const struct json *parameters)
{
	return json_text(parameters, "responder", probe->responder);
}

static struct json *guest_json(const struct launch_spec *spec)
{
	if (!spec->guest)
		return json_new_null();
	struct json *guest = json_new_object();
	bool module = strcmp(spec->guest->start, "js-module") == 0, failed = spec->guest->failed;
	char url[300] = "";
	if (!failed)
		snprintf(url, sizeof(url), "guest%s", strrchr(spec->guest->output, '/'));
	json_set_text(guest, "name", spec->guest->name);
	json_set_text(guest, "start", spec->guest->start);
	json_set_text(guest, "wasm", module || failed ? NULL : url);
	json_set_text(guest, "module", module && !failed ? url : NULL);
	json_set_text(guest, "glue", spec->guest->glue ? "guest/glue.js" : NULL);
	struct json *environment = json_new_object();
	for (size_t i = 0; i < spec->arm->setting_count; i++) {
		const struct probe_setting *setting = &spec->arm->settings[i];
		if (!is_parameter(spec->probe, setting->key))
			json_set_text(environment, setting->key, setting->value);
	}
	json_set(guest, "environment", environment);
	if (spec->probe->kind == PROBE_CALLS)
		json_set(guest, "build", spec->guest->record ? json_copy(spec->guest->record) : json_new_null());
	return guest;
}

static void set_words(struct json *object, const char *key, const uint32_t words[4])
{
	struct json *array = json_new_array();
	for (int i = 0; i < 4; i++)
		json_append(array, json_new_number(words[i]));
	json_set(object, key, array);
}

static struct json *seeds_json(const struct launch_spec *spec)
{
	static const char *const streams[] = { "schedule", "load", "load_schedule" };
	struct json *seeds = json_new_object();
	for (size_t i = 0; i < sizeof(streams) / sizeof(streams[0]); i++) {
		uint32_t words[4];
		launch_spec_seed(spec, streams[i], words);
		set_words(seeds, streams[i], words);
	}
	json_set_number(seeds, "warmup_extra_ms", launch_spec_warmup_extra_ms(spec));
	return seeds;
}

static struct json *captures_json(const struct launch_spec *spec)
{
	struct json *captures = json_new_array();
	for (int kind = 0; kind < PROBE_CAPTURE_KINDS; kind++) {
		if (captures_find(&spec->probe->captures, (enum probe_capture_kind)kind, spec->arm->name))
			json_append(captures, json_new_text(captures_kind_name((enum probe_capture_kind)kind)));
	}
	return captures;
}

static struct json *recorder_json(const struct launch_spec *spec)
{
	if (spec->trigger_ms <= 0)
		return json_new_null();
	struct json *recorder = json_new_object();
	json_set_number(recorder, "trigger_ms", spec->trigger_ms);
	json_set_text(recorder, "of", spec->trigger_is_length ? "length" : "response");
	json_set_number(recorder, "threshold_ms", spec->threshold_ms);
	return recorder;
}

struct json *launch_spec_manifest(const struct launch_spec *spec)
{
	char launch[200];
	snprintf(launch, sizeof(launch), "%s:%d", spec->run, spec->number);
	struct json *manifest = json_new_object();
	json_set_number(manifest, "schema", 1);
	json_set_text(manifest, "probe", spec->probe->name);
	json_set_text(manifest, "arm", spec->arm->name);
	json_set_text(manifest, "launch", launch);
	json_set_text(manifest, "thread", spec->arm->thread);
	json_set_text(manifest, "load", spec->arm->load);
	json_set_text(manifest, "responder", launch_spec_responder(spec->probe, spec->parameters));
	json_set_text(manifest, "isolation", spec->probe->isolation_required ? "required" : "varied");
	json_set(manifest, "guest", guest_json(spec));
	json_set(manifest, "parameters", json_copy(spec->parameters));
	json_set(manifest, "seeds", seeds_json(spec));
	json_set_bool(manifest, "traced", spec->traced);
	json_set(manifest, "recorder", recorder_json(spec));
	json_set(manifest, "captures", captures_json(spec));
	json_set(manifest, "plants", planting_manifest(spec));
	json_set_text(manifest, "upload", "samples");
	return manifest;
}

double launch_spec_schedule_ms(const struct launch_spec *spec)
{
	return json_number(spec->parameters, "samples", 0) * json_number(spec->parameters, "interval_ms", 0);
}

double launch_spec_window_ms(const struct launch_spec *spec)
{
	return LAUNCH_SPEC_LEAD_IN_MS + launch_spec_schedule_ms(spec) + json_number(spec->parameters, "drain_ms", 0);
}

size_t launch_spec_step_size(const struct launch_spec *spec)
{
	const struct json *p = spec->parameters;
	if (strcmp(spec->arm->load, "hash") == 0)
		return (size_t)json_number(p, "hash_bytes", 0);
	if (strcmp(spec->arm->load, "churn") == 0) {
		double rate = json_number(p, "churn_rate_mb_s", 0);
		return (size_t)floor(rate * 1e6 * json_number(p, "churn_step_ms", 0) / 1000 + 0.5);
	}
	return 0;
}
