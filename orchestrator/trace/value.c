#include "trace/value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "trace/json.h"

enum { NUMBER_SIZE = 64, KEY_SIZE = 256, CHARACTER_MAX = 4, ESCAPE_LENGTH = 6, REPLACEMENT = 0xFFFD };

/* The next character of a text as UTF-8, or the next byte where nothing is escaped. */
struct character {
	char bytes[CHARACTER_MAX];
	size_t length;
};

static int hex4(const char *at, const char *end)
{
	int value = 0;
	for (int i = 0; i < 4; i++) {
		char digit = at + i < end ? at[i] : '\0';
		if (digit >= '0' && digit <= '9')
			value = value * 16 + digit - '0';
		else if ((digit | 0x20) >= 'a' && (digit | 0x20) <= 'f')
			value = value * 16 + (digit | 0x20) - 'a' + 10;
		else
			return -1;
	}
	return value;
}

static void put_code(struct character *out, unsigned code)
{
	if (code < 0x80) {
		out->bytes[out->length++] = (char)code;
		return;
	}
	int more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	static const unsigned char first[] = { 0, 0xC0, 0xE0, 0xF0 };
	out->bytes[out->length++] = (char)(first[more] | code >> 6 * more);
	while (more-- > 0)
		out->bytes[out->length++] = (char)(0x80 | (code >> 6 * more & 0x3F));
}

/* A \u escape, or the pair of them that makes one character. The byte after. */
static const char *unicode(const char *at, const char *end, struct character *out)
{
	int code = hex4(at + 2, end);
	const char *after = code < 0 ? at + 2 : at + ESCAPE_LENGTH;
	if (code >= 0xD800 && code <= 0xDBFF && end - after >= ESCAPE_LENGTH && after[0] == '\\' && after[1] == 'u') {
		int low = hex4(after + 2, end);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			put_code(out, 0x10000 + (((unsigned)code & 0x3FF) << 10 | ((unsigned)low & 0x3FF)));
			return after + ESCAPE_LENGTH;
		}
	}
	bool fits = code > 0 && !(code >= 0xD800 && code <= 0xDFFF);
	put_code(out, fits ? (unsigned)code : REPLACEMENT);
	return after;
}

static const char *next_character(const char *at, const char *end, struct character *out)
{
	static const char escapes[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	out->length = 0;
	if (*at != '\\' || end - at < 2) {
		out->bytes[out->length++] = *at;
		return at + 1;
	}
	if (at[1] == 'u')
		return unicode(at, end, out);
	const char *found = memchr(escapes, at[1], sizeof escapes - 1);
	out->bytes[out->length++] = found ? meanings[found - escapes] : at[1];
	return at + 2;
}

bool trace_text_equals_escaped(const struct trace_text *text, const char *wanted, size_t length)
{
	const char *end = text->bytes + text->length;
	struct character next;
	for (const char *at = text->bytes; at < end;) {
		at = next_character(at, end, &next);
		if (next.length > length || memcmp(wanted, next.bytes, next.length) != 0)
			return false;
		wanted += next.length;
		length -= next.length;
	}
	return length == 0;
}

size_t trace_text_copy(const struct trace_text *text, char *out, size_t size)
{
	const char *end = text->bytes + text->length;
	size_t whole = 0, kept = 0;
	struct character next;
	for (const char *at = text->bytes; at < end; whole += next.length) {
		at = next_character(at, end, &next);
		if (kept == whole && whole + next.length < size) {
			memcpy(out + whole, next.bytes, next.length);
			kept += next.length;
		}
	}
	if (size > 0)
		out[kept < whole ? utf8_whole_prefix(out, kept) : kept] = '\0';
	return whole;
}

bool trace_text_has_category(const struct trace_text *category, const char *wanted)
{
	size_t length = strlen(wanted);
	const char *at = category->bytes, *end = at + category->length;
	while (at < end) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		struct trace_text one = { at, (size_t)((comma ? comma : end) - at), category->escaped };
		if (trace_text_is(&one, wanted, length))
			return true;
		at += one.length + 1;
	}
	return false;
}

static struct trace_value find_member(const struct trace_value *object, const char *name, size_t length)
{
	struct trace_value found = { .kind = TRACE_ABSENT }, value;
	struct trace_text key;
	if (object->kind != TRACE_OBJECT)
		return found;
	struct trace_json json = { object->text.bytes + 1, object->text.bytes + object->text.length, NULL };
	while (trace_json_space(&json) && *json.at != '}') {
		if (!trace_json_key(&json, &key) || !trace_json_space(&json) || !trace_json_value(&json, &value))
			break;
		if (trace_text_is(&key, name, length))
			found = value;
		if (!trace_json_space(&json) || *json.at != ',')
			break;
		json.at++;
	}
	return found;
}

bool trace_value_has(const struct trace_value *object, const struct trace_text *key)
{
	char plain[KEY_SIZE];
	size_t length = trace_text_copy(key, plain, sizeof plain);
	return length < sizeof plain && find_member(object, plain, length).kind != TRACE_ABSENT;
}

struct trace_value trace_value_find(const struct trace_value *object, const char *path)
{
	struct trace_value value = *object;
	for (;;) {
		size_t length = strcspn(path, ".");
		value = find_member(&value, path, length);
		if (!path[length])
			return value;
		path += length + 1;
	}
}

/* A number's or string's characters as a C text; false when they are too many for a number. */
static bool copy_number(const struct trace_value *value, char out[NUMBER_SIZE])
{
	bool may = value->kind == TRACE_NUMBER || value->kind == TRACE_STRING;
	return may && value->text.length > 0 && trace_text_copy(&value->text, out, NUMBER_SIZE) < NUMBER_SIZE;
}

double trace_value_number(const struct trace_value *value)
{
	char number[NUMBER_SIZE], *end;
	/* strtod would take "inf", "nan", "0x1" and leading spaces as well. */
	if (!copy_number(value, number) || number[strspn(number, "0123456789+-.eE")])
		return NAN;
	double result = strtod(number, &end);
	return *end || end == number ? NAN : result;
}

bool trace_value_integer(const struct trace_value *value, int64_t *out)
{
	char number[NUMBER_SIZE], *end;
	*out = 0;
	if (!copy_number(value, number))
		return false;
	bool negative = number[0] == '-';
	const char *digits = number + negative;
	bool hex = value->kind == TRACE_STRING && digits[0] == '0' && digits[1] == 'x';
	if (digits[0] < '0' || digits[0] > '9')
		return false;
	errno = 0;
	unsigned long long magnitude = strtoull(digits, &end, hex ? 16 : 10);
	if (errno || *end || (negative && magnitude > (uint64_t)INT64_MAX + 1))
		return false;
	*out = (int64_t)(negative ? -(uint64_t)magnitude : (uint64_t)magnitude);
	return true;
}
