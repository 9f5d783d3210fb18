#include "report/score_targets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CONFIDENCE 0.95

struct interval score_interval(struct score_tally tally)
{
	return interval_wilson(tally.k, tally.n, CONFIDENCE);
}

static void decide(struct score_target *target)
{
	double value = target->interval.value;
	if (isnan(value))
		target->state = SCORE_NOT_JUDGED;
	else
		target->state = (target->at_most ? value <= target->goal : value >= target->goal) ? SCORE_MET : SCORE_MISSED;
}

static struct score_target share_target(const char *name, const char *text, struct score_tally tally, double goal)
{
	struct score_target target = { .name = name, .tally = tally, .interval = score_interval(tally), .goal = goal };
	snprintf(target.text, sizeof target.text, "%s", text);
	return target;
}

static struct score_target value_target(const char *name, const char *text, double value, double goal)
{
	struct score_target target = { .name = name, .interval = { value, NAN, NAN, 0 }, .goal = goal };
	snprintf(target.text, sizeof target.text, "%s", text);
	return target;
}

/* Other plants whose cause is cpu-internal are excused nothing. */
static bool is_tier_up(const struct score_kind *kind)
{
	return strcmp(kind->like->plants[0]->kind, SCORE_TIER_UP_KIND) == 0;
}

static double share_of(struct score_tally tally)
{
	return (double)tally.k / (double)tally.n;
}

static struct score_target least_target(const struct score *score)
{
	const struct score_kind *least = NULL;
	for (size_t i = 0; i < score->kind_count; i++) {
		const struct score_kind *kind = &score->kinds[i];
		if (!score_kind_is_pure(kind) || is_tier_up(kind) || kind->right.n == 0)
			continue;
		if (!least || share_of(kind->right) < share_of(least->right))
			least = kind;
	}
	struct score_target target = share_target("least", "worst pure kind", least ? least->right
		: (struct score_tally){ 0, 0 }, 0.8);
	if (least)
		snprintf(target.text, sizeof target.text, "worst pure kind, %.48s", least->like->plants[0]->kind);
	return target;
}

static struct score_target episodes_target(const struct score *score)
{
	const struct score_kind *fewest = NULL;
	for (size_t i = 0; i < score->kind_count; i++) {
		const struct score_kind *kind = &score->kinds[i];
		if (!score_kind_is_pair(kind) && (!fewest || kind->episodes < fewest->episodes))
			fewest = kind;
	}
	struct score_target target = value_target("episodes", "episodes of each kind",
		fewest ? (double)fewest->episodes : NAN, SCORE_EPISODES_LEAST);
	if (fewest)
		snprintf(target.text, sizeof target.text, "episodes of the rarest, %.48s", fewest->like->plants[0]->kind);
	target.is_count = true;
	return target;
}

static struct score_target unexplained_target(const struct score *score)
{
	struct score_target target = value_target("unexplained", "stalled time that is unexplained",
		score_share(score->slow_ms, trace_cause(TRACE_UNEXPLAINED, TRACE_MAIN)), 0.02);
	target.at_most = true;
	return target;
}

void score_targets(const struct score *score, struct score_target targets[SCORE_TARGETS])
{
	targets[SCORE_TARGET_PURE] = share_target("pure", "right of pure episodes", score->totals.pure, 0.95);
	targets[SCORE_TARGET_ALL] = share_target("all", "right of all episodes", score->totals.all, 0.95);
	targets[SCORE_TARGET_ALL_BY_NAME] = share_target("all_by_name", "… by the planted name alone",
		score->totals.all_by_name, 0.95);
	targets[SCORE_TARGET_LEAST] = least_target(score);
	targets[SCORE_TARGET_CLEAR] = share_target("clear", "right where the largest part is 60 % or more", score->totals.clear, 0.98);
	targets[SCORE_TARGET_BOTH] = share_target("both", "both of an overlap are the two largest", score->totals.both, 0.8);
	targets[SCORE_TARGET_UNEXPLAINED] = unexplained_target(score);
	targets[SCORE_TARGET_SUMS] = share_target("sums", "spikes whose parts sum within 20 µs", score->sums, 1);
	targets[SCORE_TARGET_EPISODES] = episodes_target(score);
	for (size_t i = 0; i < SCORE_TARGETS; i++)
		decide(&targets[i]);
}
