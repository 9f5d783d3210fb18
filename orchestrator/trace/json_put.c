#include "trace/json_put.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/utf8.h"
#include "trace/event.h"

enum { DIGITS_SIZE = 24, DECIMALS_MAX = 6 };

/* Up to here a double holds every whole number. */
#define EXACT_MAX 0x1p53

/* ASCII that may stand in a string as it is. */
static const bool is_plain[256] = { [' '] = true, ['!'] = true, ['#' ... '['] = true, [']' ... '~'] = true };

/* One character that may not stand as it is, or is none of ASCII; the bytes it took. */
static size_t put_special(struct trace_put *put, const char *at, size_t left)
{
	static const char escapes[] = "bfnrt\"\\", meanings[] = "\b\f\n\r\t\"\\";
	const char *found = memchr(meanings, *at, sizeof meanings - 1);
	char text[8];
	size_t step = utf8_sequence(at, left);
	if (found) {
		text[0] = '\\';
		text[1] = escapes[found - meanings];
		trace_put_bytes(put, text, 2);
	} else if ((unsigned char)*at < 0x20 || *at == 0x7F) {
		snprintf(text, sizeof text, "\\u%04x", (unsigned char)*at);
		trace_put_bytes(put, text, 6);
	} else if (step > 0) {
		trace_put_bytes(put, at, step);
	} else {
		trace_put_literal(put, "\xEF\xBF\xBD");
	}
	return step ? step : 1;
}

void trace_put_string(struct trace_put *put, const char *bytes, size_t length)
{
	const char *at = length ? bytes : "", *end = at + length;
	trace_put_literal(put, "\"");
	while (at < end) {
		const char *start = at;
		while (at < end && is_plain[(unsigned char)*at])
			at++;
		trace_put_bytes(put, start, (size_t)(at - start));
		if (at < end)
			at += put_special(put, at, (size_t)(end - at));
	}
	trace_put_literal(put, "\"");
}

void trace_put_text(struct trace_put *put, const struct trace_text *text)
{
	if (!text->escaped) {
		trace_put_string(put, text->bytes, text->length);
		return;
	}
	trace_put_literal(put, "\"");
	trace_put_bytes(put, text->bytes, text->length);
	trace_put_literal(put, "\"");
}

/* The digits, from the end of `out` backwards; where they begin. */
static char *write_digits(uint64_t number, char *end)
{
	do
		*--end = (char)('0' + number % 10);
	while (number /= 10);
	return end;
}

void trace_put_unsigned(struct trace_put *put, uint64_t number)
{
	char digits[DIGITS_SIZE], *end = digits + sizeof digits, *start = write_digits(number, end);
	trace_put_bytes(put, start, (size_t)(end - start));
}

void trace_put_signed(struct trace_put *put, int64_t number)
{
	if (number < 0)
		trace_put_literal(put, "-");
	trace_put_unsigned(put, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

/* Few decimals: most numbers have no more, and are found without printf, which takes µs. */
static bool put_decimals(struct trace_put *put, double number)
{
	double scale = 1, magnitude = fabs(number);
	for (unsigned decimals = 0; decimals <= DECIMALS_MAX; decimals++, scale *= 10) {
		double scaled = magnitude * scale;
		uint64_t whole = scaled < EXACT_MAX ? (uint64_t)(scaled + 0.5) : 0;
		if (scaled >= EXACT_MAX)
			return false;
		if ((double)whole / scale != magnitude) /* both exact: the quotient is the nearest double (IEEE 754 §4.3) */
			continue;
		char digits[DIGITS_SIZE], *end = digits + sizeof digits, *start = write_digits(whole, end);
		while (end - start <= decimals)
			*--start = '0';
		if (signbit(number))
			trace_put_literal(put, "-");
		trace_put_bytes(put, start, (size_t)(end - start) - decimals);
		if (decimals)
			trace_put_literal(put, ".");
		trace_put_bytes(put, end - decimals, decimals);
		return true;
	}
	return false;
}

void trace_put_double(struct trace_put *put, double number)
{
	char text[JSON_NUMBER_SIZE];
	if (isfinite(number) && put_decimals(put, number))
		return;
	json_write_number(number, text);
	trace_put_bytes(put, text, strlen(text));
}
