/* What a slice is called where people read it: its name, and for JavaScript the function and where it stands, which DevTools'
 * events tell in args.data.
 *
 * Pure. */
#ifndef WASMOGRAPH_TRACE_LABEL_H
#define WASMOGRAPH_TRACE_LABEL_H

#include "trace/event.h"
#include "trace/tasks.h"

/* "MajorGC", "FunctionCall onmessage (sink.js:3)", "EvaluateScript (app.js)"; cut to fit. */
void trace_label(const struct trace_event *event, char out[TRACE_LABEL_SIZE]);

#endif
