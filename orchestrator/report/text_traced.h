/* The section on traced launches: what they are beside the untraced ones, what their traces lack, and
 * where they explain nothing (docs/METHOD.md §4). Nothing without a traced launch. */
#ifndef WASMOGRAPH_REPORT_TEXT_TRACED_H
#define WASMOGRAPH_REPORT_TEXT_TRACED_H

#include <stdio.h>

#include "report/summary.h"

void text_traced(FILE *out, const struct summary *summary);

/* Of it the lines on a flight recorder: what it costs, and how long it went on after the episodes. */
void text_traced_recorder(FILE *out, const struct summary *summary);

#endif
