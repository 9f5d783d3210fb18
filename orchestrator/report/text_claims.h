/* The claims section: claimed, measured, verdict, and one sentence why, for each reading. */
#ifndef WASMOGRAPH_REPORT_TEXT_CLAIMS_H
#define WASMOGRAPH_REPORT_TEXT_CLAIMS_H

#include <stdio.h>

#include "report/summary.h"

/* "claimed …; measured …" of one claim. The caller frees. */
char *text_claims_figures(const struct summary_claim *claim);

void text_claims(FILE *out, const struct summary *summary);

#endif
