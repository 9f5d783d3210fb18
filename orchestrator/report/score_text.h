/* Scores as a person reads them: at most 100 columns, plain text. */
#ifndef WASMOGRAPH_REPORT_SCORE_TEXT_H
#define WASMOGRAPH_REPORT_SCORE_TEXT_H

#include <stdio.h>

#include "report/score_set.h"

void score_text(FILE *out, const struct score_set *const *sets, size_t count);

#endif
