#include "report/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/claims.h"
#include "report/cohort.h"
#include "report/ratios.h"
#include "report/traced.h"
#include "report/unit.h"
#include "report/warnings.h"

/* "On the cliff": between these shares of late samples P95 jumps from the undisturbed response to the
 * pause's length (docs/METHOD.md §2). */
static const double cliff_low = 0.03, cliff_high = 0.07;

const struct summary_metric *summary_find(const struct summary_arm *arm, const char *name)
{
	for (size_t i = 0; i < arm->metric_count; i++) {
		if (strcmp(arm->metrics[i].name, name) == 0)
			return &arm->metrics[i];
	}
	return NULL;
}

const struct summary_arm *summary_arm(const struct summary *summary, const char *name)
{
	for (size_t i = 0; i < summary->arm_count; i++) {
		if (strcmp(summary->arms[i].name, name) == 0)
			return &summary->arms[i];
	}
	return NULL;
}

/* ---- one arm ---- */

static void count_reason(const struct cohort_member *member, const char *outcome, size_t *count,
	char **first)
{
	if (!cohort_is(member, outcome))
		return;
	*count += 1;
	if (!*first)
		*first = mem_strdup(member->launch->reason);
}

static void count_member(struct summary_arm *arm, const struct cohort_member *member)
{
	if (member->launch->traced)
		return;
	arm->launches += member->counts;
	arm->superseded += cohort_is(member, "valid") && !member->counts;
	arm->abandoned += cohort_is(member, "abandoned");
	count_reason(member, "failed", &arm->failed, &arm->first_failure);
	count_reason(member, "void", &arm->void_count, &arm->first_void);
	count_reason(member, "saturated", &arm->saturated, &arm->first_saturated);
}

static double zero_if_nan(double value)
{
	return isnan(value) ? 0 : value;
}

static void count_samples(struct summary_arm *arm, const struct cohort_member *member)
{
	if (!member->counts)
		return;
	arm->samples += (size_t)zero_if_nan(cohort_value(member, "samples_measured"));
	arm->over_threshold += (size_t)zero_if_nan(cohort_value(member, "over_threshold"));
	arm->unsteady += cohort_value(member, "unsteady") > 0;
	arm->worst_ms = fmax(arm->worst_ms, cohort_value(member, "response_worst"));
	arm->least_effective_n = fmin(arm->least_effective_n, cohort_value(member, "effective_n"));
}

static void add_metric(struct summary_arm *arm, const struct cohort *cohort, size_t index,
	const struct store_metric_row *row)
{
	if (summary_find(arm, row->name))
		return;
	double *values = mem_alloc_zero(cohort->count, sizeof *values);
	size_t count = cohort_values(cohort, index, row->name, values);
	arm->metrics = mem_resize(arm->metrics, arm->metric_count + 1, sizeof *arm->metrics);
	arm->metrics[arm->metric_count++] = (struct summary_metric){ .name = mem_strdup(row->name),
		.unit = mem_strdup(row->unit),
		.interval = unit_interval(row->name, row->unit, values, count, UNIT_CONFIDENCE_PERCENT / 100.0) };
	free(values);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct summary_metric *)a)->name, ((const struct summary_metric *)b)->name);
}

static void summarise_arm(const struct cohort *cohort, size_t index, struct summary_arm *arm)
{
	*arm = (struct summary_arm){ .name = mem_strdup(cohort->arms[index]), .worst_ms = NAN,
		.least_effective_n = NAN };
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		if (member->arm != index)
			continue;
		count_member(arm, member);
		count_samples(arm, member);
		for (size_t m = 0; m < member->metric_count; m++) {
			if (cohort_counts_metric(cohort, member, member->metrics[m].name))
				add_metric(arm, cohort, index, &member->metrics[m]);
		}
	}
	if (arm->metric_count > 0)
		qsort(arm->metrics, arm->metric_count, sizeof *arm->metrics, by_name);
	traced_summarise(cohort, index, &arm->traced);
	double share = arm->samples ? (double)arm->over_threshold / (double)arm->samples : 0;
	arm->on_cliff = share >= cliff_low && share <= cliff_high;
}

/* ---- the run ---- */

