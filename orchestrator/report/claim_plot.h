/* The plot of one reading of a claim: each launch's value (of a ratio: each block's), the values behind them, the interval,
 * and the claimed value with the band in which it counts as confirmed. An observation is a row of launches that saw it
 * or did not.
 *
 * Numbers in, an SVG out; pure. Ownership: values are borrowed. */
#ifndef WASMOGRAPH_REPORT_CLAIM_PLOT_H
#define WASMOGRAPH_REPORT_CLAIM_PLOT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "stats/interval.h"

struct claim_plot {
	const char *unit;
	double claimed_low, claimed_high;  /* of one call; NaN: no figure is claimed */
	double least;                      /* "above": the claimed least factor; NaN otherwise */
	struct interval measured;
	const double *values; size_t value_count;   /* one a launch or block */
	const double *samples; size_t sample_count; /* behind them; may be none */
};

/* Appends <svg class="plot">…</svg>; nothing when there is nothing to show. */
void claim_plot_append(struct buf *out, const struct claim_plot *plot);

/* The same for an observation. */
void claim_plot_append_observed(struct buf *out, size_t observed, size_t replicates);

#endif
