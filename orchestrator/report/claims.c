#include "report/claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/ratios.h"
#include "report/unit.h"

enum { QUICK_BLOCKS = 2 };

static const struct interval nothing = { NAN, NAN, NAN, 0 };

/* What verdicts are made from, and with. */
struct judge {
	const struct cohort *cohort;
	const struct summary *summary;
	double confidence;       /* of intervals, corrected for the looks at the run */
	size_t least_blocks;     /* of a ratio that is not the same in every launch */
};

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
		return mem_format("%s has no valid launch: %.*s", arm->name, (int)strcspn(arm->first_failure, "\n"),
			arm->first_failure);
	if (arm->saturated > 0)
		return mem_format("every launch of %s was saturated: it never kept up with its load", arm->name);
	if (arm->launches > 0)
		return mem_format("no launch of %s reported %s", arm->name, what);
	if (arm->void_count > 0)
		return mem_format("%s has no valid launch: all %zu were void, as on a busy machine", arm->name, arm->void_count);
	return mem_format("%s has no valid launch", arm->name);
}

static struct interval interval_of(const struct judge *judge, const struct probe_claim *said,
	const struct summary_metric *metric)
{
	double *values = mem_alloc_zero(judge->cohort->count + 1, sizeof *values);
	size_t count = cohort_values(judge->cohort, cohort_arm(judge->cohort, said->arm), said->metric, values);
	struct interval interval = unit_interval(said->metric, metric->unit, values, count, judge->confidence);
	free(values);
	return interval;
}

/* The metric of the claim's arm in the claim's unit; false with the verdict when there is none. */
static bool measure(const struct judge *judge, struct summary_claim *claim,
	enum verdict_claim *verdict)
{
	const struct probe_claim *said = claim->claim;
	const struct summary_arm *arm = summary_arm(judge->summary, said->arm);
	const struct summary_metric *metric = summary_find(arm, said->metric);
	struct interval interval = metric ? interval_of(judge, said, metric) : nothing;
	double factor = metric ? unit_factor(metric->unit, said->unit) : NAN;
	if (interval.n == 0)
		*verdict = undecided(claim, explain_nothing(arm, said->metric));
	else if (isnan(factor))
		*verdict = not_measurable(claim, mem_format("the claim is in %s and %s is measured in %s",
			said->unit, said->metric, metric->unit));
	else
		claim->measured = (struct interval){ interval.value * factor, interval.low * factor,
			interval.high * factor, interval.n };
	return claim->why == NULL;
}

struct verdict_range claims_claimed(const struct probe_claim *said)
{
	return (struct verdict_range){ said->value / said->per, said->to / said->per };
}

bool claims_are_provisional(const struct summary *summary)
{
	const struct json *evidence = json_get(summary->run.spec, "evidence");
	return strcmp(json_text(evidence, "mode", ""), evidence_mode_name(EVIDENCE_QUICK)) == 0;
}

/* Of what was measured; the claimed value is one call's. */
static enum verdict_claim judge_value(const struct judge *judge, struct summary_claim *claim, const char *replicates)
{
	const char *why = "";
	const struct probe_claim *said = claim->claim;
	struct verdict_range claimed = claims_claimed(said);
	enum verdict_claim verdict = verdict_number(claimed, claim->measured, said->absolute_time, &why);
	size_t blocks = verdict_number_blocks(claimed, claim->measured, said->absolute_time,
		judge->confidence);
	claim->why = blocks > 0 ? mem_format("%s; about %zu %s would decide it", why, blocks, replicates)
		: mem_strdup(why);
	return verdict;
}

static enum verdict_claim judge_number(const struct judge *judge, struct summary_claim *claim)
{
	enum verdict_claim verdict;
	if (!measure(judge, claim, &verdict))
		return verdict;
	return judge_value(judge, claim, "launches");
}

/* The same in every launch, and there are two at least: a size, a count, which has no scatter. */
static bool is_determinate(const struct interval *interval)
{
	return interval->n >= 2 && interval->low == interval->high;
}

