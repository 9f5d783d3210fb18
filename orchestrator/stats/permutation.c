#include "stats/permutation.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/rng.h"

enum { PERMUTATION_EXACT_MAX = 20, PERMUTATION_HALF_MAX = 1 << (PERMUTATION_EXACT_MAX / 2),
	PERMUTATION_DRAWS = 100000 };

/* Sums that are equal in exact arithmetic may differ by rounding, and must count as equal;
 * relative to the sum of the absolute differences. */
#define PERMUTATION_TOLERANCE 1e-12

/* From the ascending sums of some differences those with one more, likewise: all less it, merged with all plus it. */
static void add_difference(double *sums, size_t patterns, double size)
{
	double before[PERMUTATION_HALF_MAX / 2];
	size_t less = 0, more = 0;
	memcpy(before, sums, patterns * sizeof(*before));
	for (size_t i = 0; i < 2 * patterns; i++) {
		bool is_less = less < patterns && (more == patterns || before[less] - size <= before[more] + size);
		sums[i] = is_less ? before[less++] - size : before[more++] + size;
	}
}

/* The signed sums of all 2^count sign patterns, ascending. */
static size_t all_sums(const double *differences, size_t count, double *sums)
{
	size_t patterns = 1;
	sums[0] = 0;
	for (size_t i = 0; i < count; i++, patterns *= 2)
		add_difference(sums, patterns, fabs(differences[i]));
	return patterns;
}

/* Each pattern is one of the first half's with one of the second half's (Horowitz & Sahni 1974): the larger the one, the
 * more of the others make the sum large enough, and the fewer small enough. */
static double exact(const double *differences, size_t count, double limit)
{
	double left[PERMUTATION_HALF_MAX], right[PERMUTATION_HALF_MAX];
	size_t lefts = all_sums(differences, count / 2, left);
	size_t rights = all_sums(differences + count / 2, count - count / 2, right);
	size_t large = rights, small = rights, hits = 0;
	if (limit <= 0)
		return 1;
	for (size_t i = 0; i < lefts; i++) {
		while (large > 0 && left[i] + right[large - 1] >= limit)
			large--;
		while (small > 0 && left[i] + right[small - 1] > -limit)
			small--;
		hits += rights - large + small;
	}
	return (double)hits / (double)(lefts * rights);
}

static double drawn_sum(const double *differences, size_t count, struct rng *rng)
{
	double sum = 0;
	uint32_t bits = 0;
	for (size_t i = 0; i < count; i++) {
		if (i % 32 == 0)
			bits = rng_next(rng);
		sum += bits >> (i % 32) & 1 ? differences[i] : -differences[i];
	}
	return sum;
}

static double sampled(const double *differences, size_t count, double limit, uint64_t seed)
{
	struct rng rng;
	rng_seed(&rng, seed, "permutation/sign-flip");
	size_t hits = 0;
	for (size_t draw = 0; draw < PERMUTATION_DRAWS; draw++)
		hits += fabs(drawn_sum(differences, count, &rng)) >= limit;
	return (1 + (double)hits) / (1 + (double)PERMUTATION_DRAWS);
}

double permutation_sign_flip(const double *differences, size_t count, uint64_t seed)
{
	double sum = 0, size = 0;
	for (size_t i = 0; i < count; i++) {
		sum += differences[i];
		size += fabs(differences[i]);
	}
	if (count == 0 || isnan(sum))
		return NAN;
	double limit = fabs(sum) - PERMUTATION_TOLERANCE * size;
	if (count <= PERMUTATION_EXACT_MAX)
		return exact(differences, count, limit);
	return sampled(differences, count, limit, seed);
}

struct ranked_p {
	double p;
	size_t index;
};

/* NaN sorts last: a comparison without a p still counts among those made. */
static int compare_ranked(const void *left, const void *right)
{
	const struct ranked_p *a = left, *b = right;
	if (isnan(a->p) || isnan(b->p))
		return isnan(a->p) - isnan(b->p);
	return (a->p > b->p) - (a->p < b->p);
}

void permutation_holm(const double *p, double *adjusted, size_t count)
{
	struct ranked_p *ranked = mem_alloc_zero(count, sizeof(*ranked));
	for (size_t i = 0; i < count; i++)
		ranked[i] = (struct ranked_p){ p[i], i };
	qsort(ranked, count, sizeof(*ranked), compare_ranked);
	double largest = 0;
	for (size_t i = 0; i < count; i++) {
		double scaled = ranked[i].p * (double)(count - i);
		if (scaled > largest)
			largest = scaled;
		adjusted[ranked[i].index] = isnan(scaled) ? NAN : fmin(largest, 1);
	}
	free(ranked);
}
