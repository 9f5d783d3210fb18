#include "probe/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/arm.h"
#include "probe/claim.h"
#include "probe/rules.h"
#include "probe/metric.h"
#include "probe/parameters.h"
#include "probe/switch.h"

/* A probe is written by hand: a megabyte of it is a wrong file. */
enum { MANIFEST_CEILING = 1 << 20 };

static const double DEADLINE_DEFAULT_S = 60;

typedef int element_fn(const struct rules *rules, struct probe *probe);

/* An element's name: "name", or the element itself where it is a text. */
static const char *element_name(const struct json *element)
{
	return json_as_text(element, json_text(element, "name", NULL));
}

/* What two elements share nothing can address. */
static int check_unique(const struct rules *rules, const struct json *list)
{
	const char *mine = element_name(rules->object);
	for (const struct json *m = json_first(list); mine && m != rules->object; m = json_next(m)) {
		const char *name = element_name(m);
		if (name && strcmp(name, mine) == 0)
			return rules_bad(rules, NULL, "has the name \"%s\", which is there already", mine);
	}
	return 0;
}

/* Zeroed room for every element of a list that may be absent. */
static void *room(const struct rules *top, const char *key, size_t size)
{
	return mem_alloc_zero(json_length(json_get(top->object, key)) + 1, size);
}

/* Each element counts itself before it is read, so that a half-read one is released too. */
static int read_list(const struct rules *top, const char *key, struct probe *probe,
	element_fn *read_element)
{
	const struct json *list;
	size_t index = 0;
	if (rules_array(top, key, &list))
		return -1;
	for (const struct json *m = json_first(list); m; m = json_next(m), index++) {
		char *place = mem_format("%s[%zu]", key, index);
		struct rules rules = { top->file, m, place, top->err };
		int result = check_unique(&rules, list) || read_element(&rules, probe);
		free(place);
		if (result)
			return -1;
	}
	return 0;
}

static int read_parameter(const struct rules *rules, struct probe *probe)
{
	return parameters_read_one(rules, &probe->parameters[probe->parameter_count++]);
}

/* A value that is no time, in launches where others may be. */
static int check_untimed(const struct rules *rules, const struct probe *probe, bool untimed)
{
	if (untimed && probe->kind != PROBE_CALLS)
		return rules_bad(rules, "untimed", "is of probes of calls alone: latencies are times");
	return 0;
}

static int read_metric(const struct rules *rules, struct probe *probe)
{
	struct probe_metric *metric = &probe->metrics[probe->metric_count++];
	return metric_read(rules, metric) ? -1 : check_untimed(rules, probe, metric->untimed);
}

static int read_claim(const struct rules *rules, struct probe *probe)
{
	return claim_read(rules, probe, &probe->claims[probe->claim_count++]);
}

static int read_observation(const struct rules *rules, struct probe *probe)
{
	static const char *const keys[] = { "name", "says", "untimed", NULL };
	struct probe_observation *observation = &probe->observations[probe->observation_count++];
	if (rules_known(rules, keys) || rules_name(rules, "name", &observation->name)
	    || rules_text(rules, "says", NULL, &observation->says)
	    || rules_bool(rules, "untimed", false, &observation->untimed))
		return -1;
	return check_untimed(rules, probe, observation->untimed);
}

static int read_switch(const struct rules *rules, struct probe *probe)
{
	return switch_read(rules, probe, &probe->switches[probe->switch_count++]);
}

/* Sources are named inside the probe's folder; anything else could not be moved with it. */
static bool leaves_folder(const char *path)
{
	if (*path == '/')
		return true;
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
			return true;
	}
	return false;
}

static int read_guest(const struct rules *rules, struct probe *probe)
{
	static const char *const keys[] = { "name", "toolchain", "source", "options",
		"expect_failure", NULL };
	struct probe_guest *guest = &probe->guests[probe->guest_count++];
	const struct json *options;
	if (rules_known(rules, keys) || rules_name(rules, "name", &guest->name)
	    || rules_name(rules, "toolchain", &guest->toolchain)
	    || rules_text(rules, "source", NULL, &guest->source)
	    || rules_object(rules, "options", &options)
	    || rules_bool(rules, "expect_failure", false, &guest->expect_failure))
		return -1;
	if (leaves_folder(guest->source))
		return rules_bad(rules, "source", "must be a path inside the probe's folder");
	if (strcmp(guest->name, "none") == 0)
		return rules_bad(rules, "name", "cannot be \"none\": in an arm that means no guest");
	guest->options = options ? json_copy(options) : NULL;
	return 0;
}

