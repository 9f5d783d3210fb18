/* A summary as the tables a person reads: plain text, at most 100 columns. Pure but for `out`. */
#ifndef WASMOGRAPH_REPORT_TEXT_H
#define WASMOGRAPH_REPORT_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "report/summary.h"

/* The tables that `run`, `plan` and `show RUN` print: at most 100 columns, plain text.
 * `summaries`: the runs of a plan, or one. */
void report_text(FILE *out, const struct summary *summaries, size_t count);

#endif
