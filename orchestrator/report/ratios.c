#include "report/ratios.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/unit.h"
#include "stats/permutation.h"

static const double alpha = 0.05;
static const double floor_factor = 3; /* docs/METHOD.md §3: "at the floor" */

/* Paired values of one comparison. */
struct pairs {
	double *a, *b;
	size_t count;
	double floor;            /* as interval_ratio() wants it */
};

static const struct interval nothing = { NAN, NAN, NAN, 0 };

/* Without a floor a value ≤ 0 has no ratio, and so has none of its comparison. */
static bool have_ratios(const struct pairs *pairs)
{
	for (size_t i = 0; i < pairs->count; i++) {
		if (pairs->floor <= 0 && (pairs->a[i] <= 0 || pairs->b[i] <= 0))
			return false;
	}
	return pairs->count > 0;
}

static struct pairs find_pairs(const struct cohort *cohort, const char *metric, const char *unit,
	const char *a, const char *b, bool with_void)
{
	struct pairs pairs = { .floor = unit_floor(unit) };
	pairs.a = mem_alloc_zero((size_t)cohort->blocks, sizeof *pairs.a);
	pairs.b = mem_alloc_zero((size_t)cohort->blocks, sizeof *pairs.b);
	pairs.count = cohort_pairs(cohort, cohort_arm(cohort, a), cohort_arm(cohort, b), metric,
		with_void, pairs.a, pairs.b);
	if (!have_ratios(&pairs))
		pairs.count = 0;
	if (pairs.floor <= 0)
		pairs.floor = DBL_MIN; /* raises nothing: every value is positive */
	return pairs;
}

static void release_pairs(struct pairs *pairs)
{
	free(pairs->a);
	free(pairs->b);
}

static struct interval pairs_interval(const struct pairs *pairs, double confidence)
{
	if (pairs->count == 0)
		return nothing;
	return interval_ratio(pairs->a, pairs->b, pairs->count, pairs->floor, confidence);
}

static double pairs_p(const struct pairs *pairs, uint64_t seed)
{
	if (pairs->count == 0)
		return NAN;
	double *differences = mem_alloc_zero(pairs->count, sizeof *differences);
	interval_log_ratios(pairs->a, pairs->b, pairs->count, pairs->floor, differences);
	double p = permutation_sign_flip(differences, pairs->count, seed);
	free(differences);
	return p;
}

struct interval ratios_interval(const struct cohort *cohort, const char *metric, const char *unit,
	const char *a, const char *b, double confidence)
{
	struct pairs pairs = find_pairs(cohort, metric, unit, a, b, false);
	struct interval interval = pairs_interval(&pairs, confidence);
	release_pairs(&pairs);
	return interval;
}

/* ---- the named comparisons ---- */

static const char *unit_of(const struct summary *summary, const struct summary_ratio *ratio)
{
	const char *names[] = { ratio->a, ratio->b };
	for (size_t i = 0; i < 2; i++) {
		const struct summary_metric *metric = summary_find(summary_arm(summary, names[i]),
			ratio->metric);
		if (metric)
			return metric->unit;
	}
	return "";
}

static bool has_void(const struct summary *summary, const struct summary_ratio *ratio)
{
	return summary_arm(summary, ratio->a)->void_count + summary_arm(summary, ratio->b)->void_count > 0;
}

static bool is_at_floor(const struct summary *summary, const struct summary_ratio *ratio)
{
	const struct summary_metric *a = summary_find(summary_arm(summary, ratio->a), ratio->metric);
	const struct summary_metric *b = summary_find(summary_arm(summary, ratio->b), ratio->metric);
	if (isnan(summary->floor_p95_ms) || strncmp(ratio->metric, "response_", 9) != 0 || !a || !b)
		return false;
	double limit = floor_factor * summary->floor_p95_ms;
	return a->interval.value <= limit && b->interval.value <= limit;
}

static void measure(const struct cohort *cohort, const struct summary *summary,
	struct summary_ratio *ratio)
{
	const char *unit = unit_of(summary, ratio);
	struct pairs pairs = find_pairs(cohort, ratio->metric, unit, ratio->a, ratio->b, false);
	ratio->interval = pairs_interval(&pairs, UNIT_CONFIDENCE_PERCENT / 100.0);
	ratio->p = ratio->primary ? pairs_p(&pairs, summary->run.seed) : NAN;
	ratio->p_adjusted = NAN;
	ratio->detectable = pairs.count < 2 ? INFINITY : interval_detectable_ratio(
		interval_sd_log(pairs.a, pairs.b, pairs.count, pairs.floor), pairs.count, alpha);
	ratio->at_floor = is_at_floor(summary, ratio);
	release_pairs(&pairs);

