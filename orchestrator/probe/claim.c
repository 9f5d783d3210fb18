#include "probe/claim.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { KEYS_MAX = 24 };

static int check_arm(const struct rules *rules, const struct probe *probe, const char *key,
	const char *name)
{
	for (size_t i = 0; i < probe->arm_count; i++) {
		if (strcmp(probe->arms[i].name, name) == 0)
			return 0;
	}
	return rules_bad(rules, key, "names \"%s\", which is no arm of this probe", name);
}

static int read_metric(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	if (rules_text(rules, "metric", NULL, &claim->metric))
		return -1;
	if (probe_has_metric(probe, claim->metric))
		return 0;
	return rules_bad(rules, "metric", "names \"%s\", which is not in \"metrics\"", claim->metric);
}

static int read_observation(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	if (rules_text(rules, "observation", NULL, &claim->observation))
		return -1;
	claim->observes = probe_observation_says(probe, claim->observation);
	if (claim->observes)
		return 0;
	return rules_bad(rules, "observation", "names \"%s\", which is not in \"observations\"",
		claim->observation);
}

static int read_against(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	if (rules_text(rules, "against", NULL, &claim->against)
	    || check_arm(rules, probe, "against", claim->against))
		return -1;
	if (strcmp(claim->against, claim->arm) == 0)
		return rules_bad(rules, "against", "names the claim's own arm");
	return 0;
}

/* A number, or the range from it to another. */
static int read_value(const struct rules *rules, struct probe_claim *claim)
{
	if (rules_positive(rules, "value", 0, &claim->value)
	    || rules_positive(rules, "to", claim->value, &claim->to))
		return -1;
	return claim->to >= claim->value ? 0 : rules_bad(rules, "to", "must not be less than the value");
}

static int read_number(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	if (read_metric(rules, probe, claim) || read_value(rules, claim)
	    || rules_text(rules, "unit", NULL, &claim->unit)
	    || rules_positive(rules, "per", 1, &claim->per))
		return -1;
	return rules_bool(rules, "absolute_time", false, &claim->absolute_time);
}

static int read_ratio(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	claim->unit = mem_strdup("ratio");
	return read_metric(rules, probe, claim) || read_against(rules, probe, claim)
		|| read_value(rules, claim) ? -1 : 0;
}

static int read_exceeds(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	claim->unit = mem_strdup("ratio");
	return read_metric(rules, probe, claim) || read_against(rules, probe, claim)
		|| rules_positive(rules, "factor", 0, &claim->value) ? -1 : 0;
}

/* What was measured, or whether an attempt at what the claim takes for granted succeeded. */
static int read_unstated(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	if (rules_text(rules, "missing", NULL, &claim->missing))
		return -1;
	if (json_get(rules->object, "observation") && json_get(rules->object, "metric"))
		return rules_bad(rules, "observation", "stands beside a metric: one of the two");
	if (json_get(rules->object, "observation"))
		return read_observation(rules, probe, claim);
	return read_metric(rules, probe, claim)
		|| rules_text(rules, "unit", NULL, &claim->unit) ? -1 : 0;
}

static int read_because(const struct rules *rules, struct probe_claim *claim)
{
	static const char *const keys[] = { "confirmed", "refuted", "undecided", "not-measurable", NULL };
	const struct json *object;
	if (rules_object(rules, "because", &object))
		return -1;
	char *place = mem_format("%s.because", rules->place);
	struct rules inner = { rules->file, object, place, rules->err };
	int result = object ? rules_known(&inner, keys) : 0;
	for (size_t i = 0; object && i < PROBE_VERDICTS && !result; i++)
		result = rules_text_optional(&inner, keys[i], &claim->because[i]);
	free(place);
	return result;
}

struct rule_reader {
	const char *const keys[KEYS_MAX]; /* beyond those that all have */
	int (*read)(const struct rules *rules, const struct probe *probe, struct probe_claim *claim);
};

static int check_keys(const struct rules *rules, const struct rule_reader *reader)
{
	static const char *const common[] = { "id", "section", "says", "reading", "rule", "arm", "source",
		"because", NULL };
	const char *keys[KEYS_MAX];
	size_t count = 0;
	for (size_t i = 0; common[i]; i++)
		keys[count++] = common[i];
	for (size_t i = 0; reader->keys[i]; i++)
		keys[count++] = reader->keys[i];
	keys[count] = NULL;
	return rules_known(rules, keys);
}

static int read_common(const struct rules *rules, const struct probe *probe, struct probe_claim *claim)
{
	claim->per = 1;
	if (rules_name(rules, "id", &claim->id)
	    || rules_text(rules, "section", NULL, &claim->section)
	    || rules_text(rules, "says", NULL, &claim->says)
	    || rules_text_optional(rules, "reading", &claim->reading)
	    || rules_text_optional(rules, "source", &claim->source)
	    || rules_text(rules, "arm", NULL, &claim->arm))
		return -1;
	return check_arm(rules, probe, "arm", claim->arm) || read_because(rules, claim) ? -1 : 0;
}

int claim_read(const struct rules *rules, const struct probe *probe, struct probe_claim *claim)
{
	static const char *const kinds[] = { "number", "ratio", "exceeds", "mechanism", "unstated", NULL };
	static const struct rule_reader readers[] = {
		[PROBE_CLAIM_NUMBER] = { { "metric", "value", "to", "unit", "per", "absolute_time" }, read_number },
		[PROBE_CLAIM_RATIO] = { { "metric", "against", "value", "to" }, read_ratio },
		[PROBE_CLAIM_EXCEEDS] = { { "metric", "against", "factor" }, read_exceeds },
		[PROBE_CLAIM_MECHANISM] = { { "observation" }, read_observation },
		[PROBE_CLAIM_UNSTATED] = { { "metric", "unit", "observation", "missing" }, read_unstated },
	};
	int rule;
	if (rules_choice(rules, "rule", kinds, -1, &rule) || check_keys(rules, &readers[rule])
	    || read_common(rules, probe, claim))
		return -1;
	claim->rule = (enum probe_claim_rule)rule;
	return readers[rule].read(rules, probe, claim);
}

const char *claim_rule_name(enum probe_claim_rule rule)
{
	switch (rule) {
	case PROBE_CLAIM_NUMBER: return "number";
	case PROBE_CLAIM_RATIO: return "ratio";
	case PROBE_CLAIM_EXCEEDS: return "exceeds";
	case PROBE_CLAIM_MECHANISM: return "mechanism";
	case PROBE_CLAIM_UNSTATED: return "unstated";
	}
	abort();
}

void claim_release(struct probe_claim *claim)
{
	free(claim->id);
	free(claim->section);
	free(claim->says);
	free(claim->metric);
	free(claim->observation);
	free(claim->arm);
	free(claim->against);
	free(claim->reading);
	free(claim->missing);
	free(claim->unit);
	free(claim->source);
	for (size_t i = 0; i < PROBE_VERDICTS; i++)
		free(claim->because[i]);
}
