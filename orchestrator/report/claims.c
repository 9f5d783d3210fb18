#include "report/claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/ratios.h"
#include "report/unit.h"

static const struct interval nothing = { NAN, NAN, NAN, 0 };

static enum verdict_claim not_measurable(struct summary_claim *claim, char *why)
{
	claim->measured = nothing;
	claim->why = why;
	return CLAIM_NOT_MEASURABLE;
}

/* Nothing was measured this time: that says nothing about the claim, which more launches may decide. */
static enum verdict_claim undecided(struct summary_claim *claim, char *why)
{
	claim->measured = nothing;
	claim->why = why;
	return CLAIM_UNDECIDED;
}

/* Why an arm has no launch in the numbers, from what became of those it had. */
static char *explain_nothing(const struct summary_arm *arm, const char *what)
{
	if (arm->failed > 0)
		return mem_format("%s has no valid launch: %.300s", arm->name, arm->first_failure);
	if (arm->saturated > 0)
		return mem_format("every launch of %s was saturated: it never kept up with its load", arm->name);
	if (arm->launches > 0)
		return mem_format("no launch of %s reported %s", arm->name, what);
	return mem_format("%s has no valid launch", arm->name);
}

/* The metric of the claim's arm in the claim's unit; false with the verdict when there is none. */
static bool measure(const struct summary *summary, struct summary_claim *claim,
	enum verdict_claim *verdict)
{
	const struct probe_claim *said = claim->claim;
	const struct summary_arm *arm = summary_arm(summary, said->arm);
	const struct summary_metric *metric = summary_find(arm, said->metric);
	double factor = metric ? unit_factor(metric->unit, said->unit) : NAN;
	if (!metric || metric->interval.n == 0)
		*verdict = undecided(claim, explain_nothing(arm, said->metric));
	else if (isnan(factor))
		*verdict = not_measurable(claim, mem_format("the claim is in %s and %s is measured in %s",
			said->unit, said->metric, metric->unit));
	else
		claim->measured = (struct interval){ metric->interval.value * factor,
			metric->interval.low * factor, metric->interval.high * factor, metric->interval.n };
	return claim->why == NULL;
}

static enum verdict_claim judge_number(const struct summary *summary, struct summary_claim *claim)
{
	const char *why = "";
	const struct probe_claim *said = claim->claim;
	enum verdict_claim verdict;
	if (!measure(summary, claim, &verdict))
		return verdict;
	verdict = verdict_number(said->value, claim->measured, said->absolute_time, &why);
	size_t blocks = verdict_number_blocks(said->value, claim->measured, said->absolute_time,
		UNIT_CONFIDENCE_PERCENT / 100.0);
	claim->why = blocks > 0 ? mem_format("%s; about %zu blocks would decide it", why, blocks)
		: mem_strdup(why);
	return verdict;
}

/* Without a figure nothing can be decided, whatever was measured: that is shown. */
static enum verdict_claim judge_unstated(const struct summary *summary, struct summary_claim *claim)
{
	enum verdict_claim verdict;
	if (measure(summary, claim, &verdict))
		claim->why = mem_strdup(claim->claim->missing);
	return CLAIM_NOT_MEASURABLE;
}

static enum verdict_claim judge_exceeds(const struct cohort *cohort, const struct summary *summary,
	struct summary_claim *claim)
{
	const char *why = "";
	const struct probe_claim *said = claim->claim;
	const struct summary_arm *arms[] = { summary_arm(summary, said->arm),
		summary_arm(summary, said->against) };
	for (size_t i = 0; i < 2; i++) {
		const struct summary_metric *metric = summary_find(arms[i], said->metric);
		if (!metric || metric->interval.n == 0)
			return undecided(claim, explain_nothing(arms[i], said->metric));
	}
	const char *unit = summary_find(arms[0], said->metric)->unit;
	claim->measured = ratios_interval(cohort, said->metric, unit, said->arm, said->against);
	if (claim->measured.n == 0)
		return undecided(claim, mem_format("no block holds a ratio of the two arms' %s",
			said->metric));
	if (claim->measured.n < verdict_least_blocks(1)) {
		claim->why = mem_format("%zu blocks hold the ratio; a comparison needs at least %zu",
			claim->measured.n, verdict_least_blocks(1));
		return CLAIM_UNDECIDED;
	}
	enum verdict_claim verdict = verdict_exceeds(said->value, claim->measured, &why);
	claim->why = mem_strdup(why);
	return verdict;
}

