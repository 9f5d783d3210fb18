#include "base/json_scan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* cJSON copies a number into 64 bytes and cuts it there: longer ones are refused. */
enum { NUMBER_MAX = 63, ESCAPE_LENGTH = 6, DEPTH_ROOM = 64 };

struct cursor {
	const char *text;
	size_t length;
	size_t at;
	int depth;
	int depth_max;
	char closers[DEPTH_ROOM]; /* of the containers that are open, outermost first */
	const char *problem;
	bool has_unmappable;
};

enum step { STEP_VALUE, STEP_KEY, STEP_AFTER, STEP_END };

static enum step fail(struct cursor *c, const char *problem)
{
	c->problem = problem;
	return STEP_END;
}

/* The byte at the cursor, or −1 at the end. */
static int peek(const struct cursor *c)
{
	return c->at < c->length ? (unsigned char)c->text[c->at] : -1;
}

static bool take(struct cursor *c, char byte)
{
	if (peek(c) != (unsigned char)byte)
		return false;
	c->at++;
	return true;
}

static void skip_space(struct cursor *c)
{
	while (take(c, ' ') || take(c, '\n') || take(c, '\t') || take(c, '\r'))
		;
}

/* The value of four hex digits, or −1. */
static int hex4(const char *digits, size_t available)
{
	int value = 0;
	for (size_t i = 0; i < 4; i++) {
		char digit = i < available ? digits[i] : '\0';
		if (digit >= '0' && digit <= '9')
			value = value * 16 + digit - '0';
		else if (digit >= 'a' && digit <= 'f')
			value = value * 16 + digit - 'a' + 10;
		else if (digit >= 'A' && digit <= 'F')
			value = value * 16 + digit - 'A' + 10;
		else
			return -1;
	}
	return value;
}

/* Measures the \u escape (or pair of them) at `text`, which starts with "\u"; 0 when its
 * digits are wrong. */
static size_t unicode_escape(const char *text, size_t available, bool *unmappable)
{
	int first = hex4(text + 2, available - 2);
	if (first < 0)
		return 0;
	*unmappable = first == 0 || (first >= 0xD800 && first <= 0xDFFF);
	if (first < 0xD800 || first > 0xDBFF || available < 2 * ESCAPE_LENGTH)
		return ESCAPE_LENGTH;
	const char *next = text + ESCAPE_LENGTH;
	int second = next[0] == '\\' && next[1] == 'u' ? hex4(next + 2, 4) : -1;
	if (second < 0xDC00 || second > 0xDFFF)
		return ESCAPE_LENGTH;
	*unmappable = false;
	return 2 * ESCAPE_LENGTH;
}

static const char *scan_escape(struct cursor *c)
{
	size_t left = c->length - c->at;
	if (left < 2)
		return "the text ends inside a string";
	char kind = c->text[c->at + 1];
	if (kind != 'u') {
		c->at += 2;
		return kind != '\0' && strchr("\"\\/bfnrt", kind) ? NULL
			: "unknown escape in a string; allowed are \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX";
	}
	bool unmappable = false;
	size_t length = unicode_escape(c->text + c->at, left, &unmappable);
	if (length == 0)
		return "\\u needs four hexadecimal digits";
	c->has_unmappable |= unmappable;
	c->at += length;
	return NULL;
}

/* Text with its opening quote already taken. NULL, or the problem. */
static const char *scan_string(struct cursor *c)
{
	for (;;) {
		int byte = peek(c);
		if (byte < 0)
			return "the text ends inside a string; a closing quote is missing";
		if (byte == '"') {
			c->at++;
			return NULL;
		}
		if (byte < 0x20)
			return byte == 0 ? "a NUL byte stands in a string"
				: "a line break or control byte stands in a string; write it as an escape";
		if (byte == '\\') {
			const char *problem = scan_escape(c);
			if (problem)
				return problem;
			continue;
		}
		size_t step = utf8_sequence(c->text + c->at, c->length - c->at);
		if (step == 0)
			return "bytes that are not UTF-8 stand in a string";
		c->at += step;
	}
}

static bool skip_digits(struct cursor *c)
{
	size_t start = c->at;
	while (peek(c) >= '0' && peek(c) <= '9')
		c->at++;
	return c->at > start;
}

static bool overflows(const char *digits, size_t length)
{
	char number[NUMBER_MAX + 1];
	memcpy(number, digits, length);
	number[length] = '\0';
	return isinf(strtod(number, NULL));
}

