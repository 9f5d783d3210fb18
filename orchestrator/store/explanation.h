/* What the trace of a launch says of its spikes: how its stalled time is shared by causes, and the parts of each spike.
 * The names of causes are trace/cause.h's; here they are text.
 *
 * Ownership: the struct for writing borrows; what was read owns its block and names (store_explanation_release()). */
#ifndef WASMOGRAPH_STORE_EXPLANATION_H
#define WASMOGRAPH_STORE_EXPLANATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

/* Spikes and episodes: those of which it is the largest part. */
struct store_cause { const char *name; size_t spikes, episodes; double ms; };
struct store_part { size_t sample; const char *cause; double ms; };

struct store_explanation {
	const char *refusal;     /* why nothing of the launch is told, without full stop; NULL when it is told */
	size_t episodes, explained; /* of these, with a cause */
	double stalled_ms, refused_ms; /* of the episodes; of those without a cause */
	/* Trace µs minus 1000 × performance.now() of the page and of the other party's worker; p95 of the marks' deviations.
	 * NAN unknown. */
	double main_us, worker_us, spread_us;
	struct store_cause *causes; size_t cause_count;
	struct store_part *parts; size_t part_count;
};

/* For store_launch_finalise(): inside its transaction. */
int store_explanation_insert(struct store *store, int64_t launch_row,
	const struct store_explanation *explanation, struct err *err);

/* Without its parts; the largest cause first. ERR_NOT_FOUND for a launch that has none. */
int store_explanation_load(struct store *store, int64_t launch_row, struct store_explanation *explanation,
	struct err *err);

/* The same for who is content without one: *found says whether there is. */
int store_explanation_find(struct store *store, int64_t launch_row, struct store_explanation *explanation,
	bool *found, struct err *err);
void store_explanation_release(struct store_explanation *explanation);

/* The parts of its spikes, in the order of the samples; none when nothing was told. */
int store_explanation_parts(struct store *store, int64_t launch_row, struct store_part **parts, size_t *count,
	struct err *err);
void store_explanation_parts_free(struct store_part *parts, size_t count);

#endif
