#include "report/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char *score_verdict_name(enum score_verdict verdict)
{
	static const char *const names[SCORE_VERDICTS] = {
		[SCORE_BY_NAME] = "right", [SCORE_ALSO] = "also", [SCORE_WRONG] = "wrong", [SCORE_NO_CAUSE] = "no cause",
		[SCORE_SILENT] = "silent", [SCORE_NOT_HAPPENED] = "not happened", [SCORE_WITHHELD] = "withheld",
	};
	return names[verdict];
}

bool score_kind_is_pair(const struct score_kind *kind)
{
	return kind->like->plant_count > 1;
}

bool score_kind_is_pure(const struct score_kind *kind)
{
	return !score_kind_is_pair(kind) && kind->like->plants[0]->pure;
}

void score_init(struct score *score)
{
	*score = (struct score){ 0 };
}

void score_release(struct score *score)
{
	free(score->episodes);
	free(score->kinds);
	score_init(score);
}

/* ---- one episode ---- */

/* The largest cause but `left_out`. */
static int largest_of(const double sums_ms[TRACE_CAUSES], int left_out)
{
	int largest = TRACE_NO_CAUSE;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (cause != left_out && sums_ms[cause] > (largest == TRACE_NO_CAUSE ? 0 : sums_ms[largest]))
			largest = cause;
	}
	return largest;
}

static double sum_of(const double sums_ms[TRACE_CAUSES])
{
	double sum_ms = 0;
	for (int cause = 0; cause < TRACE_CAUSES; cause++)
		sum_ms += sums_ms[cause];
	return sum_ms;
}

double score_share(const double sums_ms[TRACE_CAUSES], int cause)
{
	double sum_ms = sum_of(sums_ms);
	return sum_ms > 0 ? sums_ms[cause] / sum_ms : NAN;
}

static bool is_named(const struct score_owner *owner, int cause)
{
	return owner->plants[0]->cause == cause || (owner->plant_count > 1 && owner->plants[1]->cause == cause);
}

static enum score_verdict verdict_of(const struct score_episode *episode)
{
	const struct score_owner *owner = &episode->owner;
	if (score_owner_failure(owner))
		return SCORE_NOT_HAPPENED;
	if (owner->spikes == 0)
		return SCORE_SILENT;
	if (episode->largest == TRACE_NO_CAUSE)
		return SCORE_NO_CAUSE;
	if (is_named(owner, episode->largest))
		return SCORE_BY_NAME;
	return score_owner_holds(owner, episode->largest) ? SCORE_ALSO : SCORE_WRONG;
}

/* One of the two largest parts is the one plant's, the other one the other's. */
static bool holds_both(const struct score_owner *owner, int one, int other)
{
	const struct trace_plant *const *plants = owner->plants;
	return owner->plant_count > 1
		&& ((trace_plant_holds(plants[0], one) && trace_plant_holds(plants[1], other))
			|| (trace_plant_holds(plants[0], other) && trace_plant_holds(plants[1], one)));
}

static struct score_episode judge(const char *launch, const struct score_owner *owner)
{
	struct score_episode episode = { .launch = launch, .owner = *owner, .share = NAN };
	episode.largest = largest_of(owner->sums_ms, TRACE_NO_CAUSE);
	episode.second = largest_of(owner->sums_ms, episode.largest);
	if (episode.largest != TRACE_NO_CAUSE)
		episode.share = owner->sums_ms[episode.largest] / sum_of(owner->sums_ms);
	episode.verdict = verdict_of(&episode);
	episode.both = holds_both(owner, episode.largest, episode.second);
	return episode;
}

static void append(struct score *score, const struct score_episode *episode)
{
	if (score->episode_count == score->episode_room) {
		score->episode_room = score->episode_room ? 2 * score->episode_room : 64;
		score->episodes = mem_resize(score->episodes, score->episode_room, sizeof *score->episodes);
	}
	score->episodes[score->episode_count++] = *episode;
}

/* ---- one launch ---- */

static void withhold(struct score *score, const char *launch, const struct trace_truth *truth)
{
	for (size_t i = 0; i < truth->count; i++) {
		struct score_episode episode = { .launch = launch, .verdict = SCORE_WITHHELD, .largest = TRACE_NO_CAUSE,
			.second = TRACE_NO_CAUSE, .share = NAN };
		if (!score_owner_leads(truth, i))
			continue;
		episode.owner = score_owner_of(truth, i);
		append(score, &episode);
	}
}

static bool sums_right(const struct explain_spike *spike)
{
	double sum_ms = 0;
	unsigned long long seen = 0;
	for (size_t p = 0; p < spike->part_count; p++) {
		if (seen >> spike->parts[p].cause & 1)
			return false;
		seen |= 1ULL << spike->parts[p].cause;
		sum_ms += spike->parts[p].ms;
	}
	return fabs(sum_ms - spike->response_ms) <= SCORE_SUM_MS;
}

