#include "trace/judge.h"

#include <math.h>

void trace_judge_init(struct trace_judge *judge, const struct trace_samples *samples, double threshold_ms,
	size_t story)
{
	*judge = (struct trace_judge){ .samples = samples, .threshold_ms = threshold_ms, .fast_stride = 1,
		.story = story };
}

void trace_judge_release(struct trace_judge *judge)
{
	explain_spikes_release(&judge->spikes);
	explain_story_release(&judge->told);
	*judge = (struct trace_judge){ 0 };
}

static double response_of(const struct trace_judge *judge, size_t index)
{
	return trace_sample_ms(judge->samples, index, TRACE_RETURNED) - trace_sample_ms(judge->samples, index, TRACE_DUE);
}

bool trace_judge_is_spike(const struct trace_judge *judge, size_t index)
{
	return index >= judge->samples->cold && !(response_of(judge, index) <= judge->threshold_ms);
}

bool trace_judge_needs(const struct trace_judge *judge, size_t index)
{
	bool chosen = index >= judge->samples->cold && (index - judge->samples->cold) % judge->fast_stride == 0;
	return chosen || index == judge->story || trace_judge_is_spike(judge, index);
}

static void add_spike(struct trace_judge *judge, size_t index, enum explain_refusal refusal,
	const double offsets_us[TRACE_ROLES], const double sums_ms[TRACE_CAUSES])
{
	const struct trace_samples *samples = judge->samples;
	double offset_us = offsets_us[samples->sender];
	const struct explain_spike spike = { .sample = index, .response_ms = response_of(judge, index),
		.due_us = 1000 * trace_sample_ms(samples, index, TRACE_DUE) + offset_us,
		.returned_us = 1000 * trace_sample_ms(samples, index, TRACE_RETURNED) + offset_us, .refusal = refusal };
	explain_spikes_add(&judge->spikes, &spike, sums_ms);
}

/* Whether the thread handles a message at the moment; where a trace shows no handlers at all, nobody knows. */
static bool is_handled(const struct trace_pieces *pieces, double moment_us)
{
	if (isnan(moment_us) || pieces->lane->handlers == 0)
		return true;
	return trace_pieces_handling(pieces, moment_us, TRACE_HANDLED_TOLERANCE_US);
}

/* A sample's message is handled by the target when it was received, its reply by the sender when it returned. */
static bool belongs(struct trace_judge *judge, const struct trace_pieces *pieces, const struct trace_way *way)
{
	enum trace_role sender = judge->samples->sender, target = trace_samples_target(judge->samples);
	bool handled = is_handled(&pieces[target], way->received_us) && is_handled(&pieces[sender], way->returned_us);
	judge->checked++;
	judge->outside += !handled;
	return handled;
}

static enum explain_refusal look(struct trace_judge *judge, const struct trace_bench *bench,
	const struct trace_pieces *pieces, size_t index, struct trace_way *way)
{
	if (isnan(response_of(judge, index)))
		return EXPLAIN_UNANSWERED;
	if (!trace_way_init(way, judge->samples, index, bench->offsets_us))
		return EXPLAIN_CONTRADICTORY;
	if (way->due_us < bench->first_us || way->returned_us > bench->last_us)
		return EXPLAIN_OUTSIDE;
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		if (way->returned_us > bench->lanes[role]->dropped_us)
			return EXPLAIN_TOO_MUCH;
	}
	return belongs(judge, pieces, way) ? EXPLAIN_TOLD : EXPLAIN_UNHANDLED;
}

static void judge_sample(struct trace_judge *judge, const struct trace_bench *bench, struct trace_pieces *pieces,
	size_t index)
{
	struct trace_way way;
	double sums_ms[TRACE_CAUSES] = { 0 };
	bool spike = trace_judge_is_spike(judge, index), cold = index < judge->samples->cold;
	enum explain_refusal refusal = look(judge, bench, pieces, index, &way);
	if (refusal == EXPLAIN_TOLD) {
		for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
			trace_pieces_cover(&pieces[role], way.due_us, way.returned_us);
		trace_way_sum(&way, pieces, spike || cold ? sums_ms : judge->spikes.fast_ms);
		judge->spikes.fast += !spike && !cold;
		if (index == judge->story)
			explain_story_tell(&judge->told, &way, pieces);
	}
	if (spike)
		add_spike(judge, index, refusal, bench->offsets_us, sums_ms);
}

static void count_unanswered(struct trace_judge *judge)
{
	for (size_t i = judge->samples->cold; i < judge->samples->count; i++)
		judge->unanswered += isnan(response_of(judge, i));
}

void trace_judge_samples(struct trace_judge *judge, const struct trace_bench *bench)
{
	struct trace_pieces pieces[TRACE_ROLES];
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		trace_pieces_init(&pieces[role], bench->lanes[role], role, &bench->evidence, bench->first_us,
			bench->last_us);
	for (size_t i = 0; i < judge->samples->count; i++) {
		if (trace_judge_needs(judge, i))
			judge_sample(judge, bench, pieces, i);
	}
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++) {
		judge->busy_us += pieces[role].busy_us;
		judge->busy_asleep_us += pieces[role].busy_asleep_us;
		trace_pieces_release(&pieces[role]);
	}
	count_unanswered(judge);
}

void trace_judge_refuse(struct trace_judge *judge, const double offsets_us[TRACE_ROLES])
{
	for (size_t i = judge->samples->cold; i < judge->samples->count; i++) {
		bool answered = !isnan(response_of(judge, i));
		if (trace_judge_is_spike(judge, i))
			add_spike(judge, i, answered ? EXPLAIN_NO_CLOCK : EXPLAIN_UNANSWERED, offsets_us, NULL);
	}
	count_unanswered(judge);
}