	ratio->with_void = nothing;
	ratio->with_void_p_adjusted = NAN;
	if (!ratio->primary || !has_void(summary, ratio))
		return;
	pairs = find_pairs(cohort, ratio->metric, unit, ratio->a, ratio->b, true);
	ratio->with_void = pairs_interval(&pairs, UNIT_CONFIDENCE_PERCENT / 100.0);
	ratio->with_void_p_adjusted = pairs_p(&pairs, summary->run.seed); /* adjusted in judge() */
	release_pairs(&pairs);
}

static bool lower_is_better(const struct probe *probe, const char *metric)
{
	for (size_t i = 0; probe && i < probe->metric_count; i++) {
		if (strcmp(probe->metrics[i].name, metric) == 0)
			return probe->metrics[i].lower_is_better;
	}
	return true;
}

/* verdict_compare() takes ratios above 1 as worse. */
static struct interval as_worse(struct interval ratio, bool lower_better)
{
	if (lower_better)
		return ratio;
	return (struct interval){ 1 / ratio.value, 1 / ratio.high, 1 / ratio.low, ratio.n };
}

/* A saturated launch is no result either, and may be the build's fault just as well. */
static bool failures_differ(const struct summary *summary, const struct summary_ratio *ratio)
{
	const struct summary_arm *a = summary_arm(summary, ratio->a), *b = summary_arm(summary, ratio->b);
	return a->failed + a->saturated != b->failed + b->saturated;
}

/* Holm over all comparisons named, also those without a block: those have p = 1. In place. */
static void adjust(double *p, size_t count)
{
	double *all = mem_alloc_zero(count, sizeof *all), *adjusted = mem_alloc_zero(count, sizeof *adjusted);
	for (size_t i = 0; i < count; i++)
		all[i] = isnan(p[i]) ? 1 : p[i];
	permutation_holm(all, adjusted, count);
	for (size_t i = 0; i < count; i++)
		p[i] = isnan(p[i]) ? NAN : adjusted[i];
	free(all);
	free(adjusted);
}

static enum verdict_comparison judge_one(const struct summary *summary, const struct probe *probe,
	const struct summary_ratio *ratio, struct interval interval, double p_adjusted)
{
	return verdict_compare(&(struct verdict_input){
		.ratio = as_worse(interval, lower_is_better(probe, ratio->metric)),
		.p_adjusted = isnan(p_adjusted) ? 1 : p_adjusted, .comparisons = summary->primary_count,
		.failures_differ = failures_differ(summary, ratio) });
}

static void judge(struct summary *summary, const struct probe *probe)
{
	size_t count = summary->primary_count; /* they come first */
	double *p = mem_alloc_zero(count, sizeof *p), *with_void = mem_alloc_zero(count, sizeof *with_void);
	for (size_t i = 0; i < count; i++) {
		p[i] = summary->ratios[i].p;
		with_void[i] = summary->ratios[i].with_void_p_adjusted;
	}
	adjust(p, count);
	adjust(with_void, count);
	for (size_t i = 0; i < count; i++) {
		struct summary_ratio *ratio = &summary->ratios[i];
		ratio->p_adjusted = p[i];
		ratio->with_void_p_adjusted = with_void[i];
		ratio->verdict = judge_one(summary, probe, ratio, ratio->interval, p[i]);
		ratio->with_void_verdict = judge_one(summary, probe, ratio, ratio->with_void, with_void[i]);
	}
	free(p);
	free(with_void);
}

static size_t add_ratios(const struct cohort *cohort, struct summary *summary,
	const struct json *pairs, bool primary)
{
	size_t before = summary->ratio_count;
	for (const struct json *pair = json_first(pairs); pair; pair = json_next(pair)) {
		const char *a = json_text(pair, "a", ""), *b = json_text(pair, "b", "");
		if (!summary_arm(summary, a) || !summary_arm(summary, b))
			continue;
		struct summary_ratio *ratio = &summary->ratios[summary->ratio_count++];
		*ratio = (struct summary_ratio){ .a = mem_strdup(a), .b = mem_strdup(b), .primary = primary,
			.metric = mem_strdup(json_text(pair, "metric", "response_p95")) };
		measure(cohort, summary, ratio);
	}
	return summary->ratio_count - before;
}

void ratios_compute(const struct cohort *cohort, const struct probe *probe,
	struct summary *summary)
{
	const struct json *primary = json_get(summary->run.spec, "primary");
	const struct json *secondary = json_get(summary->run.spec, "secondary");
	summary->ratios = mem_alloc_zero(json_length(primary) + json_length(secondary),
		sizeof *summary->ratios);
	summary->primary_count = add_ratios(cohort, summary, primary, true);
	add_ratios(cohort, summary, secondary, false);
	if (summary->primary_count > 0)
		judge(summary, probe);
}
