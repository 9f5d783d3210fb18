/* Launches that are scored together: those of the seeds by which the rule was tuned, or those of the seeds that were held out.
 *
 * Ownership: a set borrows everything but its score and its arrays: score_set_release(). Pure. */
#ifndef WASMOGRAPH_REPORT_SCORE_SET_H
#define WASMOGRAPH_REPORT_SCORE_SET_H

#include <stdint.h>

#include "report/score.h"
#include "report/score_controls.h"

/* Runs of this seed and above are looked at when the rule is frozen, not before. */
#define SCORE_HELD_OUT_SEED 9000

struct score_run {
	const char *id;
	const char *only;        /* the address of the one launch of it that was asked for; NULL: all */
	const char *outcome;     /* of that launch: it may be void */
	uint64_t seed;
	double threshold_ms;
	size_t launches;         /* scored */
	size_t left_out;         /* traced, but not valid */
	size_t incomplete;       /* valid and traced, but trace, samples or truth are missing */
};

struct score_refusal { const char *launch, *why; };

struct score_set {
	bool held_out;
	struct score_run *runs; size_t run_count;
	struct score_refusal *refusals; size_t refusal_count;
	struct score score;
	struct score_controls controls;
};

const char *score_set_name(const struct score_set *set); /* "tuning", "held-out" */

void score_set_add_run(struct score_set *set, const struct score_run *run);
void score_set_add_refusal(struct score_set *set, const char *launch, const char *why);
void score_set_release(struct score_set *set);

#endif