static int find_guest(const struct rules *rules, const struct probe *probe,
	struct probe_arm *arm)
{
	if (strcmp(arm->guest, "none") == 0)
		return 0;
	for (size_t i = 0; i < probe->guest_count; i++) {
		if (strcmp(probe->guests[i].name, arm->guest) == 0) {
			arm->guest_index = i;
			return 0;
		}
	}
	return rules_bad(rules, NULL, "names the guest \"%s\", which is neither in \"guests\" nor "
		"\"none\"", arm->guest);
}

/* A setting is a parameter with a value that it allows, or left to the guest's toolchain. */
static int check_setting(const struct rules *rules, const struct probe *probe,
	const struct probe_arm *arm, const struct probe_setting *setting)
{
	if (arm->guest_index == (size_t)-1 || parameters_find(probe, setting->key)) {
		if (probe_check_parameter(probe, setting->key, setting->value, rules->err))
			return err_prefix(rules->err, "%s: %s", rules->file, rules->place);
	}
	return 0;
}

static int read_arm(const struct rules *rules, struct probe *probe)
{
	struct probe_arm *arm = &probe->arms[probe->arm_count++];
	const char *name = json_as_text(rules->object, NULL);
	if (!name)
		return rules_bad(rules, NULL, "must be a text, like \"gc/worker/churn\"");
	if (arm_parse(name, arm, rules->err))
		return err_prefix(rules->err, "%s: %s", rules->file, rules->place);
	if (find_guest(rules, probe, arm))
		return -1;
	for (size_t i = 0; i < arm->setting_count; i++) {
		if (check_setting(rules, probe, arm, &arm->settings[i]))
			return -1;
	}
	return 0;
}

/* Calls `mark` for the arms that the globs under `key` match: each has to match one. */
static int mark_arms(const struct rules *rules, const char *key, struct probe *probe, void (*mark)(struct probe_arm *arm))
{
	const struct json *globs;
	if (rules_words(rules, key, &globs))
		return -1;
	if (globs && probe->kind != PROBE_CALLS)
		return rules_bad(rules, key, "is of probes of calls alone: latencies are times");
	for (const struct json *m = json_first(globs); m; m = json_next(m)) {
		bool matched = false;
		for (size_t i = 0; i < probe->arm_count; i++) {
			if (!arm_matches(json_as_text(m, ""), probe->arms[i].name))
				continue;
			mark(&probe->arms[i]);
			matched = true;
		}
		if (!matched)
			return rules_bad(rules, key, "holds \"%s\", which matches no arm", json_as_text(m, ""));
	}
	return 0;
}

static void mark_untimed(struct probe_arm *arm)
{
	arm->untimed = true;
}

static void mark_determinate(struct probe_arm *arm)
{
	arm->determinate = true;
}

/* "evidence" was checked by evidence_read(). */
static int read_determinate(const struct rules *top, struct probe *probe)
{
	struct rules evidence = { top->file, json_get(top->object, "evidence"), "evidence", top->err };
	return evidence.object ? mark_arms(&evidence, "determinate", probe, mark_determinate) : 0;
}

static int read_flags(const struct rules *top, struct probe *probe)
{
	const struct json *flags;
	if (rules_words(top, "browser_flags", &flags))
		return -1;
	for (const struct json *m = json_first(flags); m; m = json_next(m)) {
		if (strncmp(json_as_text(m, ""), "--", 2) != 0)
			return rules_bad(top, "browser_flags", "must be a list of flags that begin with --");
	}
	probe->browser_flags = flags ? json_copy(flags) : NULL;
	return 0;
}

static int read_plants(const struct rules *top, struct probe *probe)
{
	const struct json *object;
	if (rules_object(top, "plants", &object))
		return -1;
	struct rules rules = { top->file, object, "plants", top->err };
	if (object && probe->kind != PROBE_LATENCY)
		return rules_bad(top, "plants", "are of latency probes alone");
	return object ? plants_read(&rules, &probe->plants) : 0;
}

