/* What is not in the numbers and why, and the warnings. */
#ifndef WASMOGRAPH_REPORT_TEXT_NOTES_H
#define WASMOGRAPH_REPORT_TEXT_NOTES_H

#include <stdio.h>

#include "report/summary.h"

void text_notes(FILE *out, const struct summary *summary);

#endif