/* An observation is in the page's report, as true or false (or a count). */
static bool read_observation(const struct cohort_member *member, const char *name, bool *seen)
{
	const struct json *value = json_get(json_get(member->launch->report, "observations"), name);
	if (!value || json_type(value) == JSON_NULL)
		return false;
	*seen = json_as_bool(value, json_as_number(value, 0) != 0);
	return true;
}

static enum verdict_claim judge_mechanism(const struct cohort *cohort,
	const struct summary *summary, struct summary_claim *claim)
{
	const char *why = "";
	const struct probe_claim *said = claim->claim;
	size_t arm = cohort_arm(cohort, said->arm);
	for (size_t i = 0; i < cohort->count; i++) {
		bool seen = false;
		const struct cohort_member *member = &cohort->members[i];
		if (member->arm != arm || !member->counts
			|| !read_observation(member, said->observation, &seen))
			continue;
		claim->replicates++;
		claim->observed += seen;
	}
	if (claim->replicates == 0)
		return undecided(claim,
			explain_nothing(summary_arm(summary, said->arm), said->observation));
	claim->measured = interval_wilson(claim->observed, claim->replicates,
		UNIT_CONFIDENCE_PERCENT / 100.0);
	enum verdict_claim verdict = verdict_mechanism(claim->observed, claim->replicates, &why);
	claim->why = mem_strdup(why);
	return verdict;
}

static enum verdict_claim judge(const struct cohort *cohort, const struct summary *summary,
	struct summary_claim *claim)
{
	switch (claim->claim->rule) {
	case PROBE_CLAIM_NUMBER: return judge_number(summary, claim);
	case PROBE_CLAIM_EXCEEDS: return judge_exceeds(cohort, summary, claim);
	case PROBE_CLAIM_MECHANISM: return judge_mechanism(cohort, summary, claim);
	case PROBE_CLAIM_UNSTATED: return judge_unstated(summary, claim);
	}
	return not_measurable(claim, mem_strdup("its rule is unknown"));
}

void claims_judge(const struct cohort *cohort, const struct probe *probe, struct summary *summary)
{
	summary->claims = mem_alloc_zero(probe->claim_count, sizeof *summary->claims);
	for (size_t i = 0; i < probe->claim_count; i++) {
		const struct probe_claim *said = &probe->claims[i];
		if (!summary_arm(summary, said->arm)
			|| (said->against && !summary_arm(summary, said->against)))
			continue;
		struct summary_claim *claim = &summary->claims[summary->claim_count++];
		claim->claim = said;
		claim->measured = nothing;
		claim->verdict = judge(cohort, summary, claim);
	}
}

/* store_claims_put() borrows: nothing is copied, nothing changed. */
static struct store_claim as_stored(const struct summary_claim *claim)
{
	return (struct store_claim){ .id = claim->claim->id, .reading = claim->claim->reading,
		.verdict = (char *)verdict_claim_name(claim->verdict), .why = claim->why,
		.value = claim->measured.value, .low = claim->measured.low, .high = claim->measured.high,
		.n = claim->measured.n };
}

int claims_keep(struct store *store, const struct summary *summary, struct err *err)
{
	struct store_claim *claims = mem_alloc_zero(summary->claim_count, sizeof *claims);
	for (size_t i = 0; i < summary->claim_count; i++)
		claims[i] = as_stored(&summary->claims[i]);
	int result = store_claims_put(store, summary->run.id, claims, summary->claim_count, err);
	free(claims);
	return result;
}
