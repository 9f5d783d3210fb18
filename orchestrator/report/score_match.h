/* Which spikes of a launch are whose: finds each plant's episode (docs/CAUSES.md, "How it is checked").
 *
 * A spike is that of every plant whose time overlaps its own, due to returned. One that overlaps none and follows one that did,
 * with no sample on time between, waited after that plant and is its too. What is left was planted by nobody. The two plants
 * of a pair have one episode together.
 *
 * Pure. Ownership: score_match_release(); plants are borrowed from the truth. */
#ifndef WASMOGRAPH_REPORT_SCORE_MATCH_H
#define WASMOGRAPH_REPORT_SCORE_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/explain.h"
#include "trace/truth.h"

enum { SCORE_PLANTS = 2 };

/* A plant, or a pair, with what the spikes of its episode were charged to. */
struct score_owner {
	const struct trace_plant *plants[SCORE_PLANTS]; /* of a pair that whose kind comes first in the alphabet */
	size_t plant_count;
	double begins_us[SCORE_PLANTS], ends_us[SCORE_PLANTS]; /* on the trace's clock; NAN: did not happen */
	size_t spikes, told;     /* told: that have a cause */
	double sums_ms[TRACE_CAUSES];
	size_t named[TRACE_CAUSES]; /* spikes by their own cause */
	size_t clear, clear_held; /* spikes whose largest part is EXPLAIN_MAIN_SHARE or more; those whose cause a plant holds */
	size_t held;             /* spikes whose cause a plant holds */
	bool shared;             /* some spike is another plant's too */
};

struct score_match {
	struct score_owner *owners; /* in the order of their begin; those without a begin last */
	size_t count;
	size_t strays;           /* spikes of no plant */
	size_t stray_episodes;   /* that hold no other */
	size_t stray_causes[TRACE_CAUSES]; /* spikes */
};

/* Of a launch that was not refused. */
void score_match_init(struct score_match *match, const struct trace_truth *truth, const struct explain_result *result);
void score_match_release(struct score_match *match);

/* Whether any plant of the owner holds the cause. */
bool score_owner_holds(const struct score_owner *owner, int cause);

/* Why a plant of the owner did not happen; NULL: all did. */
const char *score_owner_failure(const struct score_owner *owner);

/* One plant or pair that is not matched to anything. */
struct score_owner score_owner_of(const struct trace_truth *truth, size_t index);

/* Whether the plant at the index stands for its pair: each pair counts once. */
bool score_owner_leads(const struct trace_truth *truth, size_t index);

#endif
