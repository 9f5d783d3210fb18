#include "trace/json.h"

#include <string.h>

/* The rest of a string in which a backslash was met. */
static bool escaped_string(struct trace_json *json, const char *start, struct trace_text *text)
{
	while (json->at < json->end && *json->at != '"') {
		if (*json->at != '\\')
			return trace_json_fail(json, "a control byte stands in a string");
		json->at += 2; /* whatever is escaped, a quote or a backslash too */
		if (json->at >= json->end)
			return false;
		json->at = trace_scan_string(json->at, json->end);
	}
	if (json->at >= json->end)
		return false;
	*text = (struct trace_text){ start, (size_t)(json->at - start), true };
	json->at++;
	return true;
}

bool trace_json_string(struct trace_json *json, struct trace_text *text)
{
	const char *start = ++json->at;
	json->at = trace_scan_string(start, json->end);
	if (json->at == json->end)
		return false;
	if (*json->at != '"')
		return escaped_string(json, start, text);
	*text = (struct trace_text){ start, (size_t)(json->at - start), false };
	json->at++;
	return true;
}

static bool digits(struct trace_json *json)
{
	const char *start = json->at;
	while (json->at < json->end && *json->at >= '0' && *json->at <= '9')
		json->at++;
	if (json->at == json->end)
		return false;
	return json->at > start || trace_json_fail(json, "a digit is missing in a number");
}

static bool take_any(struct trace_json *json, const char *bytes)
{
	if (*json->at != bytes[0] && *json->at != bytes[1])
		return false;
	json->at++;
	return true;
}

/* Nowhere does a number end with the text: something must follow it in an object or array. */
bool trace_json_number(struct trace_json *json, struct trace_text *text)
{
	const char *start = json->at;
	if (*json->at == '-')
		json->at++;
	const char *first = json->at;
	if (!digits(json))
		return false;
	if (*first == '0' && json->at - first > 1)
		return trace_json_fail(json, "a number starts with a superfluous 0");
	if (*json->at == '.') {
		json->at++;
		if (!digits(json))
			return false;
	}
	if (take_any(json, "eE")) {
		if (json->at == json->end)
			return false;
		take_any(json, "+-");
		if (!digits(json))
			return false;
	}
	*text = (struct trace_text){ start, (size_t)(json->at - start), false };
	return true;
}

static bool literal(struct trace_json *json, const char *word, enum trace_kind kind,
	struct trace_value *value)
{
	size_t length = strlen(word), available = (size_t)(json->end - json->at);
	if (memcmp(json->at, word, available < length ? available : length) != 0)
		return trace_json_fail(json, "a value is expected");
	if (available < length)
		return false;
	*value = (struct trace_value){ kind, { json->at, length, false } };
	json->at += length;
	return true;
}

static bool container(struct trace_json *json, enum trace_kind kind, struct trace_value *value)
{
	const char *start = json->at;
	/* Most are empty, or hold little. */
	if (json->end - start >= 2 && start[1] == (kind == TRACE_OBJECT ? '}' : ']')) {
		json->at += 2;
	} else {
		struct trace_scan scan;
		trace_scan_begin(&scan);
		const char *after = trace_scan_value(&scan, start, json->end);
		if (!after) {
			json->at = scan.problem ? scan.problem_at : json->end;
			json->problem = scan.problem;
			return false;
		}
		json->at = after;
	}
	*value = (struct trace_value){ kind, { start, (size_t)(json->at - start), false } };
	return true;
}

bool trace_json_value(struct trace_json *json, struct trace_value *value)
{
	switch (*json->at) {
	case '"':
		value->kind = TRACE_STRING;
		return trace_json_string(json, &value->text);
	case '{':
		return container(json, TRACE_OBJECT, value);
	case '[':
		return container(json, TRACE_ARRAY, value);
	case 't':
		return literal(json, "true", TRACE_BOOL, value);
	case 'f':
		return literal(json, "false", TRACE_BOOL, value);
	case 'n':
		return literal(json, "null", TRACE_NULL, value);
	}
	value->kind = TRACE_NUMBER;
	return trace_json_number(json, &value->text);
}

bool trace_json_key(struct trace_json *json, struct trace_text *key)
{
	if (!trace_json_space(json))
		return false;
	if (*json->at != '"')
		return trace_json_fail(json, "a key in double quotes is expected");
	return trace_json_string(json, key) && trace_json_take(json, ':', "':' is expected after a key");
}
