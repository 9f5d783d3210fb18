#include "stats/verdict.h"

#include <math.h>
#include <stdlib.h>

enum { VERDICT_BLOCKS_MIN = 6, VERDICT_BLOCKS_MAX = 10000 };

#define VERDICT_ALPHA 0.05
#define VERDICT_MARGIN 1.05    /* of a comparison */
#define VERDICT_MACHINE_BAND 5 /* absolute times of unstated machines */

size_t verdict_least_blocks(size_t comparisons)
{
	size_t blocks = VERDICT_BLOCKS_MIN;
	while ((double)comparisons * ldexp(2, -(int)blocks) > VERDICT_ALPHA)
		blocks++;
	return blocks;
}

enum verdict_comparison verdict_compare(const struct verdict_input *input)
{
	const struct interval *ratio = &input->ratio;
	if (ratio->n < verdict_least_blocks(input->comparisons) || isnan(ratio->low))
		return VERDICT_TOO_FEW;
	bool significant = input->p_adjusted <= VERDICT_ALPHA;
	if (significant && ratio->value > VERDICT_MARGIN)
		return VERDICT_REGRESSED;
	enum verdict_comparison verdict = VERDICT_UNDECIDED;
	if (significant && ratio->value < 1 / VERDICT_MARGIN)
		verdict = VERDICT_IMPROVED;
	else if (ratio->low >= 1 / VERDICT_MARGIN && ratio->high <= VERDICT_MARGIN)
		verdict = VERDICT_EQUIVALENT;
	if (verdict != VERDICT_UNDECIDED && input->failures_differ)
		return VERDICT_FORBIDDEN;
	return verdict;
}

const char *verdict_comparison_name(enum verdict_comparison verdict)
{
	switch (verdict) {
	case VERDICT_TOO_FEW: return "too-few";
	case VERDICT_REGRESSED: return "regressed";
	case VERDICT_IMPROVED: return "improved";
	case VERDICT_EQUIVALENT: return "equivalent";
	case VERDICT_UNDECIDED: return "undecided";
	case VERDICT_FORBIDDEN: return "forbidden";
	}
	abort();
}

const char *verdict_claim_words(enum verdict_claim verdict)
{
	return verdict == CLAIM_NOT_MEASURABLE ? "not measurable" : verdict_claim_name(verdict);
}

const char *verdict_claim_name(enum verdict_claim verdict)
{
	switch (verdict) {
	case CLAIM_CONFIRMED: return "confirmed";
	case CLAIM_REFUTED: return "refuted";
	case CLAIM_UNDECIDED: return "undecided";
	case CLAIM_NOT_MEASURABLE: return "not-measurable";
	}
	abort();
}

static enum verdict_claim say(enum verdict_claim verdict, const char *phrase, const char **why)
{
	if (why)
		*why = phrase;
	return verdict;
}

/* From claimed.low ÷ factor to claimed.high × factor, for either sign. */
static struct verdict_range band_around(struct verdict_range claimed, double factor)
{
	return (struct verdict_range){ fmin(claimed.low / factor, claimed.low * factor),
		fmax(claimed.high / factor, claimed.high * factor) };
}

static bool outside(struct verdict_range band, struct interval measured)
{
	return measured.high < band.low || measured.low > band.high;
}

static bool inside(struct verdict_range band, struct interval measured)
{
	return measured.low >= band.low && measured.high <= band.high;
}

enum verdict_claim verdict_number(struct verdict_range claimed, struct interval measured, bool absolute_time,
	const char **why)
{
	struct verdict_range near = band_around(claimed, VERDICT_CLAIM_BAND);
	struct verdict_range far = absolute_time ? band_around(claimed, VERDICT_MACHINE_BAND) : near;
	if (isnan(claimed.low) || isnan(claimed.high) || isnan(measured.low) || isnan(measured.high))
		return say(CLAIM_UNDECIDED, "no interval: fewer than two valid launches", why);
	if (inside(near, measured))
		return say(CLAIM_CONFIRMED, "the interval lies inside the claimed value ÷ or × 1.25", why);
	if (outside(far, measured) && absolute_time)
		return say(CLAIM_REFUTED, "the interval lies wholly beyond the claimed value ÷ or × 5", why);
	if (outside(far, measured))
		return say(CLAIM_REFUTED, "the interval lies wholly outside the claimed value ÷ or × 1.25",
			why);
	if (outside(near, measured))
		return say(CLAIM_UNDECIDED,
			"machine-dependent: beyond ÷ or × 1.25, but not wholly beyond ÷ or × 5", why);
	return say(CLAIM_UNDECIDED, "the interval lies neither wholly inside nor wholly outside", why);
}

/* Distance in logarithms from the value to the edge that the interval has to clear. */
static double distance_to_edge(struct verdict_range claimed, double value, bool absolute_time)
{
	double off = fmax(log(value / claimed.high), log(claimed.low / value));
	double near = log(VERDICT_CLAIM_BAND), far = absolute_time ? log(VERDICT_MACHINE_BAND) : near;
	if (off < near)
		return near - off;
	return off > far ? off - far : 0;
}

size_t verdict_number_blocks(struct verdict_range claimed, struct interval measured, bool absolute_time,
	double confidence)
{
	if (!(claimed.low > 0 && measured.low > 0) || measured.n < 2
	    || verdict_number(claimed, measured, absolute_time, NULL) != CLAIM_UNDECIDED)
		return 0;
	double distance = distance_to_edge(claimed, measured.value, absolute_time);
	if (distance == 0)
		return 0;
	double side = 0.5 + confidence / 2, n = (double)measured.n;
	double sd = log(measured.high / measured.low) / 2 * sqrt(n) / interval_t_quantile(side, n - 1);
	size_t blocks = measured.n + 1;
	while (blocks < VERDICT_BLOCKS_MAX
	       && interval_t_quantile(side, (double)(blocks - 1)) * sd / sqrt((double)blocks) > distance)
		blocks++;
	return blocks;
}

enum verdict_claim verdict_mechanism(size_t observed, size_t replicates, const char **why)
{
	if (observed > replicates)
		abort();
	if (replicates == 0)
		return say(CLAIM_UNDECIDED, "no valid replicate", why);
	if (observed == replicates)
		return say(CLAIM_CONFIRMED, "observed in every replicate", why);
	if (observed == 0)
		return say(CLAIM_REFUTED, "observed in no replicate", why);
	return say(CLAIM_UNDECIDED, "observed in some replicates only", why);
}

enum verdict_claim verdict_exceeds(double factor, struct interval ratio, const char **why)
{
	if (isnan(ratio.low) || isnan(ratio.high))
		return say(CLAIM_UNDECIDED, "no interval: fewer than two valid blocks", why);
	if (ratio.low > factor)
		return say(CLAIM_CONFIRMED, "the whole interval lies above the claimed factor", why);
	if (ratio.high < factor)
		return say(CLAIM_REFUTED, "the whole interval lies below the claimed factor", why);
	return say(CLAIM_UNDECIDED, "the interval contains the claimed factor", why);
}
