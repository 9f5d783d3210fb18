#include "report/score_match.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* ---- owners ---- */

bool score_owner_leads(const struct trace_truth *truth, size_t index)
{
	size_t pair = truth->plants[index].pair;
	return pair == TRACE_PLANT_ALONE || index < pair;
}

struct score_owner score_owner_of(const struct trace_truth *truth, size_t index)
{
	const struct trace_plant *plant = &truth->plants[index], *other = NULL;
	if (plant->pair != TRACE_PLANT_ALONE)
		other = &truth->plants[plant->pair];
	struct score_owner owner = { .plants = { plant, other }, .plant_count = other ? 2 : 1 };
	if (other && strcmp(other->kind, plant->kind) < 0) {
		owner.plants[0] = other;
		owner.plants[1] = plant;
	}
	for (size_t i = 0; i < SCORE_PLANTS; i++)
		owner.begins_us[i] = owner.ends_us[i] = NAN;
	return owner;
}

static void place(struct score_owner *owner, const double offsets_us[TRACE_ROLES])
{
	for (size_t i = 0; i < owner->plant_count; i++) {
		owner->begins_us[i] = trace_plant_begin_us(owner->plants[i], offsets_us);
		owner->ends_us[i] = trace_plant_end_us(owner->plants[i], offsets_us);
	}
}

/* fmin() passes over what is unknown. */
static double begin_of(const struct score_owner *owner)
{
	return fmin(owner->begins_us[0], owner->begins_us[1]);
}

static int by_begin(const void *left, const void *right)
{
	double a = begin_of(left), b = begin_of(right);
	if (isnan(a) || isnan(b))
		return isnan(a) - isnan(b);
	return a < b ? -1 : a > b;
}

static void make_owners(struct score_match *match, const struct trace_truth *truth,
	const double offsets_us[TRACE_ROLES])
{
	match->owners = mem_alloc_zero(truth->count + 1, sizeof *match->owners);
	for (size_t i = 0; i < truth->count; i++) {
		if (!score_owner_leads(truth, i))
			continue;
		struct score_owner *owner = &match->owners[match->count++];
		*owner = score_owner_of(truth, i);
		place(owner, offsets_us);
	}
	qsort(match->owners, match->count, sizeof *match->owners, by_begin);
}

bool score_owner_holds(const struct score_owner *owner, int cause)
{
	for (size_t i = 0; i < owner->plant_count; i++) {
		if (trace_plant_holds(owner->plants[i], cause))
			return true;
	}
	return false;
}

const char *score_owner_failure(const struct score_owner *owner)
{
	const char *why = owner->plants[0]->failed;
	return why || owner->plant_count == 1 ? why : owner->plants[1]->failed;
}

/* ---- spikes ---- */

/* What was never answered is looked for where it was due. */
static bool overlaps(const struct score_owner *owner, const struct explain_spike *spike)
{
	double until_us = isnan(spike->returned_us) ? spike->due_us : spike->returned_us;
	for (size_t i = 0; i < owner->plant_count; i++) {
		if (spike->due_us <= owner->ends_us[i] && until_us >= owner->begins_us[i])
			return true;
	}
	return false;
}

static void give(struct score_owner *owner, const struct explain_spike *spike)
{
	owner->spikes++;
	if (spike->cause == TRACE_NO_CAUSE)
		return;
	bool held = score_owner_holds(owner, spike->cause);
	owner->told++;
	owner->held += held;
	owner->clear += !spike->mixed;
	owner->clear_held += !spike->mixed && held;
	owner->named[spike->cause]++;
	for (size_t p = 0; p < spike->part_count; p++)
		owner->sums_ms[spike->parts[p].cause] += spike->parts[p].ms;
}

static void stray(struct score_match *match, const struct explain_spike *spike)
{
	match->strays++;
	if (spike->cause != TRACE_NO_CAUSE)
		match->stray_causes[spike->cause]++;
}

/* Gives the spike to all whose time it overlaps; the last of them, or NULL. */
static struct score_owner *give_to_all(struct score_match *match, const struct explain_spike *spike)
{
	struct score_owner *last = NULL;
	for (size_t i = 0; i < match->count; i++) {
		struct score_owner *owner = &match->owners[i];
		if (!overlaps(owner, spike))
			continue;
		if (last)
			owner->shared = last->shared = true;
		give(owner, spike);
		last = owner;
	}
	return last;
}

/* The spikes of one run without a sample on time between. */
static void match_run(struct score_match *match, const struct explain_spikes *spikes, size_t first, size_t count)
{
	struct score_owner *last = NULL;
	size_t strays = match->strays;
	for (size_t i = first; i < first + count; i++) {
		const struct explain_spike *spike = &spikes->items[i];
		struct score_owner *found = give_to_all(match, spike);
		if (!found && last)
			give(last, spike);
		else if (!found)
			stray(match, spike);
		last = found ? found : last;
	}
	match->stray_episodes += match->strays - strays == count;
}

void score_match_init(struct score_match *match, const struct trace_truth *truth, const struct explain_result *result)
{
	double offsets_us[TRACE_ROLES];
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		offsets_us[role] = result->clocks[role].offset_us;
	*match = (struct score_match){ 0 };
	make_owners(match, truth, offsets_us);
	for (size_t i = 0; i < result->spikes.episode_count; i++)
		match_run(match, &result->spikes, result->spikes.episodes[i].first, result->spikes.episodes[i].count);
}

void score_match_release(struct score_match *match)
{
	free(match->owners);
	*match = (struct score_match){ 0 };
}
