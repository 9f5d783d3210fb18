#include "stats/support.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/permutation.h"
#include "stats/verdict.h"

static const double alpha = 0.05, confidence = 0.95;

static double mean_of(const double *values, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += values[i];
	return count > 0 ? sum / (double)count : NAN;
}

/* without[i] − share · with[i] */
static double *changes(const double *with, const double *without, size_t blocks, double share)
{
	double *values = mem_alloc_zero(blocks + 1, sizeof *values);
	for (size_t i = 0; i < blocks; i++)
		values[i] = without[i] - share * with[i];
	return values;
}

/* p of "the share `share` of the rate is left". */
static double p_of(const double *with, const double *without, size_t blocks, double share, uint64_t seed)
{
	double *values = changes(with, without, blocks, share);
	double p = permutation_sign_flip(values, blocks, seed);
	free(values);
	return p;
}

static enum support_verdict judge(const struct support *support, size_t blocks, double p_half)
{
	double half = SUPPORT_LEFT_SHARE * support->with;
	if (blocks < verdict_least_blocks(1))
		return SUPPORT_TOO_FEW;
	if (support->p <= alpha && support->without < support->with && support->without <= half)
		return SUPPORT_SUPPORTED;
	if (p_half <= alpha && support->without > half)
		return SUPPORT_NOT_SUPPORTED;
	return SUPPORT_UNDECIDED;
}

/* A block without a difference adds nothing to either order: p ≤ 0.05 takes as many others as a verdict takes blocks. */
static size_t blocks_needed(const double *with, const double *without, size_t blocks)
{
	size_t differ = 0, least = verdict_least_blocks(1);
	for (size_t i = 0; i < blocks; i++)
		differ += with[i] != without[i];
	return differ == 0 || differ >= least ? 0 : (least * blocks + differ - 1) / differ;
}

struct support support_judge(const double *with, const double *without, size_t blocks, uint64_t seed)
{
	double *differences = changes(with, without, blocks, 1);
	struct support support = { .with = mean_of(with, blocks), .without = mean_of(without, blocks),
		.change = interval_arithmetic(differences, blocks, confidence), .p = p_of(with, without, blocks, 1, seed) };
	free(differences);
	support.verdict = judge(&support, blocks, p_of(with, without, blocks, SUPPORT_LEFT_SHARE, seed));
	if (support.verdict == SUPPORT_UNDECIDED)
		support.blocks_needed = blocks_needed(with, without, blocks);
	return support;
}

const char *support_verdict_name(enum support_verdict verdict)
{
	static const char *const names[] = { "too-few", "supported", "not-supported", "undecided" };
	return names[verdict];
}
