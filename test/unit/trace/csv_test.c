#include "trace/scene.h"

#include "base/rng.h"
#include "trace/csv.h"

/* Rows as text: fields between '|', a row ends in ';' with its line. */
struct log { struct buf text; int fail_at; };

static int on_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err)
{
	struct log *log = context;
	for (size_t i = 0; i < count; i++)
		buf_append_format(&log->text, "%s%.*s", i ? "|" : "", (int)fields[i].length, fields[i].bytes);
	buf_append_format(&log->text, ";%d ", (int)line);
	return (int)line == log->fail_at ? err_set(err, ERR_INVALID, "enough") : 0;
}

static int read_pieces(const char *text, size_t length, size_t step, struct log *log, struct err *err)
{
	struct trace_csv *csv = trace_csv_new(on_row, log);
	int result = 0;
	buf_init(&log->text, 1 << 20);
	for (size_t at = 0; at < length && !result; at += step) {
		size_t piece = at + step < length ? step : length - at;
		char *copy = malloc(piece);
		memcpy(copy, text + at, piece);
		result = trace_csv_feed(csv, copy, piece, err);
		free(copy);
	}
	if (!result)
		result = trace_csv_end(csv, err);
	trace_csv_free(csv);
	return result;
}

static void rows_are_those_of_rfc_4180(void **state)
{
	(void)state;
	static const struct { const char *text, *rows; } rows[] = {
		{ "a,b\nc,d\n", "a|b;1 c|d;2 " },
		{ "a,b\r\nc,d\r\n", "a|b;1 c|d;2 " },
		{ "a,b\nc,d", "a|b;1 c|d;2 " },             /* the last line break may be missing */
		{ "a,\n,\n", "a|;1 |;2 " },
		{ "\n\na\n\r\nb\n", "a;3 b;5 " },            /* empty lines are passed over, and counted */
		{ "\"a\",\"\"\n\"\"\n", "a|;1 ;2 " },         /* an empty field in quotes is a row */
		{ "\"a,b\",\"c\"\"d\"\n", "a,b|c\"d;1 " },
		{ "\"a\nb\",c\nd,e\n", "a\nb|c;1 d|e;3 " },  /* the line that a row begins on */
		{ "\"a\r\nb\"\n", "a\r\nb;1 " },
		{ "\xEF\xBB\xBF" "a,b\n", "a|b;1 " },
		{ " a , b \n", " a | b ;1 " },               /* spaces are part of a field */
		{ "", "" },
		{ "\xEF\xBB\xBF", "" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		for (size_t step = 1; step < 20; step++) {
			struct log log = { .fail_at = 0 };
			struct err err = { 0 };
			int result = read_pieces(rows[i].text, strlen(rows[i].text), step, &log, &err);
			if (result || strcmp(log.text.data ? log.text.data : "", rows[i].rows) != 0)
				fail_msg("row %zu, step %zu: %d \"%s\"", i, step, result, log.text.data);
			buf_release(&log.text);
		}
	}
}

static void what_is_no_csv_is_refused(void **state)
{
	(void)state;
	static const char *const rows[] = { "a\"b\n", "\"a\"b\n", "\"a\n", "a\rb\n", "\"a\"\rb\n" };
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct log log = { .fail_at = 0 };
		struct err err = { 0 };
		assert_int_equal(read_pieces(rows[i], strlen(rows[i]), 2, &log, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_non_null(strstr(err.text, "line "));
		buf_release(&log.text);
	}
}

static void rows_have_ceilings(void **state)
{
	(void)state;
	struct log log = { .fail_at = 0 };
	struct err err = { 0 };
	size_t length = TRACE_CSV_ROW_MAX + 1;
	char *text = mem_alloc_zero(length + 1, 1);
	memset(text, 'x', length);
	assert_int_equal(read_pieces(text, length, 1000, &log, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_release(&log.text);
	memset(text, ',', TRACE_CSV_FIELDS_MAX);
	text[TRACE_CSV_FIELDS_MAX] = '\n';
	err_clear(&err);
	assert_int_equal(read_pieces(text, TRACE_CSV_FIELDS_MAX + 1, 1000, &log, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_release(&log.text);
	free(text);
}

static void the_callers_error_ends_the_reading(void **state)
{
	(void)state;
	struct log log = { .fail_at = 2 };
	struct err err = { 0 };
	assert_int_equal(read_pieces("a\nb\nc\n", 6, 6, &log, &err), -1);
	assert_string_equal(err.text, "enough");
	assert_string_equal(log.text.data, "a;1 b;2 ");
	buf_release(&log.text);
}

static void numbers_are_exact(void **state)
{
	(void)state;
	static const struct { const char *text; double value; } rows[] = {
		{ "0", 0 }, { "-0.5", -0.5 }, { "12345.678", 12345.678 }, { "0.1", 0.1 }, { "123456789012345", 123456789012345.0 },
		{ "1234567890123456789", 1234567890123456789.0 }, { "5989719420.125", 5989719420.125 }, { "1e3", 1000 },
		{ "1.5E-3", 0.0015 }, { "+7", 7 }, { " 42\t", 42 }, { "0.000000000000001", 1e-15 }, { "007", 7 },
		{ "99999999999999.9", 99999999999999.9 }, { "1.", 1 }, { ".5", 0.5 },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		double value = 1e9;
		const struct trace_field field = { rows[i].text, strlen(rows[i].text) };
		if (!trace_field_number(&field, &value) || value != rows[i].value)
			fail_msg("%s: %.17g", rows[i].text, value);
	}
	for (int i = 0; i < 20000; i++) { /* as strtod has them, to the last bit */
		char text[32];
		double value;
		snprintf(text, sizeof text, "%d.%0*d", i * 7919 % 1000003, i % 8 + 1, i % 10);
		const struct trace_field field = { text, strlen(text) };
		assert_true(trace_field_number(&field, &value));
		assert_true(value == strtod(text, NULL));
	}
}

/* As strtod() reads them, of every length; halves of the last bit, which are rounded to even, among them. */
static void long_numbers_are_exact(void **state)
{
	(void)state;
	static const char *const halves[] = { "9007199254740993", "9007199254740995", "4503599627370497.5", "18014398509481986",
		"1152921504606846848.0", "0.1", "9999999999999999999", "18446744073709551615" };
	struct rng rng;
	rng_seed(&rng, 7, "numbers");
	for (int i = 0; i < 300000; i++) {
		char text[64];
		uint64_t sum = (uint64_t)rng_next(&rng) << 32 | rng_next(&rng);
		int length = snprintf(text, sizeof text, "%s%llu", i % 7 ? "" : "-", (unsigned long long)(sum >> rng_below(&rng, 64)));
		int point = length - 1 - (int)rng_below(&rng, (uint32_t)length);
		if (point > (text[0] == '-')) {
			memmove(text + point + 1, text + point, (size_t)(length++ - point) + 1);
			text[point] = '.';
		}
		if (i < (int)SCENE_COUNT(halves))
			length = snprintf(text, sizeof text, "%s", halves[i]);
		double value, expected = strtod(text, NULL);
		assert_true(trace_field_number(&(struct trace_field){ text, (size_t)length }, &value));
		if (memcmp(&value, &expected, sizeof value) != 0)
			fail_msg("%s: %.17g, not %.17g", text, value, expected);
	}
}

static void what_is_no_number_is_told_from_what_is_empty(void **state)
{
	(void)state;
	static const char *const rows[] = { "x", "1x", "0x10", "inf", "nan", "-", "1e", "1,5", "1 2", "--1", "1e999", "." };
	double value;
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		const struct trace_field field = { rows[i], strlen(rows[i]) };
		if (trace_field_number(&field, &value))
			fail_msg("%s: %.17g", rows[i], value);
	}
	assert_true(trace_field_number(&(struct trace_field){ "", 0 }, &value) && isnan(value));
	assert_true(trace_field_number(&(struct trace_field){ "  ", 2 }, &value) && isnan(value));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_those_of_rfc_4180),
		cmocka_unit_test(what_is_no_csv_is_refused),
		cmocka_unit_test(rows_have_ceilings),
		cmocka_unit_test(the_callers_error_ends_the_reading),
		cmocka_unit_test(numbers_are_exact),
		cmocka_unit_test(long_numbers_are_exact),
		cmocka_unit_test(what_is_no_number_is_told_from_what_is_empty),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