static int check_capture_arms(const struct rules *top, const struct probe *probe, const struct probe_capture *capture)
{
	for (const struct json *m = json_first(capture->arms); m; m = json_next(m)) {
		bool matches = false;
		for (size_t i = 0; i < probe->arm_count; i++)
			matches |= arm_matches(json_as_text(m, ""), probe->arms[i].name);
		if (!matches)
			return rules_bad(top, "captures", "names the arms \"%s\", and there are none", json_as_text(m, ""));
	}
	return 0;
}

/* Recording slows the browser down: where samples are late, it would be the reason. */
static int read_captures(const struct rules *top, struct probe *probe)
{
	const struct json *list;
	if (rules_array(top, "captures", &list))
		return -1;
	if (list && probe->kind == PROBE_LATENCY)
		return rules_bad(top, "captures", "are of probes of calls alone: a latency launch is not disturbed");
	if (list && captures_read(top, list, &probe->captures))
		return -1;
	for (size_t i = 0; i < probe->captures.count; i++) {
		if (check_capture_arms(top, probe, &probe->captures.list[i]))
			return -1;
	}
	return 0;
}

static int read_nature(const struct rules *top, struct probe *probe)
{
	static const char *const kinds[] = { "latency", "calls", NULL };
	static const char *const responders[] = { "js", "guest", NULL };
	static const char *const isolations[] = { "required", "varied", NULL };
	int kind, responder, isolation;
	if (rules_choice(top, "kind", kinds, -1, &kind)
	    || rules_choice(top, "responder", responders, 0, &responder)
	    || rules_choice(top, "isolation", isolations, 0, &isolation))
		return -1;
	probe->kind = (enum probe_kind)kind;
	probe->responder = mem_strdup(responders[responder]);
	probe->isolation_required = isolation == 0;
	if (isolation != 0 && probe->kind == PROBE_LATENCY)
		return rules_bad(top, "isolation", "must be \"required\" in a latency probe: without "
			"it the clock steps by 100 µs");
	return 0;
}

/* What is late is said of samples alone. */
static int read_threshold(const struct rules *top, struct probe *probe)
{
	if (probe->kind == PROBE_LATENCY)
		return rules_positive(top, "threshold_ms", 0, &probe->threshold_ms);
	if (json_get(top->object, "threshold_ms"))
		return rules_bad(top, "threshold_ms", "is of latency probes alone");
	return 0;
}

static int read_lists(const struct rules *top, struct probe *probe)
{
	probe->parameters = room(top, "parameters", sizeof(*probe->parameters));
	probe->guests = room(top, "guests", sizeof(*probe->guests));
	probe->arms = room(top, "arms", sizeof(*probe->arms));
	probe->metrics = room(top, "metrics", sizeof(*probe->metrics));
	probe->observations = room(top, "observations", sizeof(*probe->observations));
	probe->claims = room(top, "claims", sizeof(*probe->claims));
	probe->switches = room(top, "without", sizeof(*probe->switches));
	if (read_list(top, "parameters", probe, read_parameter)
	    || read_list(top, "guests", probe, read_guest)
	    || read_list(top, "arms", probe, read_arm)
	    || read_list(top, "metrics", probe, read_metric)
	    || read_list(top, "observations", probe, read_observation)
	    || read_list(top, "claims", probe, read_claim)
	    || read_list(top, "without", probe, read_switch))
		return -1;
	return probe->arm_count ? 0 : rules_bad(top, "arms", "must name at least one arm");
}

static int read_probe(const struct rules *top, struct probe *probe)
{
	static const char *const keys[] = { "schema", "title", "kind", "responder", "isolation",
		"threshold_ms", "deadline_s", "parameters", "guests", "arms", "metrics", "observations",
		"claims", "browser_flags", "plants", "untimed", "evidence", "captures", "without", NULL };
	double schema;
	if (rules_known(top, keys) || rules_number(top, "schema", &schema))
		return -1;
	if (schema != 1)
		return rules_bad(top, "schema", "is %g; this wasmograph reads schema 1", schema);
	if (rules_text(top, "title", NULL, &probe->title) || read_nature(top, probe)
	    || read_threshold(top, probe)
	    || rules_positive(top, "deadline_s", DEADLINE_DEFAULT_S, &probe->deadline_s)
	    || read_lists(top, probe))
		return -1;
	return mark_arms(top, "untimed", probe, mark_untimed) || evidence_read(top, probe, &probe->evidence)
		|| read_determinate(top, probe) || read_flags(top, probe)
		|| read_plants(top, probe) || read_captures(top, probe) ? -1 : 0;
}

