#include "trace/pieces.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* First touch of a page; it only decides between two names (measured on one machine: docs/CAUSES.md). */
#define FAULT_US 2.3

/* The trace and the host are compared over segments that outlast several ticks and were spent on a processor. */
#define COMPARED_US 3000.0
#define COMPARED_OFF_SHARE 0.05

/* ---- what is known at a moment ---- */

/* What the host saw at the moment; *edge_us is lowered to where that changes. */
static void look_at_host(struct trace_pieces *pieces, double at_us, struct trace_instant *instant, double *edge_us)
{
	const struct trace_host *host = pieces->evidence->host;
	if (!host)
		return;
	bool known = trace_spans_at(&pieces->known, at_us, edge_us);
	const struct trace_span *waiting = trace_spans_at(&pieces->waiting, at_us, edge_us);
	const struct trace_span *others = trace_spans_at(&pieces->others, at_us, edge_us);
	instant->knows_state = known && host->threads[pieces->role].has_state;
	instant->knows_delay = known && host->threads[pieces->role].has_delay;
	instant->stopped = trace_spans_at(&pieces->stopped, at_us, edge_us);
	instant->asleep = trace_spans_at(&pieces->asleep, at_us, edge_us);
	instant->stalled = trace_spans_at(&pieces->stalled, at_us, edge_us);
	instant->waiting = waiting;
	instant->others_wait = others;
	instant->browser_share = waiting ? waiting->value : others ? others->value : NAN;
}

/* Of the processor time in the segment the thread itself took what it was not off. */
static bool others_are_busy(const struct trace_pieces *pieces, const struct trace_segment *segment)
{
	const struct trace_evidence *evidence = pieces->evidence;
	double length_us = segment->to_us - segment->from_us;
	if (!evidence->activity || isnan(evidence->cores) || !(segment->off_share > 0) || isinf(length_us))
		return false;
	double all_us = trace_activity_cpu_us(evidence->activity, segment->from_us, segment->to_us);
	return all_us - length_us * (1 - segment->off_share) >= evidence->cores * length_us / 2;
}

static double fault_share(const struct trace_pieces *pieces, const struct trace_segment *segment)
{
	const struct trace_host *host = pieces->evidence->host;
	double length_us = segment->to_us - segment->from_us;
	if (!host || !segment->root || !segment->root->grows || isinf(length_us))
		return 0;
	const struct trace_spans *faults = &host->threads[pieces->role].faults;
	return FAULT_US * trace_spans_integral(faults, segment->from_us, segment->to_us) / length_us;
}

static void compare_clocks(struct trace_pieces *pieces, double from_us, double to_us)
{
	const struct trace_segment *segment = &pieces->segment;
	const struct trace_host *host = pieces->evidence->host;
	bool busy = segment->what > TRACE_TASK && segment->off_share >= 0 && segment->off_share < COMPARED_OFF_SHARE;
	if (!host || !busy || !(segment->to_us - segment->from_us >= COMPARED_US) || isinf(to_us))
		return;
	pieces->busy_us += trace_spans_overlap_us(&host->threads[pieces->role].known, from_us, to_us);
	pieces->busy_asleep_us += trace_spans_overlap_us(&host->threads[pieces->role].asleep, from_us, to_us);
}

/* ---- pieces ---- */

static bool is_same(const struct trace_piece *a, const struct trace_piece *b)
{
	return memcmp(a->causes, b->causes, sizeof a->causes) == 0
		&& memcmp(a->others, b->others, sizeof a->others) == 0 && a->other_share == b->other_share;
}

static void add_piece(struct trace_pieces *pieces, const struct trace_piece *piece)
{
	if (pieces->count > pieces->first && is_same(&pieces->items[pieces->count - 1], piece))
		return;
	if (pieces->count == pieces->room) {
		pieces->room = pieces->room ? pieces->room + pieces->room / 2 : 1024;
		pieces->items = mem_resize(pieces->items, pieces->room, sizeof *pieces->items);
	}
	pieces->items[pieces->count++] = *piece;
}

