#include "trace/story.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

static void add_to_leg(size_t leg, double from_us, double to_us, int cause, int other, double share, void *context)
{
	struct explain_story *story = context;
	double length_ms = (to_us - from_us) / 1000;
	story->legs_ms[leg][cause] += length_ms * (1 - share);
	if (other != TRACE_NO_CAUSE)
		story->legs_ms[leg][other] += length_ms * share;
}

static bool is_same(const struct explain_doing *a, const struct explain_doing *b)
{
	return a->cause == b->cause && a->other == b->other && a->other_share == b->other_share;
}

static void add_doing(struct explain_story *story, enum trace_role role, const struct explain_doing *doing)
{
	size_t count = story->doing_counts[role];
	struct explain_doing *doings = story->doings[role];
	if (count > 0 && is_same(&doings[count - 1], doing))
		doings[count - 1].to_us = doing->to_us;
	else if (count == EXPLAIN_DOINGS_MAX)
		story->left_out[role]++;
	else
		doings[story->doing_counts[role]++] = *doing;
}

/* An instant that no rule names is an idle one. */
static void tell_doings(struct explain_story *story, enum trace_role role, const struct trace_pieces *pieces)
{
	const struct trace_way *way = &story->way;
	int unexplained = trace_cause(TRACE_UNEXPLAINED, role);
	story->doings[role] = mem_alloc_zero(EXPLAIN_DOINGS_MAX, sizeof *story->doings[role]);
	for (size_t i = trace_pieces_find(pieces, way->due_us); i < pieces->count; i++) {
		const struct trace_piece *piece = &pieces->items[i];
		struct explain_doing doing = { .from_us = fmax(piece->from_us, way->due_us),
			.to_us = fmin(trace_pieces_end_us(pieces, i), way->returned_us),
			.cause = piece->causes[TRACE_LEG_AFTER], .other = piece->others[TRACE_LEG_AFTER] };
		doing.other_share = doing.other == TRACE_NO_CAUSE ? 0 : (double)piece->other_share;
		if (doing.cause == unexplained)
			doing.cause = TRACE_NO_CAUSE;
		if (doing.to_us > doing.from_us)
			add_doing(story, role, &doing);
	}
}

void explain_story_tell(struct explain_story *story, const struct trace_way *way,
	const struct trace_pieces pieces[TRACE_ROLES])
{
	*story = (struct explain_story){ .told = true, .way = *way };
	trace_way_walk(way, pieces, add_to_leg, story);
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		tell_doings(story, role, &pieces[role]);
}

void explain_story_release(struct explain_story *story)
{
	for (enum trace_role role = TRACE_MAIN; role < TRACE_ROLES; role++)
		free(story->doings[role]);
	*story = (struct explain_story){ 0 };
}
