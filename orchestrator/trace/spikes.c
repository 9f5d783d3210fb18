#include "trace/spikes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* Less than the page's clock can tell. */
#define LEAST_PART_MS 1e-9

const char *explain_refusal_text(enum explain_refusal refusal)
{
	static const char *const texts[EXPLAIN_REFUSALS] = {
		[EXPLAIN_TOLD] = "",
		[EXPLAIN_UNANSWERED] = "it was never answered",
		[EXPLAIN_CONTRADICTORY] = "its times contradict each other",
		[EXPLAIN_OUTSIDE] = "its time leaves the trace",
		[EXPLAIN_UNHANDLED] = "the trace shows no message being handled when it was received, or when its reply was",
		[EXPLAIN_NO_CLOCK] = "no clock marks tie it to the trace",
		[EXPLAIN_TOO_MUCH] = "the trace holds more in the times of the samples than can be kept",
		[EXPLAIN_LAUNCH] = "nothing of this launch is told",
	};
	return texts[refusal];
}

void explain_spikes_release(struct explain_spikes *spikes)
{
	for (size_t i = 0; i < spikes->count; i++)
		free(spikes->items[i].parts);
	free(spikes->items);
	free(spikes->episodes);
	*spikes = (struct explain_spikes){ 0 };
}

static int by_size(const void *left, const void *right)
{
	const struct explain_part *a = left, *b = right;
	if (a->ms != b->ms)
		return a->ms > b->ms ? -1 : 1;
	return a->cause - b->cause;
}

/* The causes that took time, the largest first. */
static size_t sort_parts(const double sums_ms[TRACE_CAUSES], struct explain_part parts[TRACE_CAUSES])
{
	size_t count = 0;
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (sums_ms[cause] > LEAST_PART_MS)
			parts[count++] = (struct explain_part){ cause, sums_ms[cause] };
	}
	qsort(parts, count, sizeof *parts, by_size);
	return count;
}

static bool is_mixed(const struct explain_part *parts, size_t count)
{
	double sum_ms = 0;
	for (size_t i = 0; i < count; i++)
		sum_ms += parts[i].ms;
	return count > 1 && parts[0].ms < EXPLAIN_MAIN_SHARE * sum_ms;
}

static void refuse(struct explain_spike *spike, enum explain_refusal refusal)
{
	free(spike->parts);
	spike->parts = NULL;
	spike->part_count = 0;
	spike->cause = spike->second = TRACE_NO_CAUSE;
	spike->mixed = false;
	spike->refusal = refusal;
}

static void set_parts(struct explain_spike *spike, const double sums_ms[TRACE_CAUSES])
{
	struct explain_part parts[TRACE_CAUSES];
	spike->part_count = sort_parts(sums_ms, parts);
	spike->parts = mem_alloc_zero(spike->part_count + 1, sizeof *parts);
	memcpy(spike->parts, parts, spike->part_count * sizeof *parts);
	spike->mixed = is_mixed(parts, spike->part_count);
	spike->cause = spike->part_count ? parts[0].cause : trace_cause(TRACE_UNEXPLAINED, TRACE_MAIN);
	spike->second = spike->mixed ? parts[1].cause : TRACE_NO_CAUSE;
}

void explain_spikes_add(struct explain_spikes *spikes, const struct explain_spike *spike,
	const double sums_ms[TRACE_CAUSES])
{
	if (spikes->count == spikes->room) {
		spikes->room = spikes->room ? 2 * spikes->room : 64;
		spikes->items = mem_resize(spikes->items, spikes->room, sizeof *spikes->items);
	}
	struct explain_spike *added = &spikes->items[spikes->count++];
	*added = *spike;
	added->parts = NULL;
	if (spike->refusal)
		refuse(added, spike->refusal);
	else
		set_parts(added, sums_ms);
}

void explain_spikes_refuse(struct explain_spikes *spikes, enum explain_refusal refusal)
{
	for (size_t i = 0; i < spikes->count; i++) {
		if (spikes->items[i].refusal == EXPLAIN_TOLD)
			refuse(&spikes->items[i], refusal);
	}
}

/* ---- episodes ---- */

