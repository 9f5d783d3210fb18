/* The probe's claims about arms of this run, each judged from its launches (docs/METHOD.md §7). A claim
 * about an arm that the run does not have is left out: it was not asked for. Pure. */
#ifndef WASMOGRAPH_REPORT_CLAIMS_H
#define WASMOGRAPH_REPORT_CLAIMS_H

#include "report/cohort.h"
#include "report/summary.h"

/* Fills summary->claims; the arms of the summary must be there. */
void claims_judge(const struct cohort *cohort, const struct probe *probe, struct summary *summary);

#endif
