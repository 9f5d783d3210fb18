#include "trace/csv.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"

enum { DIGITS_MAX = 19 }; /* so many always fit 64 bits */

enum place {
	FIELD_START,
	IN_FIELD,
	IN_QUOTES,
	AFTER_QUOTE,             /* a closing quote, or the first of two */
	AFTER_RETURN,            /* CR outside quotes: LF must follow */
};

struct trace_csv {
	trace_csv_row_fn on_row;
	void *context;
	enum place place;
	struct buf row;          /* the characters of all fields so far, one after another */
	size_t ends[TRACE_CSV_FIELDS_MAX]; /* where each field ends in there */
	size_t count;            /* of the fields that have ended */
	bool quoted;             /* the row has a quote, so that it is no empty line */
	uint64_t line, row_line;
	uint64_t before;         /* bytes seen: for the byte order mark */
};

struct trace_csv *trace_csv_new(trace_csv_row_fn on_row, void *context)
{
	struct trace_csv *csv = mem_alloc_zero(1, sizeof *csv);
	csv->on_row = on_row;
	csv->context = context;
	csv->line = csv->row_line = 1;
	buf_init(&csv->row, TRACE_CSV_ROW_MAX);
	return csv;
}

void trace_csv_free(struct trace_csv *csv)
{
	if (!csv)
		return;
	buf_release(&csv->row);
	free(csv);
}

static int fail(const struct trace_csv *csv, struct err *err, const char *problem)
{
	return err_set(err, ERR_INVALID, "line %llu: %s", (unsigned long long)csv->line, problem);
}

static int add(struct trace_csv *csv, const char *bytes, size_t length, struct err *err)
{
	if (buf_append(&csv->row, bytes, length) == 0)
		return 0;
	return err_set(err, ERR_TOO_LARGE, "line %llu: a row of more than %d bytes", (unsigned long long)csv->line,
		TRACE_CSV_ROW_MAX);
}

static int end_field(struct trace_csv *csv, struct err *err)
{
	csv->place = FIELD_START;
	if (csv->count == TRACE_CSV_FIELDS_MAX)
		return err_set(err, ERR_TOO_LARGE, "line %llu: a row of more than %d fields",
			(unsigned long long)csv->line, TRACE_CSV_FIELDS_MAX);
	csv->ends[csv->count++] = csv->row.length;
	return 0;
}

static int give_row(struct trace_csv *csv, struct err *err)
{
	struct trace_field fields[TRACE_CSV_FIELDS_MAX];
	size_t start = 0;
	for (size_t i = 0; i < csv->count; i++) {
		fields[i] = (struct trace_field){ csv->row.data ? csv->row.data + start : "", csv->ends[i] - start };
		start = csv->ends[i];
	}
	bool empty = csv->count == 1 && csv->row.length == 0 && !csv->quoted;
	int result = empty ? 0 : csv->on_row(fields, csv->count, csv->row_line, csv->context, err);
	buf_clear(&csv->row);
	csv->count = 0;
	csv->quoted = false;
	return result;
}

static int end_row(struct trace_csv *csv, struct err *err)
{
	int result = end_field(csv, err) ? -1 : give_row(csv, err);
	csv->row_line = ++csv->line;
	return result;
}

static int take_quote(struct trace_csv *csv, struct err *err)
{
	if (csv->place == IN_FIELD)
		return fail(csv, err, "a quote stands inside a field that does not begin with one");
	bool doubled = csv->place == AFTER_QUOTE;
	csv->place = IN_QUOTES;
	csv->quoted = true;
	return doubled ? add(csv, "\"", 1, err) : 0;
}

/* One byte outside quotes. */
static int take_byte(struct trace_csv *csv, char byte, struct err *err)
{
	if (csv->place == AFTER_RETURN && byte != '\n')
		return fail(csv, err, "a carriage return without a line feed");
	switch (byte) {
	case '"': return take_quote(csv, err);
	case ',': return end_field(csv, err);
	case '\n': return end_row(csv, err);
	case '\r': csv->place = AFTER_RETURN; return 0;
	}
	if (csv->place == AFTER_QUOTE)
		return fail(csv, err, "something follows a closing quote");
	csv->place = IN_FIELD;
	return add(csv, &byte, 1, err);
}

/* The bytes from `at` that only have to be copied. */
static size_t plain_length(const struct trace_csv *csv, const char *at, const char *end)
{
	const char *stop = at;
	if (csv->place == IN_QUOTES) {
		while (stop < end && *stop != '"' && *stop != '\n')
			stop++;
	} else if (csv->place <= IN_FIELD) {
		while (stop < end && *stop != ',' && *stop != '\n' && *stop != '\r' && *stop != '"')
			stop++;
	}
	return (size_t)(stop - at);
}

static int take_quoted(struct trace_csv *csv, char byte, struct err *err)
{
	if (byte == '"') {
		csv->place = AFTER_QUOTE;
		return 0;
	}
	csv->line++; /* plain_length() stops at quotes and line feeds only */
	return add(csv, &byte, 1, err);
}

