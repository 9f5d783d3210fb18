#include "base/json_write.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define LARGEST_EXACT_INTEGER 0x1p53

enum { INDENT_COLUMNS = 2 };

void json_write_number(double number, char out[JSON_NUMBER_SIZE])
{
	if (!isfinite(number)) {
		snprintf(out, JSON_NUMBER_SIZE, "null");
		return;
	}
	if (number == floor(number) && fabs(number) <= LARGEST_EXACT_INTEGER) {
		snprintf(out, JSON_NUMBER_SIZE, "%.0f", number);
		return;
	}
	/* Subnormals hold fewer than 15 digits: 5e-324 has one. */
	int precision = fabs(number) < DBL_MIN ? 1 : DBL_DIG;
	do
		snprintf(out, JSON_NUMBER_SIZE, "%.*g", precision, number);
	while (strtod(out, NULL) != number && ++precision <= DBL_DECIMAL_DIG);
}

/* The escape of a byte that may not stand in a string as it is, or NULL. */
static const char *short_escape(unsigned char byte)
{
	switch (byte) {
	case '"': return "\\\"";
	case '\\': return "\\\\";
	case '\b': return "\\b";
	case '\f': return "\\f";
	case '\n': return "\\n";
	case '\r': return "\\r";
	case '\t': return "\\t";
	}
	return NULL;
}

static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7F && byte != '"' && byte != '\\';
}

static size_t write_special(struct buf *out, const char *at, size_t left)
{
	unsigned char byte = (unsigned char)*at;
	const char *escape = short_escape(byte);
	size_t step = utf8_sequence(at, left);
	if (escape)
		buf_append_text(out, escape);
	else if (byte < 0x20 || byte == 0x7F)
		buf_append_format(out, "\\u%04x", byte);
	else if (step > 0)
		buf_append(out, at, step);
	else
		buf_append_text(out, "\xEF\xBF\xBD");
	return step ? step : 1;
}

void json_write_string(struct buf *out, const char *text)
{
	const char *at = text, *end = text + strlen(text);
	buf_append_text(out, "\"");
	while (at < end) {
		const char *start = at;
		while (at < end && is_plain((unsigned char)*at))
			at++;
		buf_append(out, start, (size_t)(at - start));
		if (at < end)
			at += write_special(out, at, (size_t)(end - at));
	}
	buf_append_text(out, "\"");
}

static void write_break(struct buf *out, bool indented, int depth)
{
	if (indented)
		buf_append_format(out, "\n%*s", depth * INDENT_COLUMNS, "");
}

static void write_value(struct buf *out, const struct json *value, bool indented, int depth);

/* Depth is bounded by what the program itself nests around parsed values, which hold at
 * most JSON_DEPTH_MAX levels: the recursion is short. */
static void write_container(struct buf *out, const struct json *value, bool indented, int depth)
{
	bool object = json_type(value) == JSON_OBJECT;
	const struct json *member = json_first(value);
	buf_append_text(out, object ? "{" : "[");
	for (; member; member = json_next(member)) {
		write_break(out, indented, depth + 1);
		if (object) {
			json_write_string(out, json_key(member));
			buf_append_text(out, indented ? ": " : ":");
		}
		write_value(out, member, indented, depth + 1);
		if (json_next(member))
			buf_append_text(out, ",");
	}
	if (json_first(value))
		write_break(out, indented, depth);
	buf_append_text(out, object ? "}" : "]");
}

static void write_value(struct buf *out, const struct json *value, bool indented, int depth)
{
	char number[JSON_NUMBER_SIZE];
	switch (json_type(value)) {
	case JSON_NULL: buf_append_text(out, "null"); break;
	case JSON_BOOL: buf_append_text(out, json_as_bool(value, false) ? "true" : "false"); break;
	case JSON_STRING: json_write_string(out, json_as_text(value, "")); break;
	case JSON_NUMBER:
		json_write_number(json_as_number(value, 0), number);
		buf_append_text(out, number);
		break;
	case JSON_ARRAY:
	case JSON_OBJECT: write_container(out, value, indented, depth); break;
	}
}

void json_write(struct buf *out, const struct json *value, bool indented)
{
	write_value(out, value, indented, 0);
}