static size_t count_void_blocks(const struct cohort *cohort)
{
	size_t blocks = 0;
	for (int block = 1; block <= cohort->blocks; block++) {
		bool found = false;
		for (size_t i = 0; i < cohort->count; i++) {
			const struct cohort_member *member = &cohort->members[i];
			found |= member->launch->block == block && !member->launch->traced
				&& cohort_is(member, "void");
		}
		blocks += found;
	}
	return blocks;
}

static void count_episodes(const struct cohort *cohort, struct summary *summary)
{
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		summary->episodes += member->counts ? member->episodes : 0;
		summary->traced_launches += member->counts_traced;
		summary->traced_episodes += member->counts_traced ? member->episodes : 0;
		summary->explained_episodes += member->counts_traced ? member->explanation.explained : 0;
	}
}

/* Each launch says it for itself; they are alike on a machine that stays as it is. */
static char *find_cpus_by(const struct cohort *cohort)
{
	const char *first = NULL;
	for (size_t i = 0; i < cohort->count; i++) {
		const char *by = json_text(json_get(cohort->launches[i].environment, "browser"), "cpus_by", NULL);
		if (first && by && strcmp(first, by) != 0)
			return mem_strdup("cpuset or affinity");
		first = first ? first : by;
	}
	return mem_strdup(first);
}

static void summarise(const struct cohort *cohort, const struct probe *probe,
	struct summary *summary)
{
	summary->arms = mem_alloc_zero(cohort->arm_count, sizeof *summary->arms);
	summary->arm_count = cohort->arm_count;
	for (size_t i = 0; i < cohort->arm_count; i++)
		summarise_arm(cohort, i, &summary->arms[i]);
	summary->blocks_void = count_void_blocks(cohort);
	summary->cpus_by = find_cpus_by(cohort);
	count_episodes(cohort, summary);
	ratios_compute(cohort, probe, summary);
	if (probe)
		claims_judge(cohort, probe, summary);
	warnings_collect(cohort, summary);
}

int summary_load(struct store *store, const char *run, const struct probe *probe,
	double floor_p95_ms, struct summary *summary, struct err *err)
{
	struct cohort cohort;
	*summary = (struct summary){ .floor_p95_ms = floor_p95_ms };
	if (store_run_get(store, run, &summary->run, err))
		return -1;
	if (store_artefacts(store, run, &summary->artefacts, &summary->artefact_count, err)
		|| cohort_load(store, &summary->run, probe, &cohort, err)) {
		summary_release(summary);
		return -1;
	}
	summarise(&cohort, probe, summary);
	cohort_release(&cohort);
	return 0;
}

static void release_arm(struct summary_arm *arm)
{
	for (size_t i = 0; i < arm->metric_count; i++) {
		free(arm->metrics[i].name);
		free(arm->metrics[i].unit);
	}
	free(arm->metrics);
	free(arm->name);
	free(arm->first_failure);
	free(arm->first_void);
	free(arm->first_saturated);
	traced_release(&arm->traced);
}

void summary_release(struct summary *summary)
{
	for (size_t i = 0; i < summary->arm_count; i++)
		release_arm(&summary->arms[i]);
	for (size_t i = 0; i < summary->ratio_count; i++) {
		free(summary->ratios[i].metric);
		free(summary->ratios[i].a);
		free(summary->ratios[i].b);
	}
	for (size_t i = 0; i < summary->claim_count; i++)
		free(summary->claims[i].why);
	for (size_t i = 0; i < summary->warning_count; i++)
		free(summary->warnings[i]);
	free(summary->arms);
	free(summary->ratios);
	free(summary->claims);
	free(summary->warnings);
	free(summary->cpus_by);
	store_artefacts_free(summary->artefacts, summary->artefact_count);
	store_run_release(&summary->run);
	*summary = (struct summary){ .arm_count = 0 };
}

double summary_floor(const struct summary *summaries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(summaries[i].run.probe, "null") != 0 || summaries[i].arm_count == 0)
			continue;
		const struct summary_metric *p95 = summary_find(&summaries[i].arms[0], "response_p95");
		return p95 ? p95->interval.value : NAN;
	}
	return NAN;
}

bool summary_is_traced_only(const struct summary *summary)
{
	return strcmp(json_text(summary->run.spec, "trace", "off"), "all") == 0 || summary_has_recorder(summary);
}

bool summary_has_recorder(const struct summary *summary)
{
	return strcmp(json_text(summary->run.spec, "trace", "off"), "ring") == 0;
}
