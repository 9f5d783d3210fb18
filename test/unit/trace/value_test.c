#include "trace/fixture.h"

static struct trace_text text_of(const char *text)
{
	return fixture_value(TRACE_STRING, text).text;
}

static void test_text(void **state)
{
	(void)state;
	static const struct { const char *raw, *characters; } rows[] = {
		{ "", "" }, { "RunTask", "RunTask" }, { "Run\\u0054ask", "RunTask" }, { "\\u0052unTask", "RunTask" },
		{ "a\\\"b\\\\c\\/d", "a\"b\\c/d" }, { "\\b\\f\\n\\r\\t", "\b\f\n\r\t" }, { "\\u00e9", "\xC3\xA9" },
		{ "\\u2603", "\xE2\x98\x83" }, { "\\uD83D\\uDE00", "\xF0\x9F\x98\x80" }, { "\\ud83d\\ude00", "\xF0\x9F\x98\x80" },
		{ "\\uD83Dx", "\xEF\xBF\xBDx" }, { "\\uDE00", "\xEF\xBF\xBD" }, { "\\u0000", "\xEF\xBF\xBD" },
		{ "\\uD83D\\u0041", "\xEF\xBF\xBD" "A" }, { "\\uzzzz", "\xEF\xBF\xBDzzzz" }, { "\\u12", "\xEF\xBF\xBD" "12" },
		{ "\\q", "q" }, { "a\\", "a\\" }, { "\xFF\xFE", "\xFF\xFE" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_text text = text_of(rows[i].raw);
		char out[64];
		assert_int_equal(trace_text_copy(&text, out, sizeof out), strlen(rows[i].characters));
		assert_string_equal(out, rows[i].characters);
		assert_true(trace_text_is(&text, rows[i].characters, strlen(rows[i].characters)));
		assert_false(trace_text_is(&text, "RunTas", 6));
		assert_false(trace_text_is(&text, "RunTask!", 8));
		text.escaped = true; /* what could be escaped and is not */
		assert_true(trace_text_is(&text, rows[i].characters, strlen(rows[i].characters)));
	}
	struct trace_text name = text_of("MinorGC");
	assert_true(trace_text_equals(&name, "MinorGC"));
	assert_false(trace_text_equals(&name, "MajorGC"));
}

static void test_copies_that_do_not_fit(void **state)
{
	(void)state;
	static const struct { const char *raw; size_t size; const char *kept; size_t whole; } rows[] = {
		{ "abcdef", 4, "abc", 6 }, { "abc", 4, "abc", 3 }, { "ab\xC3\xA9", 4, "ab", 4 }, { "ab\\u00e9", 4, "ab", 4 },
		{ "a\\u2603zz", 4, "a", 6 }, { "a\\u2603b", 5, "a\xE2\x98\x83", 5 }, { "abc", 1, "", 3 },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_text text = text_of(rows[i].raw);
		char *out = malloc(rows[i].size);
		assert_int_equal(trace_text_copy(&text, out, rows[i].size), rows[i].whole);
		assert_string_equal(out, rows[i].kept);
		free(out);
		assert_int_equal(trace_text_copy(&text, NULL, 0), rows[i].whole);
	}
}

static void test_categories(void **state)
{
	(void)state;
	static const struct { const char *category, *wanted; bool has; } rows[] = {
		{ "v8", "v8", true }, { "devtools.timeline,v8", "v8", true }, { "devtools.timeline,v8", "devtools.timeline", true },
		{ "devtools.timeline,v8", "devtools", false }, { "v8.wasm", "v8", false }, { "", "v8", false },
		{ "a,,b", "b", true }, { "\\u0076\\u0038,x", "v8", true },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_text category = text_of(rows[i].category);
		assert_int_equal(trace_text_has_category(&category, rows[i].wanted), rows[i].has);
	}
}

static void test_members(void **state)
{
	(void)state;
	static const struct { const char *object, *path; enum trace_kind kind; const char *text; } rows[] = {
		{ "{\"data\":{\"traceId\":\"17\"}}", "data.traceId", TRACE_STRING, "17" },
		{ "{\"a\":1,\"data\":{\"x\":[1,{\"traceId\":2}],\"traceId\":3}}", "data.traceId", TRACE_NUMBER, "3" },
		{ " { \"a\" : 1 , \"b\" : [ 1 ] } ", "b", TRACE_ABSENT, NULL },
		{ "{ \"a\" : 1 ,\n\t\"b\" : [ 1 ] }", "b", TRACE_ARRAY, "[ 1 ]" },
		{ "{\"a\":1,\"a\":2}", "a", TRACE_NUMBER, "2" },
		{ "{\"\\u0061\":true}", "a", TRACE_BOOL, "true" },
		{ "{\"a\":null}", "a", TRACE_NULL, "null" },
		{ "{\"a\":{\"b\":{\"c\":{}}}}", "a.b.c", TRACE_OBJECT, "{}" },
		{ "{}", "a", TRACE_ABSENT, NULL }, { "{\"a\":1}", "a.b", TRACE_ABSENT, NULL }, { "{\"a\":1}", "b", TRACE_ABSENT, NULL },
		/* Malformed: what stands before is found. */
		{ "{\"a\":1,b}", "a", TRACE_NUMBER, "1" }, { "{\"a\":tru}", "a", TRACE_ABSENT, NULL }, { "{\"a\"}", "a", TRACE_ABSENT, NULL },
		{ "{\"a\":}", "a", TRACE_ABSENT, NULL }, { "{\"b\":01,\"a\":1}", "a", TRACE_ABSENT, NULL },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_value object = fixture_value(*rows[i].object == '{' ? TRACE_OBJECT : TRACE_ARRAY, rows[i].object);
		struct trace_value found = trace_value_find(&object, rows[i].path);
		if (found.kind != rows[i].kind)
			fail_msg("%s of %s: kind %d", rows[i].path, rows[i].object, found.kind);
		if (rows[i].text) {
			assert_int_equal(found.text.length, strlen(rows[i].text));
			assert_memory_equal(found.text.bytes, rows[i].text, found.text.length);
		}
	}
}

static void test_numbers(void **state)
{
	(void)state;
	static const struct { enum trace_kind kind; const char *text; double number; bool whole; int64_t integer; } rows[] = {
		{ TRACE_NUMBER, "0", 0, true, 0 }, { TRACE_NUMBER, "-17", -17, true, -17 },
		{ TRACE_NUMBER, "9223372036854775807", 9223372036854775807.0, true, INT64_MAX },
		/* Negative numbers that were written as unsigned. */
		{ TRACE_NUMBER, "18446744073709551615", 18446744073709551615.0, true, -1 },
		{ TRACE_NUMBER, "18446744073709551000", 18446744073709551000.0, true, -616 },
		{ TRACE_NUMBER, "-9223372036854775808", -9223372036854775808.0, true, INT64_MIN },
		{ TRACE_NUMBER, "-9223372036854775809", -9223372036854775809.0, false, 0 },
		{ TRACE_NUMBER, "18446744073709551616", 18446744073709551616.0, false, 0 },
		{ TRACE_NUMBER, "1.5", 1.5, false, 0 }, { TRACE_NUMBER, "1e3", 1000, false, 0 }, { TRACE_NUMBER, "-0.5E-1", -0.05, false, 0 },
		{ TRACE_STRING, "3881849715975995125", 3881849715975995125.0, true, 3881849715975995125 },
		{ TRACE_STRING, "0x29", NAN, true, 41 }, { TRACE_STRING, "0xffffffffffffffff", NAN, true, -1 },
		{ TRACE_STRING, "", NAN, false, 0 }, { TRACE_STRING, "abc", NAN, false, 0 }, { TRACE_STRING, "1x", NAN, false, 0 },
		{ TRACE_STRING, " 1", NAN, false, 0 }, { TRACE_STRING, "inf", NAN, false, 0 }, { TRACE_STRING, "+1", 1, false, 0 },
		{ TRACE_STRING, "0x", NAN, false, 0 }, { TRACE_BOOL, "true", NAN, false, 0 }, { TRACE_ABSENT, "1", NAN, false, 0 },
		{ TRACE_STRING, "1234567890123456789012345678901234567890123456789012345678901234", NAN, false, 0 },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_value value = fixture_value(rows[i].kind, rows[i].text);
		int64_t integer = 99;
		double number = trace_value_number(&value);
		bool same = isnan(rows[i].number) ? isnan(number) : number == rows[i].number;
		bool whole = trace_value_integer(&value, &integer);
		if (!same || whole != rows[i].whole || integer != rows[i].integer)
			fail_msg("%s: %g, %d, %lld", rows[i].text, number, whole, (long long)integer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_copies_that_do_not_fit),
		cmocka_unit_test(test_categories),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
