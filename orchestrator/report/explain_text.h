/* An explanation as a person reads it: at most 100 columns, plain text. */
#ifndef WASMOGRAPH_REPORT_EXPLAIN_TEXT_H
#define WASMOGRAPH_REPORT_EXPLAIN_TEXT_H

#include <stdio.h>

#include "report/explanation.h"

/* Per arm: spikes, episodes, the share of stalled time by cause, the worst episodes; what was missing. */
void explain_text(FILE *out, const struct explanation *explanation);

/* The lines with which a run ends: the causes of its traced launches, by arm. */
void explain_text_causes(FILE *out, const struct explanation *explanation);

#endif