static int parse(struct probe *probe, const char *text, size_t length, struct err *err)
{
	char *file = mem_format("%s/probe.json", probe->folder);
	struct json *root = json_parse(text, length, MANIFEST_CEILING, file, err);
	struct rules top = { file, root, "", err };
	int result = root ? read_probe(&top, probe) : -1;
	if (!root && err) /* a broken probe.json is the user's to mend, like a wrong flag */
		err->code = ERR_USAGE;
	json_free(root);
	free(file);
	return result;
}

struct probe *probe_parse(const char *folder, const char *text, size_t length, struct err *err)
{
	struct probe *probe = mem_alloc_zero(1, sizeof(*probe));
	const char *slash = strrchr(folder, '/');
	probe->folder = mem_strdup(folder);
	probe->name = mem_strdup(slash ? slash + 1 : folder);
	if (!parse(probe, text, length, err))
		return probe;
	probe_free(probe);
	return NULL;
}

static const struct probe_metric *find_metric(const struct probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->metric_count; i++) {
		if (strcmp(probe->metrics[i].name, name) == 0)
			return &probe->metrics[i];
	}
	return NULL;
}

static const struct probe_observation *find_observation(const struct probe *probe, const char *name)
{
	for (size_t i = 0; i < probe->observation_count; i++) {
		if (strcmp(probe->observations[i].name, name) == 0)
			return &probe->observations[i];
	}
	return NULL;
}

bool probe_has_metric(const struct probe *probe, const char *name)
{
	return find_metric(probe, name) != NULL;
}

const char *probe_observation_says(const struct probe *probe, const char *name)
{
	const struct probe_observation *observation = find_observation(probe, name);
	return observation ? observation->says : NULL;
}

bool probe_metric_is_untimed(const struct probe *probe, const char *name)
{
	const struct probe_metric *metric = find_metric(probe, name);
	return metric && metric->untimed;
}

bool probe_observation_is_untimed(const struct probe *probe, const char *name)
{
	const struct probe_observation *observation = find_observation(probe, name);
	return observation && observation->untimed;
}

static void free_guests(struct probe *probe)
{
	for (size_t i = 0; i < probe->guest_count; i++) {
		struct probe_guest *guest = &probe->guests[i];
		free(guest->name);
		free(guest->toolchain);
		free(guest->source);
		free(guest->file);
		free(guest->glue);
		json_free(guest->options);
	}
	free(probe->guests);
}

static void free_lists(struct probe *probe)
{
	for (size_t i = 0; i < probe->parameter_count; i++)
		parameters_release_one(&probe->parameters[i]);
	for (size_t i = 0; i < probe->arm_count; i++)
		arm_release(&probe->arms[i]);
	for (size_t i = 0; i < probe->metric_count; i++)
		metric_release(&probe->metrics[i]);
	for (size_t i = 0; i < probe->claim_count; i++)
		claim_release(&probe->claims[i]);
	for (size_t i = 0; i < probe->observation_count; i++) {
		free(probe->observations[i].name);
		free(probe->observations[i].says);
	}
	for (size_t i = 0; i < probe->switch_count; i++)
		switch_release(&probe->switches[i]);
	free_guests(probe);
	free(probe->switches);
	free(probe->parameters);
	free(probe->arms);
	free(probe->metrics);
	free(probe->claims);
	free(probe->observations);
}

void probe_free(struct probe *probe)
{
	if (!probe)
		return;
	free_lists(probe);
	json_free(probe->browser_flags);
	plants_release(&probe->plants);
	evidence_release(&probe->evidence);
	captures_release(&probe->captures);
	free(probe->folder);
	free(probe->name);
	free(probe->title);
	free(probe->responder);
	free(probe);
}
