/* The words a result may use, and when. Pure; every rule is one of docs/METHOD.md (§3 for
 * comparisons, §7 for claims). Any thread. */
#ifndef WASMOGRAPH_STATS_VERDICT_H
#define WASMOGRAPH_STATS_VERDICT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

enum verdict_comparison {
	VERDICT_TOO_FEW,     /* under 6 blocks, or m·2/2^K > 0.05 */
	VERDICT_REGRESSED,   /* p ≤ 0.05 and ratio > 1.05 */
	VERDICT_IMPROVED,    /* p ≤ 0.05 and ratio < 1 ÷ 1.05 */
	VERDICT_EQUIVALENT,  /* interval inside 1 ÷ 1.05 … 1.05 */
	VERDICT_UNDECIDED,
	VERDICT_FORBIDDEN,   /* would be improved or equivalent, but failure rates differ */
};

struct verdict_input {
	struct interval ratio;   /* new ÷ old, 95 %; above 1 is worse */
	double p_adjusted;       /* Holm over the comparisons made */
	size_t comparisons;      /* m ≥ 1 */
	bool failures_differ;
};
enum verdict_comparison verdict_compare(const struct verdict_input *input);

/* "too-few", "regressed", "improved", "equivalent", "undecided", "forbidden" */
const char *verdict_comparison_name(enum verdict_comparison verdict);

/* Smallest number of blocks at which m comparisons may get a verdict (6, 7, 7, 8, …). */
size_t verdict_least_blocks(size_t comparisons);

enum verdict_claim { CLAIM_CONFIRMED, CLAIM_REFUTED, CLAIM_UNDECIDED, CLAIM_NOT_MEASURABLE };
const char *verdict_claim_name(enum verdict_claim verdict); /* "confirmed" … "not-measurable" */
const char *verdict_claim_words(enum verdict_claim verdict); /* for people: "not measurable" */

/* A claimed number, low = high, or a claimed range. */
struct verdict_range {
	double low, high;
};

/* Inside claimed ÷ or × this a number is confirmed. */
#define VERDICT_CLAIM_BAND 1.25

/* A claimed number against a measured interval (95 % after correction for the looks). Strict:
 * confirmed when wholly inside claimed ÷ or × 1.25 (of a range: from low ÷ 1.25 to high × 1.25), refuted when wholly
 * outside, else undecided. `absolute_time`: an absolute time from an unstated machine is refuted only when
 * wholly beyond ÷ or × 5; between the two bands undecided. No interval (bounds NaN, one
 * launch): undecided. What has no scatter (a file's size) is passed with low = high = value.
 * `why` is a static phrase, or NULL if it is not wanted. */
enum verdict_claim verdict_number(struct verdict_range claimed, struct interval measured, bool absolute_time,
	const char **why);

/* How many launches or blocks it would take until verdict_number() can leave "undecided",
 * should value and scatter stay as measured: the interval must come free of the band's
 * nearest edge. `confidence` is the interval's. 0 when it is decided already, or cannot be:
 * no interval, or a value that stands on an edge. At most 10,000. */
size_t verdict_number_blocks(struct verdict_range claimed, struct interval measured, bool absolute_time,
	double confidence);

/* A mechanism observed in k of n replicates: all → confirmed, none → refuted, some → undecided;
 * n = 0 → undecided. */
enum verdict_claim verdict_mechanism(size_t observed, size_t replicates, const char **why);

/* Ordering "a exceeds b by at least `factor`" from a ratio interval: confirmed when low >
 * factor, refuted when high < factor, else undecided. */
enum verdict_claim verdict_exceeds(double factor, struct interval ratio, const char **why);

#endif
