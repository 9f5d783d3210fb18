/* What a trace holds, as a person reads it who sees one for the first time: at most 100 columns, plain text. */
#ifndef WASMOGRAPH_REPORT_TRACE_TEXT_H
#define WASMOGRAPH_REPORT_TRACE_TEXT_H

#include <stdio.h>

#include "trace/summary.h"

/* `source`: what the trace is called. */
void trace_text(FILE *out, const char *source, const struct trace_summary *summary);

#endif
