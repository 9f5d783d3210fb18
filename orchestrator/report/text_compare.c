#include "report/text_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/number.h"

enum { INDENT = 2, DEEPER = 4, HANGING = 6 };

char *text_metric_name(const char *metric)
{
	char *name = mem_strdup(metric);
	for (char *c = name; *c; c++) {
		if (*c == '_')
			*c = ' ';
		else if (*c == 'p' && c > name && c[-1] == ' ' && c[1] == '9')
			*c = 'P';
	}
	return name;
}

/* The verdict as a reader wants it, with what it lacks. The caller frees. */
static char *verdict_text(const struct summary *summary, const struct summary_ratio *ratio,
	enum verdict_comparison verdict, size_t blocks)
{
	switch (verdict) {
	case VERDICT_TOO_FEW:
		return mem_format("no verdict (%zu blocks, at least %zu needed)", blocks,
			verdict_least_blocks(summary->primary_count));
	case VERDICT_FORBIDDEN:
		return mem_format("no verdict (%s and %s failed unequally often)", ratio->a, ratio->b);
	default:
		return mem_strdup(verdict_comparison_name(verdict));
	}
}

static double late_percent(const struct summary_arm *arm)
{
	return arm->samples ? 100.0 * (double)arm->over_threshold / (double)arm->samples : NAN;
}

static char *rate_text(const struct summary_arm *arm)
{
	const struct summary_metric *rate = summary_find(arm, "episodes_per_minute");
	return rate ? number_interval(rate->interval) : mem_strdup("–");
}

/* Where P95 sits on the cliff, the episode rate comes first. */
static void print_cliff(FILE *out, const struct summary *summary, const struct summary_ratio *ratio)
{
	const struct summary_arm *a = summary_arm(summary, ratio->a), *b = summary_arm(summary, ratio->b);
	if (strcmp(ratio->metric, "response_p95") != 0 || (!a->on_cliff && !b->on_cliff))
		return;
	char *rate_a = rate_text(a), *rate_b = rate_text(b);
	char late_a[NUMBER_SIZE], late_b[NUMBER_SIZE], threshold[NUMBER_SIZE];
	number_format(late_percent(a), late_a);
	number_format(late_percent(b), late_b);
	number_format(summary->run.threshold_ms, threshold);
	number_wrap_format(out, DEEPER, HANGING, "%s against %s episodes/min: P95 sits on the cliff "
		"(%s%% and %s%% of the samples pass %s ms), so go by the episodes", rate_a, rate_b, late_a,
		late_b, threshold);
	free(rate_a);
	free(rate_b);
}

static void print_ratio(FILE *out, const struct summary *summary, const struct summary_ratio *ratio)
{
	char p[NUMBER_SIZE], detectable[NUMBER_SIZE];
	char *name = text_metric_name(ratio->metric), *interval = number_interval(ratio->interval);
	char *verdict = verdict_text(summary, ratio, ratio->verdict, ratio->interval.n);
	number_p(ratio->p_adjusted, p);
	number_format(ratio->detectable, detectable);
	if (ratio->interval.n == 0)
		number_wrap_format(out, DEEPER, HANGING, "%s: no block in which both arms have a value: %s", name,
			verdict);
	else
		number_wrap_format(out, DEEPER, HANGING,
			"%s ×%s over %zu blocks, p %s: %s%s; smallest detectable ×%s", name, interval,
			ratio->interval.n, p, verdict, ratio->at_floor ? " (at the floor)" : "", detectable);
	free(name);
	free(interval);
	free(verdict);
}

static void print_unjudged(FILE *out, const struct summary_ratio *ratio)
{
	char *name = text_metric_name(ratio->metric), *interval = number_interval(ratio->interval);
	if (ratio->interval.n == 0)
		number_wrap_format(out, DEEPER, HANGING, "%s: no block in which both arms have a value", name);
	else
		number_wrap_format(out, DEEPER, HANGING, "%s ×%s over %zu block%s", name, interval,
			ratio->interval.n, ratio->interval.n == 1 ? "" : "s");
	free(name);
	free(interval);
}

static void print_floor(FILE *out, const struct summary *summary, const struct summary_ratio *ratio)
{
	char floor[NUMBER_SIZE];
	if (!ratio->at_floor)
		return;
	number_format(summary->floor_p95_ms, floor);
	number_wrap_format(out, DEEPER, HANGING, "at the floor: both responses lie within three times the "
		"null arm's P95 (%s ms), so the ratio says little", floor);
}

static void print_with_void(FILE *out, const struct summary *summary,
	const struct summary_ratio *ratio)
{
	char p[NUMBER_SIZE];
	if (ratio->with_void.n == 0)
		return;
	char *interval = number_interval(ratio->with_void);
	char *verdict = verdict_text(summary, ratio, ratio->with_void_verdict, ratio->with_void.n);
	number_p(ratio->with_void_p_adjusted, p);
	number_wrap_format(out, DEEPER, HANGING,
		"void launches included, reruns not: ×%s over %zu blocks, p %s: %s", interval,
		ratio->with_void.n, p, verdict);
	free(interval);
	free(verdict);
}

static void print_comparison(FILE *out, const struct summary *summary,
	const struct summary_ratio *ratio)
{
	number_wrap_format(out, INDENT, DEEPER, "%s ÷ %s", ratio->a, ratio->b);
	print_cliff(out, summary, ratio);
	if (ratio->primary)
		print_ratio(out, summary, ratio);
	else
		print_unjudged(out, ratio);
	print_floor(out, summary, ratio);
	print_with_void(out, summary, ratio);
}

static void print_primary(FILE *out, const struct summary *summary)
{
	number_wrap_format(out, 0, INDENT, "Comparisons (named beforehand; paired inside blocks; p by sign "
		"flips%s)", summary->primary_count > 1 ? ", Holm-adjusted" : "");
	for (size_t i = 0; i < summary->primary_count; i++)
		print_comparison(out, summary, &summary->ratios[i]);
	fputs("  A verdict is about these two builds on this machine.\n\n", out);
}

static void print_secondary(FILE *out, const struct summary *summary)
{
	fputs("Ratios (paired inside blocks; no p and no verdict: they were not the question)\n", out);
	for (size_t i = summary->primary_count; i < summary->ratio_count; i++)
		print_comparison(out, summary, &summary->ratios[i]);
	fputc('\n', out);
}

void text_compare(FILE *out, const struct summary *summary)
{
	if (summary->primary_count > 0)
		print_primary(out, summary);
	if (summary->ratio_count > summary->primary_count)
		print_secondary(out, summary);
}
