#include "report/cohort.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

bool cohort_is(const struct cohort_member *member, const char *outcome)
{
	return strcmp(member->launch->outcome, outcome) == 0;
}

size_t cohort_arm(const struct cohort *cohort, const char *name)
{
	for (size_t i = 0; i < cohort->arm_count; i++) {
		if (strcmp(cohort->arms[i], name) == 0)
			return i;
	}
	return (size_t)-1;
}

static size_t ensure_arm(struct cohort *cohort, const char *name)
{
	size_t index = cohort_arm(cohort, name);
	if (index != (size_t)-1)
		return index;
	cohort->arms = mem_resize(cohort->arms, cohort->arm_count + 1, sizeof *cohort->arms);
	cohort->arms[cohort->arm_count] = mem_strdup(name);
	return cohort->arm_count++;
}

static void name_arms(struct cohort *cohort, const struct json *spec)
{
	const struct json *arms = json_get(spec, "arms");
	for (const struct json *arm = json_first(arms); arm; arm = json_next(arm)) {
		const char *name = json_as_text(arm, json_text(arm, "name", NULL));
		if (name)
			ensure_arm(cohort, name);
	}
}

/* ---- which launches count ---- */

static bool ended(const struct cohort_member *member)
{
	return !member->launch->traced && store_launch_is_finished(member->launch);
}

/* Whether an earlier attempt at the same arm and block came to an end. */
static bool has_earlier(const struct cohort *cohort, const struct cohort_member *member)
{
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *other = &cohort->members[i];
		if (other == member || other->arm != member->arm || !ended(other)
			|| other->launch->block != member->launch->block)
			continue;
		if (other->launch->attempt < member->launch->attempt)
			return true;
	}
	return false;
}

/* An attempt stands for its block only when it is whole: every arm that ended in the block's first
 * attempt ended in it too. An interrupted rerun replaces nothing. */
static bool attempt_is_whole(const struct cohort *cohort, int block, int attempt)
{
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *first = &cohort->members[i];
		bool found = attempt == 1;
		if (first->launch->block != block || first->launch->attempt != 1 || !ended(first))
			continue;
		for (size_t k = 0; k < cohort->count && !found; k++) {
			const struct cohort_member *other = &cohort->members[k];
			found = other->arm == first->arm && other->launch->block == block
				&& other->launch->attempt == attempt && ended(other);
		}
		if (!found)
			return false;
	}
	return true;
}

static bool attempt_is_chosen(const struct cohort *cohort, const struct cohort_member *member)
{
	int block = member->launch->block, attempt = member->launch->attempt;
	for (size_t i = 0; i < cohort->count; i++) {
		const struct store_launch *other = &cohort->launches[i];
		if (other->block == block && other->attempt > attempt
		    && attempt_is_whole(cohort, block, other->attempt))
			return false;
	}
	return attempt_is_whole(cohort, block, attempt);
}

/* Of what makes a launch void (run/outcome.c) a hidden page comes first; all else is load outside the browser. */
static bool is_void_by_load(const struct cohort_member *member)
{
	const struct json *page = json_get(member->launch->report, "environment");
	return cohort_is(member, "void") && strcmp(json_text(page, "visibility", ""), "visible") == 0;
}

static void choose(struct cohort *cohort)
{
	for (size_t i = 0; i < cohort->count; i++) {
		struct cohort_member *member = &cohort->members[i];
		member->counts_traced = member->launch->traced && cohort_is(member, "valid");
		if (!ended(member))
			continue;
		bool valid = cohort_is(member, "valid"), chosen = attempt_is_chosen(cohort, member);
		member->counts = valid && chosen;
		member->counts_untimed = (valid || is_void_by_load(member)) && chosen;
		member->counts_with_void = (valid || cohort_is(member, "void"))
			&& !has_earlier(cohort, member);
	}
}

/* With a flight recorder there is no headline: no untraced launch is in the numbers. */
static void make_companions(struct cohort *cohort)
{
	for (size_t i = 0; i < cohort->count; i++) {
		struct cohort_member *member = &cohort->members[i];
		member->is_companion = member->counts;
		member->counts = member->counts_untimed = member->counts_with_void = false;
	}
}

/* ---- loading ---- */

static int count_episodes(struct store *store, struct cohort_member *member, struct err *err)
{
	struct store_spike *spikes;
	size_t count;
	if (store_spikes(store, member->launch->row, &spikes, &count, err))
		return -1;
	for (size_t i = 0; i < count; i++)
		member->episodes += i == 0 || spikes[i].episode != spikes[i - 1].episode;
	free(spikes);
	return 0;
}

static int load_explanation(struct store *store, struct cohort_member *member, struct err *err)
{
	if (!member->launch->traced)
		return 0;
	return store_explanation_find(store, member->launch->row, &member->explanation, &member->is_told, err);
}

