#include "run/without.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/added.h"

static const char js_flags[] = "--js-flags=";

/* One cause: how it is switched off, or why it cannot be. */
static const struct rule {
	const char *cause, *key, *value, *flag, *how;
	const char *refusal;
} rules[] = {
	{ "guest-gc", "GOGC", "off", NULL, "the guest's collector off (GOGC=off)", NULL },
	{ "late", "pacer", "worker", NULL, "a pacer worker wakes the sender (pacer=worker)", NULL },
	{ "gc", NULL, NULL, "--js-flags=--min-semi-space-size=64 --max-semi-space-size=128",
		"a young generation of 64 to 128 MB (--min-semi-space-size, --max-semi-space-size)", NULL },
	{ "wasm-compile", NULL, NULL, "--js-flags=--no-liftoff --no-wasm-lazy-compilation --no-wasm-dynamic-tiering",
		"all of wasm optimised before the window (--no-liftoff, --no-wasm-lazy-compilation)", NULL },
	{ "cpu-internal", NULL, NULL, "--js-flags=--single-threaded",
		"V8 without helper threads (--single-threaded)", NULL },
	{ "mem-grow", NULL, NULL, NULL, NULL, "no parameter of this probe grows the memory beforehand" },
	{ "serialise", NULL, NULL, NULL, NULL, "no parameter of this probe transfers its messages" },
	{ "deserialise", NULL, NULL, NULL, NULL, "no parameter of this probe transfers its messages" },
	{ "cpu-external", NULL, NULL, NULL, NULL, "other programs had the processor, and they are not ours to stop" },
	{ "cpu-wait", NULL, NULL, NULL, NULL, "with whom the processor was is not known, so there is nobody to stop" },
	{ "guest", NULL, NULL, NULL, NULL, "it is the guest's own work: without it nothing is measured; the arm at rest, which "
		"reproduce measures as chance level, is the comparison" },
	{ "js", NULL, NULL, NULL, NULL, "it is the page's and the workers' own JavaScript" },
	{ "layout", NULL, NULL, NULL, NULL, "no parameter of this probe takes away what is laid out" },
	{ "queue", NULL, NULL, NULL, NULL, "it is the wait behind other messages: what they waited for is the cause" },
	{ "task", NULL, NULL, NULL, NULL, "the trace does not say what the task was" },
	{ "blocked", NULL, NULL, NULL, NULL, "the trace does not say on what the thread slept" },
	{ "stopped", NULL, NULL, NULL, NULL, "somebody stopped the process from outside" },
	{ "host-stall", NULL, NULL, NULL, NULL, "the machine itself stood still" },
	{ "unexplained", NULL, NULL, NULL, NULL, "nothing is known of it" },
};

static const struct rule *find_rule(const char *cause)
{
	size_t length = strcspn(cause, "@");
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		if (strlen(rules[i].cause) == length && memcmp(rules[i].cause, cause, length) == 0)
			return &rules[i];
	}
	return NULL;
}

static bool has_parameter(const struct json *parameters, const char *key)
{
	return json_get(parameters, key) != NULL;
}

static bool is_set(const struct probe_arm *arm, const struct json *parameters, const struct rule *rule)
{
	for (size_t i = 0; i < arm->setting_count; i++) {
		if (strcmp(arm->settings[i].key, rule->key) == 0)
			return strcmp(arm->settings[i].value, rule->value) == 0;
	}
	return strcmp(json_text(parameters, rule->key, ""), rule->value) == 0;
}

static bool sets_js_flags(const struct probe *probe)
{
	for (const struct json *at = json_first(probe->browser_flags); at; at = json_next(at)) {
		if (strncmp(json_as_text(at, ""), js_flags, strlen(js_flags)) == 0)
			return true;
	}
	return false;
}

/* Why not in this arm; NULL when it can be. */
static const char *obstacle(const struct probe *probe, const struct probe_arm *arm, const struct toolchain *toolchain,
	const struct json *parameters, const struct rule *rule)
{
	if (rule->refusal)
		return rule->refusal;
	if (rule->flag)
		return sets_js_flags(probe) ? "the probe sets flags of V8 itself, and the browser takes one set of them" : NULL;
	if (is_set(arm, parameters, rule))
		return "it is switched off already";
	if (has_parameter(parameters, rule->key) || (toolchain && toolchain_has_runtime_setting(toolchain, rule->key)))
		return NULL;
	return strcmp(rule->key, "GOGC") == 0 ? "the guest's collector cannot be switched off when the guest is started; it is "
		"part of its bytes" : "the probe has no such parameter";
}

int without_find(const struct probe *probe, const struct probe_arm *arm, const struct toolchain *toolchain,
	const struct json *parameters, const char *cause, struct without *without, struct err *err)
{
	const struct rule *rule = find_rule(cause);
	if (!rule)
		return err_set(err, ERR_USAGE, "--without %s: there is no such cause; docs/CAUSES.md lists them", cause);
	const char *why = obstacle(probe, arm, toolchain, parameters, rule);
	if (why)
		return err_set(err, ERR_USAGE, "%s cannot be switched off in %s: %s", rule->cause, arm->name, why);
	*without = (struct without){ .cause = rule->cause, .key = rule->key, .value = rule->value, .flag = rule->flag,
		.how = rule->how };
	return 0;
}

/* The last setting, without=CAUSE, becomes the one that it stands for. */
static void replace_last(struct probe_arm *arm, const struct without *without)
{
	struct probe_setting *last = &arm->settings[arm->setting_count - 1];
	free(last->key);
	free(last->value);
	last->key = mem_strdup(without->key);
	last->value = mem_strdup(without->value);
	if (!without->key)
		arm->setting_count--;
}

/* What the arm says of the same key no longer holds. */
static void drop_earlier(struct probe_arm *arm, const char *key)
{
	for (size_t i = 0; key && i + 1 < arm->setting_count; i++) {
		if (strcmp(arm->settings[i].key, key) != 0)
			continue;
		free(arm->settings[i].key);
		free(arm->settings[i].value);
		memmove(&arm->settings[i], &arm->settings[i + 1], (arm->setting_count - i - 1) * sizeof *arm->settings);
		arm->setting_count--;
		return;
	}
}

int without_add_arm(struct probe *probe, const char *name, const struct without *without, size_t *index,
	struct err *err)
{
	char *other = mem_format("%s,without=%s", name, without->cause);
	int result = probe_add_arm(probe, other, err);
	free(other);
	if (result)
		return -1;
	*index = probe->arm_count - 1;
	replace_last(&probe->arms[*index], without);
	drop_earlier(&probe->arms[*index], without->key);
	return 0;
}