/* An episode's time up to its spike, without what `covered_us` has already. */
static void extend(struct explain_episode *episode, const struct explain_spike *spike, double *covered_us)
{
	double from_us = fmax(spike->due_us, *covered_us);
	if (spike->returned_us > from_us) {
		episode->stalled_ms += (spike->returned_us - from_us) / 1000;
		*covered_us = spike->returned_us;
	}
	episode->end_us = fmax(episode->end_us, spike->returned_us);
	episode->count++;
}

static void name_episode(const struct explain_spikes *spikes, struct explain_episode *episode)
{
	double sums_ms[TRACE_CAUSES] = { 0 };
	struct explain_part parts[TRACE_CAUSES];
	for (size_t i = episode->first; i < episode->first + episode->count; i++) {
		const struct explain_spike *spike = &spikes->items[i];
		for (size_t p = 0; p < spike->part_count; p++)
			sums_ms[spike->parts[p].cause] += spike->parts[p].ms;
		if (!(spike->response_ms <= episode->worst_ms)) {
			episode->worst = i;
			episode->worst_ms = spike->response_ms;
		}
	}
	size_t count = sort_parts(sums_ms, parts);
	episode->mixed = is_mixed(parts, count);
	episode->cause = count ? parts[0].cause : TRACE_NO_CAUSE;
	episode->second = episode->mixed ? parts[1].cause : TRACE_NO_CAUSE;
}

static void make_episodes(struct explain_spikes *spikes)
{
	double covered_us = -INFINITY;
	spikes->episodes = mem_alloc_zero(spikes->count + 1, sizeof *spikes->episodes);
	for (size_t i = 0; i < spikes->count; i++) {
		struct explain_spike *spike = &spikes->items[i];
		bool joined = i > 0 && spikes->items[i - 1].sample + 1 == spike->sample;
		if (!joined)
			spikes->episodes[spikes->episode_count++] = (struct explain_episode){ .first = i, .worst = i,
				.worst_ms = -INFINITY, .due_us = spike->due_us, .end_us = spike->returned_us };
		spike->episode = spikes->episode_count - 1;
		extend(&spikes->episodes[spike->episode], spike, &covered_us);
	}
	for (size_t i = 0; i < spikes->episode_count; i++)
		name_episode(spikes, &spikes->episodes[i]);
}

/* ---- shares ---- */

/* An episode's stalled time goes to the causes as the parts of its spikes do. */
static void share_episode(struct explain_spikes *spikes, const struct explain_episode *episode)
{
	double sum_ms = 0;
	for (size_t i = episode->first; i < episode->first + episode->count; i++) {
		for (size_t p = 0; p < spikes->items[i].part_count; p++)
			sum_ms += spikes->items[i].parts[p].ms;
	}
	spikes->stalled_ms += episode->stalled_ms;
	if (episode->cause == TRACE_NO_CAUSE)
		spikes->refused_ms += episode->stalled_ms;
	for (size_t i = episode->first; i < episode->first + episode->count; i++) {
		const struct explain_spike *spike = &spikes->items[i];
		for (size_t p = 0; p < spike->part_count; p++)
			spikes->shares[spike->parts[p].cause].ms += episode->stalled_ms * spike->parts[p].ms / sum_ms;
	}
}

static void count_causes(struct explain_spikes *spikes)
{
	for (size_t i = 0; i < spikes->count; i++) {
		if (spikes->items[i].cause == TRACE_NO_CAUSE)
			continue;
		spikes->explained++;
		spikes->shares[spikes->items[i].cause].spikes++;
	}
	for (size_t i = 0; i < spikes->episode_count; i++) {
		share_episode(spikes, &spikes->episodes[i]);
		if (spikes->episodes[i].cause != TRACE_NO_CAUSE)
			spikes->shares[spikes->episodes[i].cause].episodes++;
	}
}

void explain_spikes_end(struct explain_spikes *spikes)
{
	double fast_ms = 0, told_ms = 0;
	make_episodes(spikes);
	count_causes(spikes);
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		fast_ms += spikes->fast_ms[cause];
		told_ms += spikes->shares[cause].ms;
	}
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		spikes->shares[cause].share = told_ms > 0 ? spikes->shares[cause].ms / told_ms : NAN;
		spikes->shares[cause].fast_share = fast_ms > 0 ? spikes->fast_ms[cause] / fast_ms : NAN;
	}
}
