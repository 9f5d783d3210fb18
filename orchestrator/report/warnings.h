/* What a reader must know before believing the numbers: the sandbox, warnings of the page and of the
 * run's environment, stops of a trace that stalled; each text once. Pure. */
#ifndef WASMOGRAPH_REPORT_WARNINGS_H
#define WASMOGRAPH_REPORT_WARNINGS_H

#include "report/cohort.h"
#include "report/summary.h"

void warnings_collect(const struct cohort *cohort, struct summary *summary);

#endif
