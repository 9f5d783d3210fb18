/* Whether a launch stayed the same from its window's start to its end. Pure; any thread. */
#ifndef WASMOGRAPH_STATS_LATENCY_TREND_H
#define WASMOGRAPH_STATS_LATENCY_TREND_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/latency_samples.h"

/* The backlog still grows at the window's end. The backlog at a moment is the number of
 * samples due but not returned; counted as each sample falls due. The window's last half is
 * cut into three equal parts; saturated when the least backlog of each part is above that of
 * the part before, and has grown by 3 samples and 1 % of the half's samples in all. A queue
 * that drains once in a part counts as drained: one last stall shorter than a third of the
 * window is no saturation. False for under 60 measured samples. */
bool latency_is_saturated(const struct latency_samples *samples);

/* A change point (stats/changepoint.h: p < 0.001, step ≥ 10 %) in the level of the response.
 * Levels are medians of at most 50 equal blocks of at least 20 samples, which outlast stalls
 * of half a block. A level must hold for a fifth of the window: where fewer blocks than that
 * stand out beyond 5 robust standard deviations, as a longer stall makes them, they are left
 * out first; so is any shorter stretch between change points, and the rest is looked at
 * again. False for under ten blocks. */
bool latency_is_unsteady(const double *responses, size_t count);

#endif
