/* What the slow messages of a run's traced launches waited for, one line an arm. Pure: from a summary to text. */
#ifndef WASMOGRAPH_REPORT_TEXT_CAUSES_H
#define WASMOGRAPH_REPORT_TEXT_CAUSES_H

#include <stdio.h>

#include "report/summary.h"

/* Nothing when no traced launch had an episode. */
void text_causes(FILE *out, const struct summary *summary);

#endif
