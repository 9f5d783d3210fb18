/* Reads one event of a JSON trace: what stands between its braces, its arguments unread. Private to trace/.
 *
 * Members may come in any order (Chromium sorts them: args first); of equal ones the last counts, as in JSON.parse;
 * unknown ones are stepped over. A member of an unexpected type reads as absent. Pure. */
#ifndef WASMOGRAPH_TRACE_JSON_EVENT_H
#define WASMOGRAPH_TRACE_JSON_EVENT_H

#include <stdbool.h>

#include "trace/event.h"
#include "trace/json.h"

/* json->at stands on the opening brace, and on the byte after the closing one when this was true. False as in
 * trace/json.h: then nothing of *event may be used. */
bool trace_json_event(struct trace_json *json, struct trace_event *event);

/* The same without the quick way, for the tests to compare. */
bool trace_json_event_plainly(struct trace_json *json, struct trace_event *event);

#endif
