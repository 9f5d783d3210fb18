/* What the traced launches of an arm say beside the untraced ones: whether they are like them, so that
 * what explains them explains the arm (docs/METHOD.md §4). Pure.
 *
 * What became of a launch's trace is read from its environment: {"trace":{"failed"|null,"lossy","lost"|null,…}}
 * (run/recording.h writes it); what it explains was stored with it (store/explanation.h). Ownership: the struct owns its sentences. */
#ifndef WASMOGRAPH_REPORT_TRACED_H
#define WASMOGRAPH_REPORT_TRACED_H

#include "report/cohort.h"
#include "report/summary.h"

void traced_summarise(const struct cohort *cohort, size_t arm, struct summary_traced *traced);
void traced_release(struct summary_traced *traced);

#endif
