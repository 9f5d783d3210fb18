#include "trace/way.h"

#include <math.h>

/* ---- the legs ---- */

/* Whose the way from a moment to the next is. */
static enum trace_role owner(const struct trace_samples *samples, int moment)
{
	bool sender = moment == TRACE_DUE || moment == TRACE_REPLIED;
	return sender ? samples->sender : trace_samples_target(samples);
}

static void add_leg(struct trace_way *way, const struct trace_samples *samples, enum trace_moment from,
	enum trace_moment to, const double at_us[TRACE_MOMENTS])
{
	struct trace_way_leg *leg = &way->legs[way->count++];
	enum trace_role target = trace_samples_target(samples);
	bool of_sender = false, of_target = false;
	for (int moment = (int)from; moment < (int)to; moment++) {
		of_target |= owner(samples, moment) == target;
		of_sender |= owner(samples, moment) != target;
	}
	*leg = (struct trace_way_leg){ .from = from, .to = to, .from_us = at_us[from], .to_us = at_us[to],
		.thread = of_target ? target : samples->sender, .both = of_sender && of_target,
		.posted = from == TRACE_SENT || from == TRACE_REPLIED,
		.kind = to == TRACE_SENT ? TRACE_LEG_BEFORE : TRACE_LEG_AFTER };
}

static void place_moments(const struct trace_samples *samples, size_t index, const double offsets_us[TRACE_ROLES],
	double at_us[TRACE_MOMENTS])
{
	for (enum trace_moment moment = TRACE_DUE; moment < TRACE_MOMENTS; moment++) {
		bool of_target = moment == TRACE_RECEIVED || moment == TRACE_REPLIED;
		enum trace_role clock = of_target ? trace_samples_target(samples) : samples->sender;
		at_us[moment] = 1000 * trace_sample_ms(samples, index, moment) + offsets_us[clock];
	}
}

/* False when a moment lies before an earlier one by more than the tolerance. */
static bool order(double at_us[TRACE_MOMENTS])
{
	double latest_us = at_us[TRACE_DUE], end_us = at_us[TRACE_RETURNED];
	for (enum trace_moment moment = TRACE_SENT; moment < TRACE_MOMENTS; moment++) {
		if (at_us[moment] < latest_us - TRACE_WAY_TOLERANCE_US || at_us[moment] > end_us + TRACE_WAY_TOLERANCE_US)
			return false;
		if (isnan(at_us[moment]))
			continue;
		at_us[moment] = fmin(fmax(at_us[moment], latest_us), end_us);
		latest_us = at_us[moment];
	}
	return true;
}

bool trace_way_init(struct trace_way *way, const struct trace_samples *samples, size_t index,
	const double offsets_us[TRACE_ROLES])
{
	double at_us[TRACE_MOMENTS];
	enum trace_moment from = TRACE_DUE;
	place_moments(samples, index, offsets_us, at_us);
	*way = (struct trace_way){ .due_us = at_us[TRACE_DUE], .returned_us = at_us[TRACE_RETURNED],
		.received_us = at_us[TRACE_RECEIVED] };
	if (!(at_us[TRACE_RETURNED] >= at_us[TRACE_DUE]) || !order(at_us))
		return false;
	for (enum trace_moment to = TRACE_SENT; to < TRACE_MOMENTS; to++) {
		if (isnan(at_us[to]))
			continue;
		add_leg(way, samples, from, to, at_us);
		from = to;
	}
	return true;
}

/* ---- the walk ---- */

struct walk {
	const struct trace_pieces *pieces; /* of both roles */
	trace_way_fn tell;
	void *context;
	size_t leg;
	int unexplained;
};

typedef void (*stretch_fn)(const struct walk *walk, double from_us, double to_us, const struct trace_piece *piece,
	enum trace_leg kind, const struct trace_way_leg *leg);

static void tell_piece(const struct walk *walk, double from_us, double to_us, const struct trace_piece *piece,
	enum trace_leg kind, const struct trace_way_leg *leg)
{
	(void)leg;
	double share = piece->others[kind] == TRACE_NO_CAUSE ? 0 : (double)piece->other_share;
	walk->tell(walk->leg, from_us, to_us, piece->causes[kind], piece->others[kind], share, walk->context);
}

static void go_through(const struct walk *walk, enum trace_role thread, double from_us, double to_us,
	enum trace_leg kind, const struct trace_way_leg *leg, stretch_fn stretch)
{
	const struct trace_pieces *pieces = &walk->pieces[thread];
	for (size_t i = trace_pieces_find(pieces, from_us); i < pieces->count && from_us < to_us; i++) {
		double end_us = fmin(trace_pieces_end_us(pieces, i), to_us);
		if (end_us > from_us)
			stretch(walk, from_us, end_us, &pieces->items[i], kind, leg);
		from_us = fmax(from_us, end_us);
	}
	if (from_us < to_us) /* not covered */
		walk->tell(walk->leg, from_us, to_us, walk->unexplained, TRACE_NO_CAUSE, 0, walk->context);
}

/* Until when an idle stretch may be the other thread's. */
static double others_until(const struct walk *walk, const struct trace_way_leg *leg, enum trace_role other)
{
	if (leg->both)
		return INFINITY;
	return leg->posted ? trace_pieces_posted(&walk->pieces[other], leg->from_us) : -INFINITY;
}

static void tell_stretch(const struct walk *walk, double from_us, double to_us, const struct trace_piece *piece,
	enum trace_leg kind, const struct trace_way_leg *leg)
{
	enum trace_role other = leg->thread == TRACE_MAIN ? TRACE_WORKER : TRACE_MAIN;
	bool idle = piece->causes[kind] == walk->unexplained && piece->others[kind] == TRACE_NO_CAUSE;
	double until_us = idle ? fmin(others_until(walk, leg, other), to_us) : from_us;
	if (until_us > from_us) {
		go_through(walk, other, from_us, until_us, TRACE_LEG_AFTER, leg, tell_piece);
		from_us = until_us;
	}
	if (from_us < to_us)
		tell_piece(walk, from_us, to_us, piece, kind, leg);
}

void trace_way_walk(const struct trace_way *way, const struct trace_pieces pieces[TRACE_ROLES], trace_way_fn tell,
	void *context)
{
	struct walk walk = { .pieces = pieces, .tell = tell, .context = context,
		.unexplained = trace_cause(TRACE_UNEXPLAINED, TRACE_MAIN) };
	for (walk.leg = 0; walk.leg < way->count; walk.leg++) {
		const struct trace_way_leg *leg = &way->legs[walk.leg];
		bool queues = trace_pieces_handles(&pieces[leg->thread], leg->from_us, leg->to_us, TRACE_QUEUE_LEAST);
		enum trace_leg queued = leg->kind == TRACE_LEG_BEFORE ? TRACE_LEG_BEFORE_QUEUED : TRACE_LEG_AFTER_QUEUED;
		go_through(&walk, leg->thread, leg->from_us, leg->to_us, queues ? queued : leg->kind,
			leg, tell_stretch);
	}
}

static void add_stretch(size_t leg, double from_us, double to_us, int cause, int other, double share, void *context)
{
	double *sums_ms = context, length_ms = (to_us - from_us) / 1000;
	(void)leg;
	sums_ms[cause] += length_ms * (1 - share);
	if (other != TRACE_NO_CAUSE)
		sums_ms[other] += length_ms * share;
}

void trace_way_sum(const struct trace_way *way, const struct trace_pieces pieces[TRACE_ROLES],
	double sums_ms[TRACE_CAUSES])
{
	trace_way_walk(way, pieces, add_stretch, sums_ms);
}