static void apply_rule(struct trace_pieces *pieces, const struct trace_instant *instant, struct trace_piece *piece)
{
	struct trace_instant on_leg = *instant;
	*piece = (struct trace_piece){ 0 };
	for (enum trace_leg leg = TRACE_LEG_BEFORE; leg < TRACE_LEGS; leg++) {
		struct trace_charge charge;
		on_leg.leg = leg;
		trace_rule_apply(&on_leg, &charge);
		piece->causes[leg] = (signed char)trace_cause(charge.what, pieces->role);
		piece->others[leg] = TRACE_NO_CAUSE;
		if (charge.other_share > 0) { /* the rules that share do it alike on every leg, or on one alone */
			piece->others[leg] = (signed char)trace_cause(charge.other, pieces->role);
			piece->other_share = (float)charge.other_share;
		}
	}
}

static void charge(struct trace_pieces *pieces, double from_us, const struct trace_instant *instant)
{
	struct trace_instant *known = &pieces->latest[instant->what].instant;
	struct trace_piece *piece = &pieces->latest[instant->what].piece;
	if (memcmp(known, instant, sizeof *known) != 0) { /* both were cleared before they were filled: padding, too */
		memcpy(known, instant, sizeof *known);
		apply_rule(pieces, instant, piece);
	}
	piece->from_us = from_us;
	add_piece(pieces, piece);
}

/* Cuts [end_us, to) of the current segment wherever evidence changes. */
static void cut(struct trace_pieces *pieces, double to_us)
{
	const struct trace_segment *segment = &pieces->segment;
	struct trace_instant instant;
	memset(&instant, 0, sizeof instant);
	instant.role = pieces->role;
	instant.what = segment->what;
	instant.off_share = segment->off_share;
	instant.busy = others_are_busy(pieces, segment);
	instant.fault_share = fault_share(pieces, segment);
	instant.browser_share = NAN;
	instant.short_pause = segment->to_us - segment->from_us < TRACE_QUEUE_PAUSE_US;
	if (segment->root) {
		instant.short_task = (double)segment->root->to - segment->root->from < TRACE_QUEUE_TASK_US;
		instant.grows = segment->root->grows;
	}
	compare_clocks(pieces, pieces->end_us, to_us);
	while (pieces->end_us < to_us) {
		double edge_us = to_us;
		look_at_host(pieces, pieces->end_us, &instant, &edge_us);
		instant.silent = trace_spans_at(&pieces->silent, pieces->end_us, &edge_us);
		charge(pieces, pieces->end_us, &instant);
		pieces->end_us = edge_us;
	}
}

static void next_segment(struct trace_pieces *pieces)
{
	double from_us = pieces->segment.to_us;
	if (!trace_sweep_next(&pieces->sweep, &pieces->segment))
		pieces->segment = (struct trace_segment){ .from_us = from_us, .to_us = INFINITY, .what = TRACE_IDLE,
			.off_share = -1 };
}

static void forget(struct trace_pieces *pieces, double before_us)
{
	while (pieces->first < pieces->count && trace_pieces_end_us(pieces, pieces->first) <= before_us)
		pieces->first++;
	if (pieces->first == pieces->count)
		pieces->first = pieces->count = 0;
	if (2 * pieces->first <= pieces->count)
		return;
	memmove(pieces->items, pieces->items + pieces->first,
		(pieces->count - pieces->first) * sizeof *pieces->items);
	pieces->count -= pieces->first;
	pieces->first = 0;
}

void trace_pieces_cover(struct trace_pieces *pieces, double from_us, double to_us)
{
	forget(pieces, from_us);
	pieces->end_us = fmax(pieces->end_us, from_us);
	while (pieces->end_us < to_us) {
		while (pieces->segment.to_us <= pieces->end_us)
			next_segment(pieces);
		cut(pieces, fmin(pieces->segment.to_us, to_us));
	}
}

