/* Units of metrics: how to average a metric, and how to set one unit beside another.
 *
 * Times and sizes are averaged on the log scale (they are positive and their noise is
 * proportional); counts, rates, shares and flags, which may be 0, arithmetically. Pure. */
#ifndef WASMOGRAPH_REPORT_UNIT_H
#define WASMOGRAPH_REPORT_UNIT_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

enum { UNIT_CONFIDENCE_PERCENT = 95 }; /* of every interval that is not corrected for looks */

/* Whether a metric is averaged geometrically. `longest_episode_ms`, `gc_pause_ms` and `gc_time_ms` are 0 in a launch
 * without episodes or collections and therefore are not. */
bool unit_is_geometric(const char *metric, const char *unit);

/* What a smaller value of a time or size is raised to before logarithms are taken: the page clock's
 * grain for ms (5 µs when crossOriginIsolated), a millionth for the others, which are means over
 * many calls, or whole numbers. 0 for other units: there a value ≤ 0 has no ratio. */
double unit_floor(const char *unit);

/* The interval over launches by the rule above. Counts, rates and shares are never negative: neither is
 * their lower bound. Where a launch's value is below 0 the metric is a difference of two, of whatever unit: then the mean is
 * arithmetic, and the bounds may have either sign. */
struct interval unit_interval(const char *metric, const char *unit, const double *values,
	size_t count, double confidence);

/* Factor that turns a number of `from` into one of `to`; NaN when they measure different things. */
double unit_factor(const char *from, const char *to);

#endif
