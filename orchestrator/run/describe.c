#include "run/describe.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/hash.h"
#include "base/version.h"
#include "host/cpus.h"
#include "host/environment.h"

/* Comparisons are named before the first result: the plan's, or the two arms of a run of two. */
static struct json *primary_json(const struct run_request *request)
{
	if (request->primary)
		return json_copy(request->primary);
	struct json *list = json_new_array();
	if (request->arm_count == 2 && request->probe->kind == PROBE_LATENCY) {
		struct json *pair = json_new_object();
		json_set_text(pair, "metric", "response_p95");
		json_set_text(pair, "a", run_request_arm(request, 0)->name);
		json_set_text(pair, "b", run_request_arm(request, 1)->name);
		json_append(list, pair);
	}
	return list;
}

static struct json *builds_json(const struct guest_set *guests)
{
	struct json *builds = json_new_object();
	for (size_t i = 0; i < guests->count; i++) {
		if (guests->toolchains[i])
			json_set_text(builds, guests->builds[i].name, guests->builds[i].id);
	}
	return builds;
}

/* Guests that the probe does not have; whoever repeats the run must give them again. */
static struct json *foreign_json(const struct probe *probe)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < probe->guest_count; i++) {
		const struct probe_guest *guest = &probe->guests[i];
		if (!guest->file)
			continue;
		struct json *foreign = json_new_object();
		json_set_text(foreign, "name", guest->name);
		json_set_text(foreign, "toolchain", guest->toolchain);
		json_set_text(foreign, "file", guest->file);
		json_set_text(foreign, "glue", guest->glue);
		json_append(list, foreign);
	}
	return list;
}

/* Of a file of the probe's; null without it. */
static void set_sha256(struct json *spec, const char *key, const struct probe *probe, const char *name)
{
	char sha256[HASH_HEX_SIZE];
	char *path = fs_join(probe->folder, name);
	bool hashed = hash_file_hex(path, sha256, NULL) == 0;
	free(path);
	json_set_text(spec, key, hashed ? sha256 : NULL);
}

int describe_served(const struct probe *probe, char out[HASH_HEX_SIZE])
{
	size_t count = 0;
	int result = 0;
	char **names = fs_list(probe->folder, &count, NULL), hex[HASH_HEX_SIZE];
	struct hash_stream *stream = hash_stream_new();
	for (size_t i = 0; names && i < count && !result; i++) {
		char *path = fs_join(probe->folder, names[i]);
		if (!fs_is_folder(path)) {
			result = hash_file_hex(path, hex, NULL);
			hash_stream_add_text(stream, names[i]);
			hash_stream_add_text(stream, hex);
		}
		free(path);
	}
	hash_stream_end(stream, out);
	fs_list_free(names, count);
	return names ? result : -1;
}

/* Null when a file cannot be read. */
static void set_served(struct json *spec, const struct probe *probe)
{
	char sha256[HASH_HEX_SIZE];
	json_set_text(spec, "served_sha256", describe_served(probe, sha256) ? NULL : sha256);
}

/* Of each arm's flight recorder. */
static struct json *triggers_json(const struct run_request *request)
{
	struct json *triggers = json_new_object();
	for (size_t i = 0; i < request->arm_count; i++)
		json_set_number(triggers, run_request_arm(request, i)->name, request->triggers_ms[i]);
	return triggers;
}

struct json *describe_spec(const struct run_request *request, const struct guest_set *guests,
	struct json *const *parameters)
{
	struct json *spec = json_new_object();
	struct json *arms = json_new_array();
	struct json *of_arms = json_new_object();
	for (size_t i = 0; i < request->arm_count; i++) {
		const char *name = run_request_arm(request, i)->name;
		json_append(arms, json_new_text(name));
		json_set(of_arms, name, json_copy(parameters[i]));
	}
	json_set_text(spec, "title", request->probe->title);
	json_set_text(spec, "kind", request->probe->kind == PROBE_CALLS ? "calls" : "latency");
	json_set(spec, "arms", arms);
	json_set(spec, "parameters", of_arms);
	json_set(spec, "builds", builds_json(guests));
	json_set(spec, "foreign", foreign_json(request->probe));
	json_set(spec, "primary", primary_json(request));
	json_set(spec, "secondary",
		request->secondary ? json_copy(request->secondary) : json_new_array());
	json_set_text(spec, "trace", schedule_trace_name(request->trace));
	json_set_number(spec, "trace_buffer_kb", request->trace_buffer_kb);
	if (request->triggers_ms) {
		json_set(spec, "triggers_ms", triggers_json(request));
		json_set_text(spec, "triggers_of", request->triggers_are_lengths ? "length" : "response");
	}
	json_set_text(spec, "trace_format", trace_format_name(request->trace_format));
	set_sha256(spec, "probe_sha256", request->probe, "probe.json");
	set_sha256(spec, "script_sha256", request->probe, "probe.js");
	set_served(spec, request->probe);
	if (request->evidence)
		json_set(spec, "evidence", json_copy(request->evidence));
	if (request->reproduces)
		json_set(spec, "reproduces", json_copy(request->reproduces));
	return spec;
}

/* What was asked for, and where we ourselves may run. */
static void set_cpus(struct json *environment, const struct session *session)
{
	char *ours = cpus_of(0);
	json_set_text(environment, "daemon_cpus", ours);
	free(ours);
	if (!session->options.cpus)
		return;
	struct json *asked = json_new_object();
	json_set_text(asked, "browser", session->cpus.browser);
	json_set_text(asked, "daemon", session->cpus.daemon);
	json_set(environment, "cpus_asked", asked);
}

struct json *describe_environment(const struct session *session)
{
	struct json *environment = environment_read();
	struct json *browser = json_new_object();
	json_set_text(browser, "path", session->program.path);
	json_set_text(browser, "version", session->program.version);
	json_set_text(browser, "mode", browser_mode_name(session->program.mode));
	json_set_number(browser, "uid", session->user.uid);
	json_set_bool(browser, "sandbox", session->user.sandbox);
	json_set_text(browser, "warning", session->user.warning[0] ? session->user.warning : NULL);
	json_set(environment, "browser", browser);
	set_cpus(environment, session);
	json_set_text(environment, "wasmograph", WASMOGRAPH_VERSION);
	return environment;
}
