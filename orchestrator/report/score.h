/* How well the rule names causes: explanations of launches held against what was planted in them.
 *
 * An episode is right when the largest sum of its spikes' parts bears the planted name, or one that is true of the plant too;
 * docs/CAUSES.md, "How it is checked", defines every word. Nothing is left out: a plant is in exactly one of the verdicts.
 *
 * Pure. Ownership: score_release(); launches, truths and results are borrowed as long as the score lives. */
#ifndef WASMOGRAPH_REPORT_SCORE_H
#define WASMOGRAPH_REPORT_SCORE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/score_match.h"

enum score_verdict {
	SCORE_BY_NAME,           /* the largest part bears the planted name */
	SCORE_ALSO,              /* … a name that is true of it too */
	SCORE_WRONG,             /* … another */
	SCORE_NO_CAUSE,          /* none of its spikes has a cause: no right answer */
	SCORE_SILENT,            /* no sample was slow by it */
	SCORE_NOT_HAPPENED,      /* the planting failed */
	SCORE_WITHHELD,          /* the launch was refused an explanation */
	SCORE_VERDICTS,
};
const char *score_verdict_name(enum score_verdict verdict); /* "right", "also", "wrong", … */

/* What became of one plant, or pair of them. */
struct score_episode {
	const char *launch;      /* its address */
	struct score_owner owner;
	enum score_verdict verdict;
	int largest, second;     /* of its sums; TRACE_NO_CAUSE: there is none */
	double share;            /* of the largest; NAN without one */
	bool both;               /* of a pair: the two largest parts are one of each plant's */
};

/* Successes of so many. */
struct score_tally { size_t k, n; };

/* The episodes of plants of one kind, cause and purity, or of pairs of two such kinds. */
struct score_kind {
	const struct score_owner *like; /* the first: names, causes, purity */
	size_t verdicts[SCORE_VERDICTS];
	size_t plants;           /* all verdicts */
	size_t episodes;         /* that had slow samples */
	struct score_tally right, by_name, both;
	size_t named[TRACE_CAUSES]; /* episodes by their largest part */
	size_t shared;           /* episodes with spikes that are the next plant's too */
	const char *failure;     /* why one of them did not happen; NULL: all did */
};
bool score_kind_is_pair(const struct score_kind *kind);
bool score_kind_is_pure(const struct score_kind *kind);

/* Of the episodes that had slow samples. */
struct score_totals {
	struct score_tally pure, mixtures, pairs, all; /* right */
	struct score_tally pure_by_name, mixtures_by_name, pairs_by_name, all_by_name;
	struct score_tally both; /* of pairs */
	struct score_tally clear; /* right of those whose largest part is EXPLAIN_MAIN_SHARE or more */
	struct score_tally samples, samples_clear; /* the same of their slow samples */
};

struct score {
	struct score_episode *episodes;
	size_t episode_count, episode_room;
	size_t launches, refused; /* refused: of the launches */
	size_t samples, spikes, told; /* of the launches that were not refused */
	double stalled_ms;
	double slow_ms[TRACE_CAUSES]; /* stalled time by cause */
	double fast_ms[TRACE_CAUSES]; /* time of samples on time */
	struct score_tally sums; /* spikes whose parts sum to their response, each cause once */
	size_t strays, stray_episodes, stray_causes[TRACE_CAUSES]; /* spikes that nobody planted */
	/* By score_end(): */
	struct score_kind *kinds; /* pure ones, mixtures, pairs; each by cause and name */
	size_t kind_count;
	struct score_totals totals;
};

void score_init(struct score *score);
void score_release(struct score *score);

/* `launch` is its address, borrowed. */
void score_add(struct score *score, const char *launch, const struct trace_truth *truth,
	const struct explain_result *result);

/* Makes the kinds and the totals of all that was added so far, anew. */
void score_end(struct score *score);

/* The cause's part of the sum; NAN when there is none. */
double score_share(const double sums_ms[TRACE_CAUSES], int cause);

/* Within this the parts of a spike sum to its response. */
#define SCORE_SUM_MS 0.02

#endif
