/* The comparisons that were named before the first result: ratios over blocks; of the primary ones
 * (spec.primary) p and verdict too, the secondary ones (spec.secondary) are not judged. A pair whose arms are not both in the run is no comparison of it. Pure. */
#ifndef WASMOGRAPH_REPORT_RATIOS_H
#define WASMOGRAPH_REPORT_RATIOS_H

#include "report/cohort.h"
#include "report/summary.h"

/* Fills summary->ratios; the arms of the summary must be there. `probe` says which metrics are better
 * high; NULL: none. */
void ratios_compute(const struct cohort *cohort, const struct probe *probe,
	struct summary *summary);

/* Geometric mean of a ÷ b over blocks with its interval; n = 0 and NaN where there is none (no block, or
 * a value ≤ 0 of a unit without a floor). */
struct interval ratios_interval(const struct cohort *cohort, const char *metric, const char *unit,
	const char *a, const char *b, double confidence);

#endif
