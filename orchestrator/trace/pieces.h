/* A thread's time in pieces, each with what it is charged to (trace/rule.h): cut wherever its slices begin or end and
 * wherever what the host saw changes.
 *
 * Pieces are made as they are asked for, forwards, and forgotten behind: memory is that of the longest sample's. Each has
 * the answers for the three kinds of leg.
 *
 * Pure. Ownership: trace_pieces_release(); lane and evidence are borrowed. */
#ifndef WASMOGRAPH_TRACE_PIECES_H
#define WASMOGRAPH_TRACE_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "trace/activity.h"
#include "trace/host.h"
#include "trace/lane.h"
#include "trace/rule.h"
#include "trace/sweep.h"

struct trace_piece {
	double from_us;          /* up to the next piece's */
	float other_share;
	signed char causes[TRACE_LEGS], others[TRACE_LEGS]; /* trace_cause(); another than none has other_share */
};

/* Where evidence comes from; NULL is none. */
struct trace_evidence {
	const struct trace_host *host;
	const struct trace_activity *activity;
	double cores;            /* NAN unknown */
};

struct trace_pieces {
	enum trace_role role;
	const struct trace_lane *lane;
	const struct trace_evidence *evidence;
	struct trace_piece *items; /* from `first` on, of `count` */
	size_t first, count, room;
	double end_us;           /* of the last piece */
	/* How well the host's clock fits the trace's: time in which the trace says the thread was on a processor for
	 * milliseconds, and how much of that the host says it slept. */
	double busy_us, busy_asleep_us;
	struct trace_sweep sweep;
	struct trace_segment segment; /* the one that holds end_us */
	uint32_t *handlers;      /* where messages begin to be handled, and end: pairs, ascending; as in trace/lane.h */
	size_t handler_count;    /* of pairs */
	uint32_t *posts;         /* where messages were handed over, ascending */
	size_t post_count;
	/* What an instant of each class was charged to last: most are alike. */
	struct { struct trace_instant instant; struct trace_piece piece; } latest[TRACE_CLASSES];
	struct trace_spans silences;
	struct trace_spans_cursor known, stopped, asleep, waiting, stalled, others, silent;
};

/* The lane is sorted. Nothing will be asked for outside [from, to]. */
void trace_pieces_init(struct trace_pieces *pieces, const struct trace_lane *lane, enum trace_role role,
	const struct trace_evidence *evidence, double from_us, double to_us);
void trace_pieces_release(struct trace_pieces *pieces);

/* Makes the pieces of [from, to) and forgets those before; from ascends from call to call. */
void trace_pieces_cover(struct trace_pieces *pieces, double from_us, double to_us);

/* The piece that holds the moment, which is covered. */
size_t trace_pieces_find(const struct trace_pieces *pieces, double moment_us);

static inline double trace_pieces_end_us(const struct trace_pieces *pieces, size_t index)
{
	return index + 1 < pieces->count ? pieces->items[index + 1].from_us : pieces->end_us;
}

/* Whether as many messages, one at least, begin to be handled in [from, to). */
bool trace_pieces_handles(const struct trace_pieces *pieces, double from_us, double to_us, size_t least);

/* Whether a message is being handled at the moment, give or take. */
bool trace_pieces_handling(const struct trace_pieces *pieces, double moment_us, double tolerance_us);

/* When a message that was posted at the moment had been handed over: the next such event of the same task, or the task's end
 * where there is none; −INFINITY when the thread was in no task. */
double trace_pieces_posted(const struct trace_pieces *pieces, double moment_us);

#endif