static const char *skip_mark(struct trace_csv *csv, const char *at, const char *end)
{
	static const char mark[] = { '\xEF', '\xBB', '\xBF' };
	while (at < end && csv->before < sizeof mark && *at == mark[csv->before]) {
		at++;
		csv->before++;
	}
	return at;
}

int trace_csv_feed(struct trace_csv *csv, const char *bytes, size_t length, struct err *err)
{
	const char *at = bytes, *end = bytes + length;
	if (csv->before < 3)
		at = skip_mark(csv, at, end);
	if (at < end)
		csv->before = 3;
	while (at < end) {
		size_t plain = plain_length(csv, at, end);
		if (plain > 0) {
			csv->place = csv->place == IN_QUOTES ? IN_QUOTES : IN_FIELD;
			if (add(csv, at, plain, err))
				return -1;
			at += plain;
			continue;
		}
		if (csv->place == IN_QUOTES ? take_quoted(csv, *at, err) : take_byte(csv, *at, err))
			return -1;
		at++;
	}
	return 0;
}

int trace_csv_end(struct trace_csv *csv, struct err *err)
{
	if (csv->place == IN_QUOTES)
		return fail(csv, err, "the text ends inside quotes");
	if (csv->count == 0 && csv->row.length == 0 && csv->place == FIELD_START && !csv->quoted)
		return 0;
	return end_row(csv, err);
}

/* ---- fields ---- */

static struct trace_field trimmed(const struct trace_field *field)
{
	struct trace_field text = *field;
	while (text.length > 0 && (text.bytes[0] == ' ' || text.bytes[0] == '\t')) {
		text.bytes++;
		text.length--;
	}
	while (text.length > 0 && (text.bytes[text.length - 1] == ' ' || text.bytes[text.length - 1] == '\t'))
		text.length--;
	return text;
}

/* Digits with a point somewhere between them, or none. */
struct decimal {
	uint64_t sum;
	size_t digits, fraction;
};

static bool read_decimal(const struct trace_field *text, struct decimal *decimal)
{
	bool point = false;
	*decimal = (struct decimal){ 0 };
	for (size_t at = text->bytes[0] == '-'; at < text->length; at++) {
		unsigned digit = (unsigned char)text->bytes[at] - '0';
		if (text->bytes[at] == '.' && !point && decimal->digits > 0) {
			point = true;
			continue;
		}
		if (digit > 9 || ++decimal->digits > DIGITS_MAX)
			return false;
		decimal->sum = decimal->sum * 10 + digit;
		decimal->fraction += point;
	}
	return decimal->digits > 0 && (!point || decimal->fraction > 0);
}

/* Up to 15 digits with a point: the digits and the power of ten are exact doubles then, and their quotient is rounded
 * correctly (Clinger 1990). Ten times as fast as strtod(), of which host ticks need a million. */
static bool read_short(const struct trace_field *text, double *out)
{
	static const double powers[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14,
		1e15 };
	struct decimal decimal;
	if (!read_decimal(text, &decimal) || decimal.digits > 15)
		return false;
	*out = (text->bytes[0] == '-' ? -1.0 : 1.0) * (double)decimal.sum / powers[decimal.fraction];
	return true;
}

/* Up to 19 digits with a point, as JavaScript prints times: the same with the 64 bits of a long double where it has them. That
 * quotient is off by half of its last bit at most, so rounding it to 53 bits gives what rounding the exact one would, unless
 * the 11 bits that go are next to the half. */
static bool read_medium(const struct trace_field *text, double *out)
{
#if LDBL_MANT_DIG == 64
	static const long double powers[] = { 1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L,
		1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L };
	struct decimal decimal;
	if (!read_decimal(text, &decimal) || decimal.sum == 0)
		return false;
	long double quotient = (long double)decimal.sum / powers[decimal.fraction];
	uint64_t mantissa;
	memcpy(&mantissa, &quotient, sizeof mantissa); /* x87: the lowest 8 bytes */
	unsigned going = (unsigned)(mantissa & 0x7FF);
	if (going >= 0x3FF && going <= 0x401)
		return false;
	*out = text->bytes[0] == '-' ? -(double)quotient : (double)quotient;
	return true;
#else
	(void)text, (void)out;
	return false;
#endif
}

static bool read_long(const struct trace_field *text, double *out)
{
	char number[64], *end;
	if (text->length >= sizeof number)
		return false;
	memcpy(number, text->bytes, text->length);
	number[text->length] = '\0';
	/* strtod would take "inf", "nan" and "0x1" as well. */
	if (number[strspn(number, "0123456789+-.eE")])
		return false;
	*out = strtod(number, &end);
	return end != number && !*end && isfinite(*out);
}

bool trace_field_number(const struct trace_field *field, double *out)
{
	struct trace_field text = trimmed(field);
	if (text.length == 0) {
		*out = NAN;
		return true;
	}
	return read_short(&text, out) || read_medium(&text, out) || read_long(&text, out);
}

bool trace_field_is(const struct trace_field *field, const char *text)
{
	return field->length == strlen(text) && memcmp(field->bytes, text, field->length) == 0;
}
