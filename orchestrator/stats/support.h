/* Is a cause the cause? Episodes in blocks of two launches, one as it was and one with the cause switched off. Pure; any
 * thread.
 *
 * Words, for K blocks of which each gives a rate as it was and one without the cause:
 *   too few        K < 6: not even the extreme order has p ≤ 0.05 (docs/METHOD.md §3)
 *   supported      p ≤ 0.05 for "nothing changed", and at most half of the rate is left
 *   not supported  p ≤ 0.05 for "half of the rate went", and more than half is left
 *   undecided      else
 * p by flipping signs of the blocks' differences (stats/permutation.h). If switching off changes nothing, the two launches of
 * a block are alike in law and each sign is as likely: "supported" comes up in at most 2.5 % of cases, whatever the
 * scatter. */
#ifndef WASMOGRAPH_STATS_SUPPORT_H
#define WASMOGRAPH_STATS_SUPPORT_H

#include <stddef.h>
#include <stdint.h>

#include "stats/interval.h"

/* As much of the rate may be left where a cause is supported. */
#define SUPPORT_LEFT_SHARE 0.5

enum support_verdict { SUPPORT_TOO_FEW, SUPPORT_SUPPORTED, SUPPORT_NOT_SUPPORTED, SUPPORT_UNDECIDED };
const char *support_verdict_name(enum support_verdict verdict); /* "too-few", "supported", "not-supported", "undecided" */

struct support {
	double with, without;    /* mean rates; NaN without blocks */
	struct interval change;  /* without − with: mean over blocks with Student's 95 % interval */
	double p;                /* of no change; NaN without blocks */
	enum support_verdict verdict;
	size_t blocks_needed;    /* of an undecided one: about as many would hold a difference in enough blocks for any verdict,
	                            if episodes go on coming as they did; 0: cannot be told, or enough blocks hold one */
};

/* with[i] and without[i] are the rates of block i, ≥ 0. The seed is used above 20 blocks. */
struct support support_judge(const double *with, const double *without, size_t blocks, uint64_t seed);

#endif
