#include "report/traced.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/unit.h"
#include "stats/interval.h"
#include "stats/interval_unpaired.h"
#include "stats/quantile.h"

/* Two intervals of each traced arm are looked at; all of them together are to hold in 95 % of runs
 * (Bonferroni), lest every other run finds an arm that is not representative. */
static double each_confidence(const struct cohort *cohort)
{
	size_t arms = 0;
	for (size_t a = 0; a < cohort->arm_count; a++) {
		bool traced = false;
		for (size_t i = 0; i < cohort->count; i++)
			traced |= cohort->members[i].arm == a && cohort->members[i].counts_traced;
		arms += traced;
	}
	return 1 - (1 - UNIT_CONFIDENCE_PERCENT / 100.0) / (double)(2 * (arms ? arms : 1));
}

static void keep_first(char **first, const char *text)
{
	if (!*first && text)
		*first = mem_strdup(text);
}

static void count_trace(struct summary_traced *traced, const struct json *environment)
{
	const struct json *trace = json_get(environment, "trace");
	const char *failed = json_text(trace, "failed", NULL);
	bool kept = json_bool(json_get(trace, "ring"), "episode", true);
	if (!failed && !kept) {
		traced->without_episode++;
	} else if (failed) {
		traced->untraceable++;
		keep_first(&traced->first_untraceable, failed);
	} else if (json_bool(trace, "lossy", false)) {
		traced->lossy++;
		keep_first(&traced->first_lost, json_text(trace, "lost", NULL));
	}
}

/* ---- causes ---- */

static struct summary_cause *cause_of(struct summary_traced *traced, const char *name)
{
	for (size_t i = 0; i < traced->cause_count; i++) {
		if (strcmp(traced->causes[i].name, name) == 0)
			return &traced->causes[i];
	}
	traced->causes = mem_resize(traced->causes, traced->cause_count + 1, sizeof *traced->causes);
	struct summary_cause *cause = &traced->causes[traced->cause_count++];
	*cause = (struct summary_cause){ .name = mem_strdup(name) };
	return cause;
}

static void add_causes(struct summary_traced *traced, const struct cohort_member *member)
{
	const struct store_explanation *explanation = &member->explanation;
	traced->explained += explanation->explained;
	if (explanation->refusal) {
		traced->refused++;
		keep_first(&traced->first_refusal, explanation->refusal);
	}
	for (size_t i = 0; i < explanation->cause_count; i++) {
		struct summary_cause *cause = cause_of(traced, explanation->causes[i].name);
		cause->episodes += explanation->causes[i].episodes;
		cause->ms += explanation->causes[i].ms;
	}
}

static int largest_first(const void *a, const void *b)
{
	const struct summary_cause *x = a, *y = b;
	return x->ms > y->ms ? -1 : x->ms < y->ms ? 1 : strcmp(x->name, y->name);
}

static void share_causes(struct summary_traced *traced)
{
	double sum_ms = 0;
	for (size_t i = 0; i < traced->cause_count; i++)
		sum_ms += traced->causes[i].ms;
	for (size_t i = 0; i < traced->cause_count; i++)
		traced->causes[i].share = sum_ms > 0 ? traced->causes[i].ms / sum_ms : NAN;
	if (traced->cause_count > 0)
		qsort(traced->causes, traced->cause_count, sizeof *traced->causes, largest_first);
}

static void count_traced(struct summary_traced *traced, const struct cohort_member *member)
{
	if (!member->launch->traced || !store_launch_is_finished(member->launch))
		return;
	count_trace(traced, member->launch->environment);
	if (member->counts_traced) {
		traced->launches++;
		traced->episodes += member->episodes;
		add_causes(traced, member);
	} else {
		traced->not_valid++;
		keep_first(&traced->first_not_valid, member->launch->reason);
	}
}

static double window_ms(const struct cohort_member *member)
{
	double value = cohort_value(member, "window_ms");
	return isnan(value) ? 0 : value;
}