static const char *scan_number(struct cursor *c)
{
	size_t start = c->at;
	take(c, '-');
	if (!take(c, '0') && !skip_digits(c))
		return "a digit is missing after '-'";
	if (peek(c) >= '0' && peek(c) <= '9')
		return "a number starts with a superfluous 0";
	if (take(c, '.') && !skip_digits(c))
		return "a digit is missing after the decimal point";
	bool exponent = take(c, 'e') || take(c, 'E');
	if (exponent && !take(c, '+'))
		take(c, '-');
	if (exponent && !skip_digits(c))
		return "a digit is missing in the exponent";
	if (c->at - start > NUMBER_MAX)
		return "a number is longer than 63 characters";
	/* Without an exponent 63 characters stay far below the largest double. */
	if (exponent && overflows(c->text + start, c->at - start))
		return "a number is too large for a double";
	return NULL;
}

static const char *scan_literal(struct cursor *c)
{
	static const char *const literals[] = {"true", "false", "null"};
	for (size_t i = 0; i < sizeof literals / sizeof literals[0]; i++) {
		size_t length = strlen(literals[i]);
		if (c->length - c->at >= length && memcmp(c->text + c->at, literals[i], length) == 0) {
			c->at += length;
			return NULL;
		}
	}
	if (c->length - c->at >= 3 && memcmp(c->text + c->at, "\xEF\xBB\xBF", 3) == 0)
		return "a byte order mark stands in the text; remove it";
	return peek(c) < 0 ? "the text ends where a value is expected" : "a value is expected";
}

static enum step open_container(struct cursor *c, char closer)
{
	if (c->depth == c->depth_max)
		return fail(c, "values are nested too deeply");
	c->at++;
	c->closers[c->depth++] = closer;
	skip_space(c);
	if (take(c, closer)) {
		c->depth--;
		return STEP_AFTER;
	}
	return closer == '}' ? STEP_KEY : STEP_VALUE;
}

static enum step scan_value(struct cursor *c)
{
	const char *problem;
	int byte = peek(c);
	if (byte == '{' || byte == '[')
		return open_container(c, byte == '{' ? '}' : ']');
	if (byte == '"') {
		c->at++;
		problem = scan_string(c);
	} else if (byte == '-' || (byte >= '0' && byte <= '9')) {
		problem = scan_number(c);
	} else {
		problem = scan_literal(c);
	}
	return problem ? fail(c, problem) : STEP_AFTER;
}

static enum step scan_key(struct cursor *c)
{
	if (!take(c, '"'))
		return fail(c, "a key in double quotes is expected");
	const char *problem = scan_string(c);
	if (problem)
		return fail(c, problem);
	skip_space(c);
	return take(c, ':') ? STEP_VALUE : fail(c, "':' is expected after a key");
}

static enum step scan_after(struct cursor *c)
{
	if (c->depth == 0)
		return peek(c) < 0 ? STEP_END : fail(c, "text follows the value");
	char closer = c->closers[c->depth - 1];
	if (take(c, ','))
		return closer == '}' ? STEP_KEY : STEP_VALUE;
	if (!take(c, closer))
		return fail(c, closer == '}' ? "',' or '}' is expected" : "',' or ']' is expected");
	c->depth--;
	return STEP_AFTER;
}

static void locate(const struct cursor *c, struct json_scan *scan)
{
	scan->line = 1;
	scan->column = 1;
	for (size_t i = 0; i < c->at && i < c->length; i++) {
		unsigned char byte = (unsigned char)c->text[i];
		if (byte == '\n') {
			scan->line++;
			scan->column = 1;
		} else if ((byte & 0xC0) != 0x80) {
			scan->column++;
		}
	}
}

void json_scan(const char *text, size_t length, int depth_max, struct json_scan *scan)
{
	struct cursor c = {.text = text, .length = length};
	c.depth_max = depth_max < DEPTH_ROOM ? depth_max : DEPTH_ROOM;
	enum step step = STEP_VALUE;
	while (step != STEP_END) {
		skip_space(&c);
		switch (step) {
		case STEP_VALUE: step = scan_value(&c); break;
		case STEP_KEY: step = scan_key(&c); break;
		case STEP_AFTER: step = scan_after(&c); break;
		case STEP_END: break;
		}
	}
	*scan = (struct json_scan){.problem = c.problem, .has_unmappable = c.has_unmappable};
	if (c.problem)
		locate(&c, scan);
}

void json_scan_mend(char *text, size_t length)
{
	/* In well-formed text a backslash stands only in strings, and always before a byte. */
	for (size_t at = 0; at < length;) {
		if (text[at] != '\\') {
			at++;
		} else if (text[at + 1] != 'u') {
			at += 2;
		} else {
			bool unmappable = false;
			size_t step = unicode_escape(text + at, length - at, &unmappable);
			if (unmappable)
				memcpy(text + at, "\\ufffd", ESCAPE_LENGTH);
			at += step;
		}
	}
}