size_t trace_pieces_find(const struct trace_pieces *pieces, double moment_us)
{
	size_t low = pieces->first, high = pieces->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (pieces->items[middle].from_us <= moment_us)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* ---- messages ---- */

static void find_messages(struct trace_pieces *pieces)
{
	const struct trace_lane *lane = pieces->lane;
	size_t handlers = 0, posts = 0;
	for (size_t i = 0; i < lane->count; i++) {
		handlers += (lane->slices[i].flags & TRACE_NAME_HANDLER) != 0;
		posts += (lane->slices[i].flags & TRACE_NAME_POST) != 0;
	}
	pieces->handlers = mem_alloc_zero(2 * handlers + 1, sizeof *pieces->handlers);
	pieces->posts = mem_alloc_zero(posts + 1, sizeof *pieces->posts);
	for (size_t i = 0; i < lane->count; i++) {
		const struct trace_slice *slice = &lane->slices[i];
		if (slice->flags & TRACE_NAME_POST)
			pieces->posts[pieces->post_count++] = slice->start;
		if (!(slice->flags & TRACE_NAME_HANDLER))
			continue;
		pieces->handlers[2 * pieces->handler_count] = slice->start;
		pieces->handlers[2 * pieces->handler_count++ + 1] = slice->end;
	}
}

/* The first of `count` moments, `stride` numbers apart, that is not before that one. */
static size_t first_from(const struct trace_pieces *pieces, const uint32_t *moments, size_t count, size_t stride,
	double moment_us)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (trace_lane_us(pieces->lane, moments[stride * middle]) < moment_us)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t first_handler(const struct trace_pieces *pieces, double moment_us)
{
	return first_from(pieces, pieces->handlers, pieces->handler_count, 2, moment_us);
}

bool trace_pieces_handles(const struct trace_pieces *pieces, double from_us, double to_us, size_t least)
{
	size_t last = first_handler(pieces, from_us) + least - 1;
	return last < pieces->handler_count && trace_lane_us(pieces->lane, pieces->handlers[2 * last]) < to_us;
}

bool trace_pieces_handling(const struct trace_pieces *pieces, double moment_us, double tolerance_us)
{
	const struct trace_lane *lane = pieces->lane;
	size_t next = first_handler(pieces, moment_us);
	if (next < pieces->handler_count
	    && trace_lane_us(lane, pieces->handlers[2 * next]) <= moment_us + tolerance_us)
		return true;
	return next > 0 && trace_lane_us(lane, pieces->handlers[2 * next - 1]) >= moment_us - tolerance_us;
}

double trace_pieces_posted(const struct trace_pieces *pieces, double moment_us)
{
	const struct trace_root *root = trace_sweep_root(&pieces->sweep, moment_us);
	size_t next = first_from(pieces, pieces->posts, pieces->post_count, 1, moment_us);
	if (!root)
		return -INFINITY;
	bool told = next < pieces->post_count && pieces->posts[next] <= root->to;
	return trace_lane_us(pieces->lane, told ? pieces->posts[next] : root->to);
}

/* ---- the whole ---- */

static void place_cursors(struct trace_pieces *pieces, double from_us)
{
	const struct trace_host *host = pieces->evidence->host;
	const struct trace_host_thread *thread = &host->threads[pieces->role];
	const struct { struct trace_spans_cursor *cursor; const struct trace_spans *spans; } lists[] = {
		{ &pieces->known, &thread->known }, { &pieces->stopped, &thread->stopped },
		{ &pieces->asleep, &thread->asleep }, { &pieces->waiting, &thread->waiting },
		{ &pieces->stalled, &host->stalled }, { &pieces->others, &host->others_waiting },
	};
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		*lists[i].cursor = (struct trace_spans_cursor){ lists[i].spans, trace_spans_after(lists[i].spans, from_us) };
}

void trace_pieces_init(struct trace_pieces *pieces, const struct trace_lane *lane, enum trace_role role,
	const struct trace_evidence *evidence, double from_us, double to_us)
{
	*pieces = (struct trace_pieces){ .role = role, .lane = lane, .evidence = evidence, .end_us = from_us };
	trace_sweep_init(&pieces->sweep, lane);
	find_messages(pieces);
	for (int what = TRACE_IDLE; what < TRACE_CLASSES; what++)
		pieces->latest[what].instant.what = TRACE_WHATS; /* like none */
	pieces->segment = (struct trace_segment){ .from_us = -INFINITY, .what = TRACE_IDLE, .off_share = -1,
		.to_us = lane->count ? trace_lane_us(lane, lane->slices[0].start) : INFINITY };
	if (evidence->activity)
		trace_activity_silences(evidence->activity, lane->pid, from_us, to_us, &pieces->silences);
	pieces->silent.spans = &pieces->silences;
	if (evidence->host)
		place_cursors(pieces, from_us);
}

void trace_pieces_release(struct trace_pieces *pieces)
{
	trace_sweep_release(&pieces->sweep);
	trace_spans_release(&pieces->silences);
	free(pieces->items);
	free(pieces->handlers);
	free(pieces->posts);
	*pieces = (struct trace_pieces){ 0 };
}
