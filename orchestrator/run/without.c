#include "run/without.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/added.h"
#include "probe/switch.h"

#define NO_TRANSFER "the probe's messages are single numbers, in which nothing can be transferred, or it names no parameter that " \
	"transfers them (\"without\" in probe.json)"

/* One cause: how it is switched off, or why it cannot be. */
static const struct rule {
	const char *cause, *key, *value, *flag, *how;
	const char *refusal;
	const struct json *options; /* the guest's build without the cause; NULL: the bytes that it has */
} rules[] = {
	{ "guest-gc", "GOGC", "off", NULL, "the guest's collector off (GOGC=off)", NULL },
	{ "late", "pacer", "worker", NULL, "a pacer worker wakes the sender (pacer=worker)", NULL },
	{ "gc", NULL, NULL, "--js-flags=--min-semi-space-size=64 --max-semi-space-size=128",
		"a young generation of 64 to 128 MB (--min-semi-space-size, --max-semi-space-size)", NULL },
	{ "wasm-compile", NULL, NULL, "--js-flags=--no-liftoff --no-wasm-lazy-compilation --no-wasm-dynamic-tiering",
		"all of wasm optimised before the window (--no-liftoff, --no-wasm-lazy-compilation)", NULL },
	{ "cpu-internal", NULL, NULL, "--js-flags=--single-threaded",
		"V8 without helper threads (--single-threaded)", NULL },
	{ "mem-grow", NULL, NULL, NULL, NULL, "the probe names no parameter by which the memory would be "
		"grown beforehand (\"without\" in probe.json)" },
	{ "serialise", NULL, NULL, NULL, NULL, NO_TRANSFER },
	{ "deserialise", NULL, NULL, NULL, NULL, NO_TRANSFER },
	{ "cpu-external", NULL, NULL, NULL, NULL, "other programs had the processor, and they are not ours to "
		"stop: --cpus gives the browser processors of its own, but keeps nobody off them; a kernel that does (isolcpus=, an "
		"isolated cpuset) and a second run with --cpus browser=LIST show what is left" },
	{ "cpu-wait", NULL, NULL, NULL, NULL, "with whom the processor was is not known, so there is nobody to stop" },
	{ "guest", NULL, NULL, NULL, NULL, "it is the guest's own work: without it nothing is measured; the arm at rest, which "
		"reproduce measures as chance level, is the comparison" },
	{ "js", NULL, NULL, NULL, NULL, "it is the page's and the workers' own JavaScript" },
	{ "layout", NULL, NULL, NULL, NULL, "the probe names no parameter that takes away what is laid out (\"without\" in probe.json)" },
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

/* What the probe itself knows to switch off goes before what is known in general. */
static bool find_own(const struct probe *probe, const struct toolchain *toolchain, const struct rule *general,
	struct rule *own)
{
	const struct probe_switch *found = switch_find(probe, general->cause);
	if (!found)
		return false;
	*own = (struct rule){ .cause = general->cause, .key = found->key, .value = found->value, .how = found->how };
	if (!switch_works_with(found, toolchain ? toolchain->name : NULL))
		own->refusal = found->otherwise;
	return true;
}

/* A guest that cannot be told at its start may be built without the cause. */
static bool find_build(const struct toolchain *toolchain, const struct rule *general, struct rule *own)
{
	const struct json *without = toolchain ? toolchain_without(toolchain, general->cause) : NULL;
	if (without)
		*own = (struct rule){ .cause = general->cause, .how = json_text(without, "how", ""),
			.options = json_get(without, "options") };
	return without != NULL;
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
	const struct json *value = json_get(parameters, rule->key);
	char *text = json_type(value) == JSON_STRING ? mem_strdup(json_as_text(value, "")) : json_print(value, false);
	bool set = strcmp(text, rule->value) == 0;
	free(text);
	return set;
}

/* Why not in this arm; NULL when it can be. */
static const char *obstacle(const struct probe_arm *arm, const struct toolchain *toolchain,
	const struct json *parameters, const struct rule *rule)
{
	if (rule->refusal)
		return rule->refusal;
	if (rule->flag)
		return NULL;
	if (rule->options)
		return NULL;
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
	struct rule own;
	if (find_own(probe, toolchain, rule, &own) || find_build(toolchain, rule, &own))
		rule = &own;
	const char *why = obstacle(arm, toolchain, parameters, rule);
	if (why)
		return err_set(err, ERR_USAGE, "%s cannot be switched off in %s: %s", rule->cause, arm->name, why);
	*without = (struct without){ .cause = rule->cause, .key = mem_strdup(rule->key), .value = mem_strdup(rule->value),
		.flag = rule->flag, .how = mem_strdup(rule->how), .options = rule->options ? json_copy(rule->options) : NULL };
	return 0;
}

void without_release(struct without *without)
{
	free(without->key);
	free(without->value);
	free(without->how);
	json_free(without->options);
	*without = (struct without){ .cause = NULL };
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

/* A guest of the same sources, built with other options: the index. */
static size_t add_guest(struct probe *probe, size_t original, const struct without *without)
{
	probe->guests = mem_resize(probe->guests, probe->guest_count + 1, sizeof *probe->guests);
	const struct probe_guest *from = &probe->guests[original];
	struct probe_guest *guest = &probe->guests[probe->guest_count];
	*guest = (struct probe_guest){ .name = mem_format("%s-without-%s", from->name, without->cause),
		.toolchain = mem_strdup(from->toolchain), .source = mem_strdup(from->source),
		.options = from->options ? json_copy(from->options) : json_new_object() };
	for (const struct json *option = json_first(without->options); option; option = json_next(option))
		json_set(guest->options, json_key(option), json_copy(option));
	return probe->guest_count++;
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
	if (without->options) {
		size_t guest = add_guest(probe, probe->arms[*index].guest_index, without);
		probe->arms[*index].guest_index = guest;
	}
	return 0;
}