/* arm ÷ against, inside blocks; false with the verdict when there is none. */
static bool measure_ratio(const struct judge *judge, struct summary_claim *claim, enum verdict_claim *verdict)
{
	const struct probe_claim *said = claim->claim;
	const struct summary_arm *arms[] = { summary_arm(judge->summary, said->arm),
		summary_arm(judge->summary, said->against) };
	for (size_t i = 0; i < 2; i++) {
		const struct summary_metric *metric = summary_find(arms[i], said->metric);
		if (!metric || metric->interval.n == 0) {
			*verdict = undecided(claim, explain_nothing(arms[i], said->metric));
			return false;
		}
	}
	const struct summary_metric *top = summary_find(arms[0], said->metric);
	bool determinate = is_determinate(&top->interval)
		&& is_determinate(&summary_find(arms[1], said->metric)->interval);
	claim->measured = ratios_interval(judge->cohort, said->metric, top->unit, said->arm, said->against,
		judge->confidence);
	if (claim->measured.n == 0)
		*verdict = undecided(claim, mem_format("no block holds a ratio of the two arms' %s",
			said->metric));
	else if (!determinate && claim->measured.n < judge->least_blocks) {
		*verdict = CLAIM_UNDECIDED;
		claim->why = mem_format("%zu blocks hold the ratio; a comparison needs at least %zu",
			claim->measured.n, judge->least_blocks);
	}
	return claim->why == NULL;
}

static enum verdict_claim judge_ratio(const struct judge *judge, struct summary_claim *claim)
{
	enum verdict_claim verdict;
	if (!measure_ratio(judge, claim, &verdict))
		return verdict;
	return judge_value(judge, claim, "blocks");
}