static void add_spikes(struct score *score, const struct explain_result *result)
{
	const struct explain_spikes *spikes = &result->spikes;
	score->samples += result->samples - result->cold;
	score->spikes += spikes->count;
	score->told += spikes->explained;
	score->stalled_ms += spikes->stalled_ms;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		score->slow_ms[cause] += spikes->shares[cause].ms;
		score->fast_ms[cause] += spikes->fast_ms[cause];
	}
	for (size_t i = 0; i < spikes->count; i++) {
		score->sums.n += !spikes->items[i].refusal;
		score->sums.k += !spikes->items[i].refusal && sums_right(&spikes->items[i]);
	}
}

void score_add(struct score *score, const char *launch, const struct trace_truth *truth,
	const struct explain_result *result)
{
	struct score_match match;
	score->launches++;
	if (result->refusal[0]) {
		score->refused++;
		withhold(score, launch, truth);
		return;
	}
	add_spikes(score, result);
	score_match_init(&match, truth, result);
	for (size_t i = 0; i < match.count; i++) {
		const struct score_episode episode = judge(launch, &match.owners[i]);
		append(score, &episode);
	}
	score->strays += match.strays;
	score->stray_episodes += match.stray_episodes;
	for (int cause = 0; cause < TRACE_CAUSES; cause++)
		score->stray_causes[cause] += match.stray_causes[cause];
	score_match_release(&match);
}

/* ---- kinds ---- */

/* Pure ones, then mixtures, then pairs. */
static int rank(const struct score_owner *owner)
{
	return owner->plant_count > 1 ? 2 : !owner->plants[0]->pure;
}

static int compare_owners(const struct score_owner *a, const struct score_owner *b)
{
	int order = rank(a) - rank(b);
	for (size_t i = 0; i < a->plant_count && !order; i++)
		order = a->plants[i]->cause - b->plants[i]->cause;
	for (size_t i = 0; i < a->plant_count && !order; i++)
		order = strcmp(a->plants[i]->kind, b->plants[i]->kind);
	return order;
}

/* A pair's plants stand in the order of their kinds' names, so that the same two are compared alike. */
static struct score_kind *kind_of(struct score *score, const struct score_owner *owner)
{
	size_t place = score->kind_count;
	for (size_t i = 0; i < score->kind_count; i++) {
		int order = compare_owners(score->kinds[i].like, owner);
		if (order == 0)
			return &score->kinds[i];
		if (order > 0 && place == score->kind_count)
			place = i;
	}
	score->kinds = mem_resize(score->kinds, score->kind_count + 1, sizeof *score->kinds);
	memmove(&score->kinds[place + 1], &score->kinds[place], (score->kind_count++ - place) * sizeof *score->kinds);
	score->kinds[place] = (struct score_kind){ .like = owner };
	return &score->kinds[place];
}

static void count(struct score_tally *tally, bool success)
{
	tally->n++;
	tally->k += success;
}

static void count_kind(struct score_kind *kind, const struct score_episode *episode, bool right, bool had)
{
	kind->plants++;
	kind->verdicts[episode->verdict]++;
	if (!kind->failure)
		kind->failure = score_owner_failure(&episode->owner);
	if (!had)
		return;
	kind->episodes++;
	kind->shared += episode->owner.shared;
	count(&kind->right, right);
	count(&kind->by_name, episode->verdict == SCORE_BY_NAME);
	count(&kind->both, episode->both);
	if (episode->largest != TRACE_NO_CAUSE)
		kind->named[episode->largest]++;
}

static void count_by_name(struct score_totals *totals, const struct score_kind *kind, bool by_name)
{
	count(&totals->all_by_name, by_name);
	if (score_kind_is_pair(kind))
		count(&totals->pairs_by_name, by_name);
	else
		count(score_kind_is_pure(kind) ? &totals->pure_by_name : &totals->mixtures_by_name, by_name);
}

static void count_all(struct score_totals *totals, const struct score_kind *kind, const struct score_episode *episode,
	bool right)
{
	bool pair = score_kind_is_pair(kind);
	count(&totals->all, right);
	count(pair ? &totals->pairs : score_kind_is_pure(kind) ? &totals->pure : &totals->mixtures, right);
	count_by_name(totals, kind, episode->verdict == SCORE_BY_NAME);
	if (pair)
		count(&totals->both, episode->both);
	if (episode->share >= EXPLAIN_MAIN_SHARE)
		count(&totals->clear, right);
	totals->samples.n += episode->owner.spikes;
	totals->samples.k += episode->owner.held;
	totals->samples_clear.n += episode->owner.clear;
	totals->samples_clear.k += episode->owner.clear_held;
}

void score_end(struct score *score)
{
	score->kind_count = 0;
	score->totals = (struct score_totals){ .pure = { 0, 0 } };
	for (size_t i = 0; i < score->episode_count; i++) {
		const struct score_episode *episode = &score->episodes[i];
		struct score_kind *kind = kind_of(score, &episode->owner);
		bool right = episode->verdict == SCORE_BY_NAME || episode->verdict == SCORE_ALSO;
		bool had = right || episode->verdict == SCORE_WRONG || episode->verdict == SCORE_NO_CAUSE;
		count_kind(kind, episode, right, had);
		if (had)
			count_all(&score->totals, kind, episode, right);
	}
}
