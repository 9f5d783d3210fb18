/* A reproduction for people. */
#ifndef WASMOGRAPH_REPORT_REPRODUCTION_TEXT_H
#define WASMOGRAPH_REPORT_REPRODUCTION_TEXT_H

#include <stdio.h>

#include "report/reproduction.h"

/* What one launch brought, and how often it came back so far: a sentence. NULL for a launch that does not count. The
 * caller frees. */
char *reproduction_text_launch(const struct reproduction *reproduction, int launch);

/* The whole: in how many launches it came back, the chance level, the recurrences beside the original, what differs. */
void reproduction_text(FILE *out, const struct reproduction *reproduction);

#endif
