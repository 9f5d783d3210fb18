/* Steps over JSON text: white space, strings, numbers, whole values. Private to trace/.
 *
 * Every step returns false when it cannot be made: then `problem` says what is wrong at `at`, or it is NULL and the text
 * ends too early. Pure; the cursor is a value that borrows the text. */
#ifndef WASMOGRAPH_TRACE_JSON_H
#define WASMOGRAPH_TRACE_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/event.h"
#include "trace/scan.h"

struct trace_json {
	const char *at, *end;
	const char *problem;
};

static inline bool trace_json_fail(struct trace_json *json, const char *problem)
{
	json->problem = problem;
	return false;
}

/* To the first byte that is no white space; false at the end. */
static inline bool trace_json_space(struct trace_json *json)
{
	while (json->at < json->end
		&& (*json->at == ' ' || *json->at == '\n' || *json->at == '\r' || *json->at == '\t'))
		json->at++;
	return json->at < json->end;
}

/* White space and that byte; `problem` is said when it is another. */
static inline bool trace_json_take(struct trace_json *json, char byte, const char *problem)
{
	if (!trace_json_space(json))
		return false;
	if (*json->at != byte)
		return trace_json_fail(json, problem);
	json->at++;
	return true;
}

/* A string from its opening quote on; `text` is without quotes. */
bool trace_json_string(struct trace_json *json, struct trace_text *text);

/* A number's bytes. Its grammar is checked as RFC 8259 §6 has it. */
bool trace_json_number(struct trace_json *json, struct trace_text *text);

/* Any value; no white space stands before it. */
bool trace_json_value(struct trace_json *json, struct trace_value *value);

/* A member's key and the colon after it, after white space. */
bool trace_json_key(struct trace_json *json, struct trace_text *key);

#endif
