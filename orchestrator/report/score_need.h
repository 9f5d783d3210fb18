/* How much more has to be measured until each kind of plant has episodes enough. Pure. */
#ifndef WASMOGRAPH_REPORT_SCORE_NEED_H
#define WASMOGRAPH_REPORT_SCORE_NEED_H

#include "report/score.h"

/* A kind that was planted this many times as often as episodes are wanted is silent by its nature, and not waited for. */
#define SCORE_PLANTS_PER_EPISODE 2

/* Blocks that are still to be measured, at the rate of those that were (`blocks` ≥ 1), until each pure kind and each mixture has
 * so many episodes; 0: enough. Of pairs there are as many as come. Nothing in it depends on what was right. */
size_t score_blocks_needed(const struct score *score, size_t episodes, size_t blocks);

#endif