static void compare_p95(const struct cohort *cohort, size_t arm, double confidence,
	struct summary_traced *traced)
{
	double *a = mem_alloc_zero(cohort->count, sizeof *a), *b = mem_alloc_zero(cohort->count, sizeof *b);
	size_t na = cohort_traced_values(cohort, arm, "response_p95", a);
	size_t nb = cohort_values(cohort, arm, "response_p95", b);
	traced->response_p95 = unit_interval("response_p95", "ms", a, na, UNIT_CONFIDENCE_PERCENT / 100.0);
	traced->p95_ratio = interval_unpaired_ratio(a, na, b, nb, unit_floor("ms"), confidence);
	free(a);
	free(b);
}

/* Traced and untraced launches of the same blocks: what they share drops out. */
static struct interval compare_in_blocks(const struct cohort *cohort, size_t arm, const char *metric, double confidence)
{
	double *a = mem_alloc_zero((size_t)cohort->blocks + 1, sizeof *a), *b = mem_alloc_zero((size_t)cohort->blocks + 1, sizeof *b);
	size_t count = cohort_observer_pairs(cohort, arm, metric, a, b);
	struct interval ratio = interval_ratio(a, b, count, unit_floor("ms"), confidence);
	free(a);
	free(b);
	return ratio;
}

static struct summary_delay delay_of(const struct cohort *cohort, size_t arm, const char *key)
{
	double *values = mem_alloc_zero(cohort->count + 1, sizeof *values);
	struct summary_delay delay = { 0, NAN, NAN };
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		double ms = json_number(json_get(json_get(member->launch->environment, "trace"), "ring"), key, NAN);
		if (member->arm == arm && member->counts_traced && !isnan(ms))
			values[delay.count++] = ms;
	}
	delay.median_ms = quantile(values, delay.count, 0.5);
	delay.longest_ms = quantile(values, delay.count, 1);
	free(values);
	return delay;
}

/* NaN bounds exclude nothing. */
static bool excludes_one(struct interval ratio)
{
	return ratio.low > 1 || ratio.high < 1;
}

void traced_summarise(const struct cohort *cohort, size_t arm, struct summary_traced *traced)
{
	double traced_ms = 0, untraced_ms = 0;
	double confidence = each_confidence(cohort);
	*traced = (struct summary_traced){ .rate_ratio = { NAN, NAN, NAN, 0 }, .p50_ratio = { NAN, NAN, NAN, 0 } };
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		if (member->arm != arm)
			continue;
		count_traced(traced, member);
		traced_ms += member->counts_traced ? window_ms(member) : 0;
		bool untraced = member->counts || member->is_companion;
		untraced_ms += untraced ? window_ms(member) : 0;
		traced->untraced_episodes += untraced ? member->episodes : 0;
		traced->companions += member->is_companion;
	}
	share_causes(traced);
	compare_p95(cohort, arm, confidence, traced);
	if (traced->companions > 0) {
		traced->p95_ratio = compare_in_blocks(cohort, arm, "response_p95", confidence);
		traced->p50_ratio = compare_in_blocks(cohort, arm, "response_p50", confidence);
	}
	traced->stop_asked = delay_of(cohort, arm, "stop_asked_after_ms");
	traced->last_event = delay_of(cohort, arm, "last_event_after_ms");
	if (traced_ms > 0 && untraced_ms > 0)
		traced->rate_ratio = interval_rate_ratio(traced->episodes, traced_ms,
			traced->untraced_episodes, untraced_ms, confidence);
	traced->compared = !isnan(traced->p95_ratio.low) || !isnan(traced->rate_ratio.low);
	traced->representative = traced->compared && !excludes_one(traced->p95_ratio)
		&& !excludes_one(traced->rate_ratio);
}

void traced_release(struct summary_traced *traced)
{
	free(traced->first_not_valid);
	free(traced->first_untraceable);
	free(traced->first_lost);
	free(traced->first_refusal);
	for (size_t i = 0; i < traced->cause_count; i++)
		free(traced->causes[i].name);
	free(traced->causes);
}
