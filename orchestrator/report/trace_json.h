/* What a trace holds, as JSON (docs/CAUSES.md, "Looking into a trace"). Times in ms but where a name ends in _us: those are on
 * the trace's clock. */
#ifndef WASMOGRAPH_REPORT_TRACE_JSON_H
#define WASMOGRAPH_REPORT_TRACE_JSON_H

#include <stdio.h>

#include "trace/summary.h"

void trace_json(FILE *out, const char *source, const struct trace_summary *summary);

#endif
