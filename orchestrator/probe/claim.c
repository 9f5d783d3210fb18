#include "probe/claim.h"

#include <stdlib.h>
#include <string.h>

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
	for (size_t i = 0; i < probe->metric_count; i++) {
		if (strcmp(probe->metrics[i].name, claim->metric) == 0)
			return 0;
	}
	return rules_bad(rules, "metric", "names \"%s\", which is not in \"metrics\"", claim->metric);
}

static int read_number(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	static const char *const keys[] = { "id", "section", "says", "reading", "rule", "arm",
		"metric", "value", "unit", "absolute_time", NULL };
	if (rules_known(rules, keys) || read_metric(rules, probe, claim)
	    || rules_positive(rules, "value", 0, &claim->value)
	    || rules_text(rules, "unit", NULL, &claim->unit))
		return -1;
	return rules_bool(rules, "absolute_time", false, &claim->absolute_time);
}

static int read_exceeds(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	static const char *const keys[] = { "id", "section", "says", "reading", "rule", "arm",
		"metric", "against", "factor", NULL };
	if (rules_known(rules, keys) || read_metric(rules, probe, claim)
	    || rules_text(rules, "against", NULL, &claim->against)
	    || check_arm(rules, probe, "against", claim->against)
	    || rules_positive(rules, "factor", 0, &claim->value))
		return -1;
	if (strcmp(claim->against, claim->arm) == 0)
		return rules_bad(rules, "against", "names the claim's own arm");
	return rules_text(rules, "unit", "ratio", &claim->unit);
}

static int read_mechanism(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	static const char *const keys[] = { "id", "section", "says", "reading", "rule", "arm",
		"observation", NULL };
	if (rules_known(rules, keys)
	    || rules_text(rules, "observation", NULL, &claim->observation))
		return -1;
	for (size_t i = 0; i < probe->observation_count; i++) {
		if (strcmp(probe->observations[i].name, claim->observation) == 0)
			return 0;
	}
	return rules_bad(rules, "observation", "names \"%s\", which is not in \"observations\"",
		claim->observation);
}

static int read_unstated(const struct rules *rules, const struct probe *probe,
	struct probe_claim *claim)
{
	static const char *const keys[] = { "id", "section", "says", "reading", "rule", "arm",
		"metric", "unit", "missing", NULL };
	if (rules_known(rules, keys) || read_metric(rules, probe, claim)
	    || rules_text(rules, "unit", NULL, &claim->unit))
		return -1;
	return rules_text(rules, "missing", NULL, &claim->missing);
}

int claim_read(const struct rules *rules, const struct probe *probe, struct probe_claim *claim)
{
	static const char *const kinds[] = { "number", "exceeds", "mechanism", "unstated",
		NULL };
	static int (*const readers[])(const struct rules *, const struct probe *,
		struct probe_claim *) = { read_number, read_exceeds, read_mechanism, read_unstated };
	int rule;
	if (rules_choice(rules, "rule", kinds, -1, &rule)
	    || rules_name(rules, "id", &claim->id)
	    || rules_text(rules, "section", NULL, &claim->section)
	    || rules_text(rules, "says", NULL, &claim->says)
	    || rules_text_optional(rules, "reading", &claim->reading)
	    || rules_text(rules, "arm", NULL, &claim->arm)
	    || check_arm(rules, probe, "arm", claim->arm))
		return -1;
	claim->rule = (enum probe_claim_rule)rule;
	return readers[rule](rules, probe, claim);
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
}
