#include "stats/quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"
#include "stats/beta.h"

enum { QUANTILE_DRAWS = 2000, QUANTILE_BLOCKS_MIN = 10 };

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

void quantile_sort(double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (isnan(values[i]))
			abort();
	if (count > 1)
		qsort(values, count, sizeof(*values), compare_doubles);
}

size_t quantile_rank(size_t count, double p)
{
	if (count == 0 || !(p > 0 && p <= 1))
		abort();
	double exact = p * (double)count;
	double whole = nearbyint(exact);
	double rank = fabs(exact - whole) <= 1e-12 * (double)count ? whole : ceil(exact);
	if (rank < 1)
		return 1;
	return rank > (double)count ? count : (size_t)rank;
}

double quantile_sorted(const double *sorted, size_t count, double p)
{
	return sorted[quantile_rank(count, p) - 1];
}

static double *sorted_copy(const double *values, size_t count)
{
	double *copy = mem_alloc_zero(count, sizeof(*copy));
	memcpy(copy, values, count * sizeof(*copy));
	quantile_sort(copy, count);
	return copy;
}

double quantile(const double *values, size_t count, double p)
{
	if (count == 0)
		return NAN;
	double *sorted = sorted_copy(values, count);
	double value = quantile_sorted(sorted, count, p);
	free(sorted);
	return value;
}

/* Smallest k in 0 … n with P(B ≤ k) ≥ probability. */
static size_t binomial_quantile(size_t n, double p, double probability)
{
	size_t below = 0, above = n;
	while (below < above) {
		size_t middle = below + (above - below) / 2;
		if (beta_binomial_cdf((double)middle, (double)n, p) >= probability)
			above = middle;
		else
			below = middle + 1;
	}
	return below;
}

/* With B = how many samples are ≤ the true quantile, the l-th smallest lies above it when
 * B ≤ l − 1, the u-th below it when B ≥ u. */
int quantile_ranks(size_t count, double p, double confidence, size_t *low, size_t *high)
{
	double side = (1 - confidence) / 2;
	if (count == 0)
		return -1;
	size_t first = binomial_quantile(count, p, side);
	if (beta_binomial_cdf((double)first, (double)count, p) <= side)
		first++; /* P(B ≤ first) is exactly the side: that rank is still allowed */
	size_t last = binomial_quantile(count, p, 1 - side) + 1;
	if (first < 1 || last > count)
		return -1;
	*low = first;
	*high = last;
	return 0;
}

size_t quantile_least_count(double p, double confidence)
{
	/* pⁿ ≤ side and (1 − p)ⁿ ≤ side. */
	double side = (1 - confidence) / 2;
	double larger = p > 0.5 ? p : 1 - p;
	return (size_t)ceil(log(side) / log(larger));
}

/* values[order[r]] is the r-th smallest, rank_of[order[r]] = r. Ties: any order will do. */
static size_t *ranks_of(const double *values, const double *sorted, size_t count)
{
	size_t *next = mem_alloc_zero(count, sizeof(*next));
	size_t *rank_of = mem_alloc_zero(count, sizeof(*rank_of));
	for (size_t i = 0; i < count; i++) {
		const double *found = bsearch(&values[i], sorted, count, sizeof(*sorted), compare_doubles);
		size_t first = (size_t)(found - sorted);
		while (first > 0 && sorted[first - 1] == values[i])
			first--;
		rank_of[i] = first + next[first]++;
	}
	free(next);
	return rank_of;
}

/* One moving-block resample, as how often each rank was drawn; its wanted-th smallest. */
static size_t resample(const size_t *rank_of, size_t count, size_t block, size_t wanted,
	struct rng *rng, size_t *drawn)
{
	memset(drawn, 0, count * sizeof(*drawn));
	size_t taken = 0;
	while (taken < count) {
		size_t start = rng_below(rng, (uint32_t)(count - block + 1));
		for (size_t i = 0; i < block && taken < count; i++, taken++)
			drawn[rank_of[start + i]]++;
	}
	size_t rank = 0, seen = drawn[0];
	while (seen < wanted)
		seen += drawn[++rank];
	return rank;
}

int quantile_block_interval(const double *values, size_t count, double p, double confidence,
	size_t block, uint64_t seed, double *low, double *high)
{
	if (block == 0 || count / block < QUANTILE_BLOCKS_MIN
	    || count < quantile_least_count(p, confidence) || count > UINT32_MAX)
		return -1;
	double *sorted = sorted_copy(values, count);
	size_t *rank_of = ranks_of(values, sorted, count);
	size_t *drawn = mem_alloc_zero(count, sizeof(*drawn));
	double *draws = mem_alloc_zero(QUANTILE_DRAWS, sizeof(*draws));
	struct rng rng;
	rng_seed(&rng, seed, "quantile/blocks");
	for (size_t i = 0; i < QUANTILE_DRAWS; i++)
		draws[i] = sorted[resample(rank_of, count, block, quantile_rank(count, p), &rng, drawn)];
	quantile_sort(draws, QUANTILE_DRAWS);
	*low = quantile_sorted(draws, QUANTILE_DRAWS, (1 - confidence) / 2);
	*high = quantile_sorted(draws, QUANTILE_DRAWS, 1 - (1 - confidence) / 2);
	free(draws);
	free(drawn);
	free(rank_of);
	free(sorted);
	return 0;
}