static int load_member(struct store *store, struct cohort *cohort, size_t index, struct err *err)
{
	struct cohort_member *member = &cohort->members[index];
	member->launch = &cohort->launches[index];
	member->arm = ensure_arm(cohort, member->launch->arm);
	if (member->launch->block > cohort->blocks)
		cohort->blocks = member->launch->block;
	if (store_metrics(store, member->launch->row, &member->metrics, &member->metric_count, err))
		return -1;
	return count_episodes(store, member, err) || load_explanation(store, member, err) ? -1 : 0;
}

int cohort_load(struct store *store, const struct store_run *run, const struct probe *probe, struct cohort *cohort,
	struct err *err)
{
	*cohort = (struct cohort){ .probe = probe };
	name_arms(cohort, run->spec);
	if (store_launches(store, run->id, &cohort->launches, &cohort->count, err)) {
		cohort_release(cohort);
		return -1;
	}
	cohort->members = mem_alloc_zero(cohort->count, sizeof *cohort->members);
	for (size_t i = 0; i < cohort->count; i++) {
		if (load_member(store, cohort, i, err)) {
			cohort_release(cohort);
			return -1;
		}
	}
	choose(cohort);
	if (strcmp(json_text(run->spec, "trace", "off"), "ring") == 0)
		make_companions(cohort);
	return 0;
}

void cohort_release(struct cohort *cohort)
{
	for (size_t i = 0; cohort->members && i < cohort->count; i++) {
		store_metrics_free(cohort->members[i].metrics, cohort->members[i].metric_count);
		store_explanation_release(&cohort->members[i].explanation);
	}
	free(cohort->members);
	store_launches_free(cohort->launches, cohort->count);
	for (size_t i = 0; i < cohort->arm_count; i++)
		free(cohort->arms[i]);
	free(cohort->arms);
	*cohort = (struct cohort){ .count = 0 };
}

/* ---- values ---- */

double cohort_value(const struct cohort_member *member, const char *name)
{
	for (size_t i = 0; i < member->metric_count; i++) {
		if (strcmp(member->metrics[i].name, name) == 0)
			return member->metrics[i].value;
	}
	return NAN;
}

bool cohort_counts_metric(const struct cohort *cohort, const struct cohort_member *member, const char *name)
{
	return member->counts || (member->counts_untimed && cohort->probe && probe_metric_is_untimed(cohort->probe, name));
}

bool cohort_counts_observation(const struct cohort *cohort, const struct cohort_member *member, const char *name)
{
	return member->counts
		|| (member->counts_untimed && cohort->probe && probe_observation_is_untimed(cohort->probe, name));
}

static size_t collect(const struct cohort *cohort, size_t arm, const char *name, bool traced,
	double *values)
{
	size_t count = 0;
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		bool counts = traced ? member->counts_traced : cohort_counts_metric(cohort, member, name);
		double value = counts && member->arm == arm ? cohort_value(member, name) : NAN;
		if (!isnan(value))
			values[count++] = value;
	}
	return count;
}

size_t cohort_values(const struct cohort *cohort, size_t arm, const char *name, double *values)
{
	return collect(cohort, arm, name, false, values);
}

size_t cohort_traced_values(const struct cohort *cohort, size_t arm, const char *name,
	double *values)
{
	return collect(cohort, arm, name, true, values);
}

static double block_value(const struct cohort *cohort, size_t arm, int block, const char *name,
	bool with_void)
{
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		bool counts = with_void ? member->counts_with_void : cohort_counts_metric(cohort, member, name);
		if (counts && member->arm == arm && member->launch->block == block)
			return cohort_value(member, name);
	}
	return NAN;
}

size_t cohort_pairs(const struct cohort *cohort, size_t arm_a, size_t arm_b, const char *name,
	bool with_void, double *a, double *b)
{
	size_t count = 0;
	for (int block = 1; block <= cohort->blocks; block++) {
		double value_a = block_value(cohort, arm_a, block, name, with_void);
		double value_b = block_value(cohort, arm_b, block, name, with_void);
		if (isnan(value_a) || isnan(value_b))
			continue;
		a[count] = value_a;
		b[count++] = value_b;
	}
	return count;
}

/* Of a rerun block the launch that came last. */
static double observed_value(const struct cohort *cohort, size_t arm, int block, const char *name, bool traced)
{
	double value = NAN;
	for (size_t i = 0; i < cohort->count; i++) {
		const struct cohort_member *member = &cohort->members[i];
		if (member->arm == arm && member->launch->block == block && (traced ? member->counts_traced : member->is_companion))
			value = cohort_value(member, name);
	}
	return value;
}

size_t cohort_observer_pairs(const struct cohort *cohort, size_t arm, const char *name, double *a, double *b)
{
	size_t count = 0;
	for (int block = 1; block <= cohort->blocks; block++) {
		a[count] = observed_value(cohort, arm, block, name, true);
		b[count] = observed_value(cohort, arm, block, name, false);
		count += !isnan(a[count]) && !isnan(b[count]);
	}
	return count;
}
