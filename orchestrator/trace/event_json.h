/* Writes an event as the JSON that Chromium makes of it: members in alphabetical order, what is absent or 0 by default left
 * out. trace/json_event.h reads it back to the same event. Pure. */
#ifndef WASMOGRAPH_TRACE_EVENT_JSON_H
#define WASMOGRAPH_TRACE_EVENT_JSON_H

#include "trace/event.h"
#include "trace/json_put.h"

void trace_event_json(struct trace_put *put, const struct trace_event *event);

#endif
