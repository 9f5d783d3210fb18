/* The two threads of a launch, found by their clock marks, with their slices.
 *
 * Until both have marks the slices of all threads are kept; then only theirs. The thread with the most marks of a role has
 * it, the later one of equals (a page that was loaded twice).
 *
 * Pure. Ownership: trace_parties_release(). */
#ifndef WASMOGRAPH_TRACE_PARTIES_H
#define WASMOGRAPH_TRACE_PARTIES_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/clock.h"
#include "trace/event.h"
#include "trace/lane.h"
#include "trace/names.h"

enum { TRACE_PARTIES_MAX = 512 }; /* and as many with marks */

struct trace_party {
	struct trace_lane lane;
	struct trace_clock clocks[TRACE_ROLES];
	double first_us;         /* its first event */
	double last_mark_us[TRACE_ROLES]; /* 0 before the first */
};

struct trace_parties {
	struct trace_names names;
	struct trace_party **list;
	size_t count, latest;    /* latest: most events are of the same thread as the one before */
	struct trace_party *roles[TRACE_ROLES]; /* NULL before the first mark */
	const struct trace_spans *windows; /* as trace_lane_limit() has it; NULL before */
};

void trace_parties_init(struct trace_parties *parties);
void trace_parties_release(struct trace_parties *parties);

/* True when the event was a clock mark. */
bool trace_parties_take(struct trace_parties *parties, const struct trace_event *event);

static inline bool trace_parties_known(const struct trace_parties *parties)
{
	return parties->roles[TRACE_MAIN] && parties->roles[TRACE_WORKER];
}

/* From now on only slices that reach into the windows are kept. */
void trace_parties_limit(struct trace_parties *parties, const struct trace_spans *windows);

/* Slices kept, of all threads. */
size_t trace_parties_slices(const struct trace_parties *parties);

/* Nothing follows. */
void trace_parties_end(struct trace_parties *parties);

#endif
