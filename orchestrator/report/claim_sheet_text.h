/* A sheet of claims as text of at most 100 columns: by chapter, each claim with its readings, counts at the end. */
#ifndef WASMOGRAPH_REPORT_CLAIM_SHEET_TEXT_H
#define WASMOGRAPH_REPORT_CLAIM_SHEET_TEXT_H

#include <stdio.h>

#include "report/claim_sheet.h"

void claim_sheet_text(FILE *out, const struct claim_sheet *sheet);

#endif