static enum verdict_claim judge_exceeds(const struct judge *judge, struct summary_claim *claim)
{
	const char *why = "";
	enum verdict_claim verdict;
	if (!measure_ratio(judge, claim, &verdict))
		return verdict;
	verdict = verdict_exceeds(claim->claim->value, claim->measured, &why);
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

/* In how many launches it was seen; false with the verdict when none says. */
static bool observe(const struct judge *judge, struct summary_claim *claim, enum verdict_claim *verdict)
{
	const struct probe_claim *said = claim->claim;
	size_t arm = cohort_arm(judge->cohort, said->arm);
	for (size_t i = 0; i < judge->cohort->count; i++) {
		bool seen = false;
		const struct cohort_member *member = &judge->cohort->members[i];
		if (member->arm != arm || !cohort_counts_observation(judge->cohort, member, said->observation)
			|| !read_observation(member, said->observation, &seen))
			continue;
		claim->replicates++;
		claim->observed += seen;
	}
	if (claim->replicates == 0) {
		*verdict = undecided(claim,
			explain_nothing(summary_arm(judge->summary, said->arm), said->observation));
		return false;
	}
	claim->measured = interval_wilson(claim->observed, claim->replicates,
		judge->confidence);
	return true;
}

static enum verdict_claim judge_mechanism(const struct judge *judge, struct summary_claim *claim)
{
	const char *why = "";
	enum verdict_claim verdict;
	if (!observe(judge, claim, &verdict))
		return verdict;
	verdict = verdict_mechanism(claim->observed, claim->replicates, &why);
	claim->why = mem_strdup(why);
	return verdict;
}

/* The attempt at what is said not to exist has to fail: once it does not, the claim can be measured after all. */
static enum verdict_claim judge_attempt(const struct judge *judge, struct summary_claim *claim)
{
	enum verdict_claim verdict;
	if (!observe(judge, claim, &verdict))
		return verdict;
	if (claim->observed == 0) {
		claim->why = mem_strdup(claim->claim->missing);
		return CLAIM_NOT_MEASURABLE;
	}
	claim->why = mem_format("%s was taken to be impossible, and was seen", claim->claim->observation);
	return CLAIM_UNDECIDED;
}

/* Without a figure nothing can be decided, whatever was measured: that is shown. */
static enum verdict_claim judge_unstated(const struct judge *judge, struct summary_claim *claim)
{
	enum verdict_claim verdict;
	if (claim->claim->observation)
		return judge_attempt(judge, claim);
	if (measure(judge, claim, &verdict))
		claim->why = mem_strdup(claim->claim->missing);
	return CLAIM_NOT_MEASURABLE;
}

static enum verdict_claim decide(const struct judge *judge, struct summary_claim *claim)
{
	switch (claim->claim->rule) {
	case PROBE_CLAIM_NUMBER: return judge_number(judge, claim);
	case PROBE_CLAIM_RATIO: return judge_ratio(judge, claim);
	case PROBE_CLAIM_EXCEEDS: return judge_exceeds(judge, claim);
	case PROBE_CLAIM_MECHANISM: return judge_mechanism(judge, claim);
	case PROBE_CLAIM_UNSTATED: return judge_unstated(judge, claim);
	}
	return not_measurable(claim, mem_strdup("its rule is unknown"));
}

/* Whether a launch that is void for times has its part in the claim's figure. */
static bool counts_beside_load(const struct judge *judge, const struct probe_claim *said, const struct cohort_member *member)
{
	bool seen;
	if (member->counts)
		return false;
	if (said->observation)
		return cohort_counts_observation(judge->cohort, member, said->observation)
			&& read_observation(member, said->observation, &seen);
	return cohort_counts_metric(judge->cohort, member, said->metric) && !isnan(cohort_value(member, said->metric));
}

/* Says how many such launches there are: the figure's n counts them. */
static void tell_load(const struct judge *judge, struct summary_claim *claim)
{
	const struct probe_claim *said = claim->claim;
	size_t arm = cohort_arm(judge->cohort, said->arm), count = 0;
	size_t against = said->against ? cohort_arm(judge->cohort, said->against) : arm;
	for (size_t i = 0; i < judge->cohort->count; i++) {
		const struct cohort_member *member = &judge->cohort->members[i];
		bool is_asked = member->arm == arm || member->arm == against;
		count += is_asked && counts_beside_load(judge, said, member);
	}
	if (count == 0)
		return;
	char *why = mem_format("%zu %s void for times, which this is not; %s", count, count == 1 ? "launch is" : "launches are",
		claim->why);
	free(claim->why);
	claim->why = why;
}

/* Of several looks at one run each takes its part of the chance of being wrong (Bonferroni). A quick run's verdicts are
 * provisional, and need no six blocks. */
static struct judge make_judge(const struct cohort *cohort, const struct summary *summary)
{
	const struct json *evidence = json_get(summary->run.spec, "evidence");
	double looks = fmax(1, json_number(evidence, "looks", 1));
	return (struct judge){ .cohort = cohort, .summary = summary,
		.confidence = 1 - (1 - UNIT_CONFIDENCE_PERCENT / 100.0) / looks,
		.least_blocks = claims_are_provisional(summary) ? QUICK_BLOCKS : verdict_least_blocks(1) };
}

void claims_judge(const struct cohort *cohort, const struct probe *probe, struct summary *summary)
{
	struct judge judge = make_judge(cohort, summary);
	summary->claims = mem_alloc_zero(probe->claim_count, sizeof *summary->claims);
	for (size_t i = 0; i < probe->claim_count; i++) {
		const struct probe_claim *said = &probe->claims[i];
		if (!summary_arm(summary, said->arm)
			|| (said->against && !summary_arm(summary, said->against)))
			continue;
		struct summary_claim *claim = &summary->claims[summary->claim_count++];
		claim->claim = said;
		claim->measured = nothing;
		claim->verdict = decide(&judge, claim);
		tell_load(&judge, claim);
	}
}

/* Whether more of the same, up to so many replicates, may decide what is not. */
static bool would_gain(const struct judge *judge, const struct summary_claim *claim, size_t most_blocks)
{
	const struct probe_claim *said = claim->claim;
	if (claim->verdict != CLAIM_UNDECIDED || claim->measured.n < 2)
		return false;
	if (said->rule == PROBE_CLAIM_EXCEEDS)
		return true;
	if (said->rule != PROBE_CLAIM_NUMBER && said->rule != PROBE_CLAIM_RATIO)
		return false;
	struct verdict_range claimed = claims_claimed(said);
	size_t blocks = verdict_number_blocks(claimed, claim->measured, said->absolute_time, judge->confidence);
	return blocks > 0 && blocks <= most_blocks;
}

bool claims_would_gain(const struct summary *summary, size_t most_blocks)
{
	struct judge judge = make_judge(NULL, summary);
	for (size_t i = 0; i < summary->claim_count; i++) {
		if (would_gain(&judge, &summary->claims[i], most_blocks))
			return true;
	}
	return false;
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
