#include "stats/latency_trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "stats/changepoint.h"
#include "stats/quantile.h"

enum { BACKLOG_PARTS = 3, BACKLOG_SAMPLES_MIN = 60, BACKLOG_GROWTH_MIN = 3,
	LEVEL_BLOCKS_MIN = 10, LEVEL_BLOCKS_MAX = 50, LEVEL_BLOCK_SAMPLES_MIN = 20,
	LEVEL_HOLDS_PART = 5 };

#define BACKLOG_GROWTH_SHARE 0.01
#define LEVEL_P 0.001
#define LEVEL_STEP 0.10
#define LEVEL_OUTLIER_SDS 5

/* When each reply came, ascending; missing ones are left out. */
static double *sorted_returns(const struct latency_samples *samples, size_t *count)
{
	double *returns = mem_alloc_zero(samples->count, sizeof(*returns));
	*count = 0;
	for (size_t i = 0; i < samples->count; i++)
		if (latency_is_answered(samples, i))
			returns[(*count)++] = samples->returned[i];
	quantile_sort(returns, *count);
	return returns;
}

/* Least backlog as the samples first … last−1 fall due. */
static double least_backlog(const struct latency_samples *samples, const double *returns,
	size_t return_count, size_t first, size_t last)
{
	double least = INFINITY;
	size_t returned = 0;
	for (size_t i = first; i < last; i++) {
		while (returned < return_count && returns[returned] <= samples->due[i])
			returned++;
		least = fmin(least, (double)i - (double)returned);
	}
	return least;
}

bool latency_is_saturated(const struct latency_samples *samples)
{
	size_t measured = samples->count - samples->cold;
	if (measured < BACKLOG_SAMPLES_MIN)
		return false;
	size_t half = measured / 2, start = samples->count - half, return_count;
	double *returns = sorted_returns(samples, &return_count);
	double least[BACKLOG_PARTS];
	for (size_t part = 0; part < BACKLOG_PARTS; part++)
		least[part] = least_backlog(samples, returns, return_count,
			start + half * part / BACKLOG_PARTS, start + half * (part + 1) / BACKLOG_PARTS);
	free(returns);
	double growth = least[BACKLOG_PARTS - 1] - least[0];
	for (size_t part = 1; part < BACKLOG_PARTS; part++)
		if (!(least[part] > least[part - 1]))
			return false;
	return growth >= BACKLOG_GROWTH_MIN && growth >= BACKLOG_GROWTH_SHARE * (double)half;
}

/* Medians of equal blocks; responses below the coarsest clock's grain are all one level. */
static size_t block_levels(const double *responses, size_t count, double *levels)
{
	size_t blocks = count / LEVEL_BLOCK_SAMPLES_MIN;
	if (blocks > LEVEL_BLOCKS_MAX)
		blocks = LEVEL_BLOCKS_MAX;
	for (size_t i = 0; i < blocks; i++) {
		size_t first = count * i / blocks, end = count * (i + 1) / blocks;
		levels[i] = fmax(quantile(responses + first, end - first, 0.5), LATENCY_GRAIN_MS);
	}
	return blocks;
}

static void leave_out(double *levels, size_t *count, size_t first, size_t end)
{
	memmove(levels + first, levels + end, (*count - end) * sizeof(*levels));
	*count -= end - first;
}

/* Blocks that stand out, by logarithm, beyond 5 robust standard deviations (1.4826 · median
 * distance to the median) are what stalls leave. A level that holds long enough shows in more
 * blocks than that; half the limit decides, lest only the farthest of its blocks go. */
static void leave_stalls_out(double *levels, size_t *count, size_t least)
{
	double middle = quantile(levels, *count, 0.5), distances[LEVEL_BLOCKS_MAX];
	size_t outliers = 0, kept = 0;
	for (size_t i = 0; i < *count; i++)
		distances[i] = fabs(log(levels[i] / middle));
	double limit = LEVEL_OUTLIER_SDS * fmax(1.4826 * quantile(distances, *count, 0.5),
		LEVEL_STEP / LEVEL_OUTLIER_SDS);
	for (size_t i = 0; i < *count; i++)
		outliers += distances[i] > limit / 2;
	if (outliers >= least)
		return;
	for (size_t i = 0; i < *count; i++)
		if (distances[i] <= limit)
			levels[kept++] = levels[i];
	*count = kept;
}

/* The first stretch between change points shorter than `least`, if there is one. */
static bool find_short(const struct changepoint *points, size_t found, size_t count, size_t least,
	size_t *first, size_t *end)
{
	for (size_t i = 0; i <= found; i++) {
		*first = i == 0 ? 0 : points[i - 1].index;
		*end = i == found ? count : points[i].index;
		if (*end - *first < least)
			return true;
	}
	return false;
}

bool latency_is_unsteady(const double *responses, size_t count)
{
	double levels[LEVEL_BLOCKS_MAX];
	struct changepoint points[LEVEL_BLOCKS_MAX];
	size_t blocks = block_levels(responses, count, levels), first, end;
	size_t least = (blocks + LEVEL_HOLDS_PART - 1) / LEVEL_HOLDS_PART;
	if (blocks >= LEVEL_BLOCKS_MIN)
		leave_stalls_out(levels, &blocks, least);
	while (blocks >= LEVEL_BLOCKS_MIN) {
		size_t found = changepoint_find(levels, blocks, LEVEL_BLOCKS_MAX, LEVEL_P, LEVEL_STEP,
			points, LEVEL_BLOCKS_MAX);
		if (found == 0)
			return false;
		if (!find_short(points, found, blocks, least, &first, &end))
			return true;
		leave_out(levels, &blocks, first, end);
	}
	return false;
}
