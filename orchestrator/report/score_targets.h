/* What the naming of causes is to reach, and whether it did: docs/CAUSES.md, "How it is checked".
 *
 * Pure; values. */
#ifndef WASMOGRAPH_REPORT_SCORE_TARGETS_H
#define WASMOGRAPH_REPORT_SCORE_TARGETS_H

#include "report/score.h"
#include "stats/interval.h"

enum { SCORE_EPISODES_LEAST = 35, SCORE_TARGET_TEXT_SIZE = 96 };

/* The kind by which the browser's own tier-up is planted. */
#define SCORE_TIER_UP_KIND "tier-up"

enum score_target_kind {
	SCORE_TARGET_PURE,
	SCORE_TARGET_ALL,
	SCORE_TARGET_ALL_BY_NAME, /* a mixture counts as the name it was planted under, and nothing else */
	SCORE_TARGET_LEAST,      /* the worst pure kind but SCORE_TIER_UP_KIND */
	SCORE_TARGET_CLEAR,
	SCORE_TARGET_BOTH,
	SCORE_TARGET_UNEXPLAINED,
	SCORE_TARGET_SUMS,
	SCORE_TARGET_EPISODES,   /* the kind, pure or mixture, that has the fewest */
	SCORE_TARGETS,
};

enum score_target_state { SCORE_MET, SCORE_MISSED, SCORE_NOT_JUDGED };

struct score_target {
	const char *name;        /* "pure": for programs */
	char text[SCORE_TARGET_TEXT_SIZE]; /* for people */
	struct score_tally tally; /* n 0: it is no share of so many */
	struct interval interval; /* 95 % of the share (Wilson), or the value alone */
	double goal;
	bool at_most;            /* the value has to be at most the goal, else at least */
	bool is_count;           /* no share */
	enum score_target_state state;
};

void score_targets(const struct score *score, struct score_target targets[SCORE_TARGETS]);

/* Wilson's 95 % interval. */
struct interval score_interval(struct score_tally tally);

#endif
