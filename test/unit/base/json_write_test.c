#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_write.h"
#include "base/rng.h"

static void writes_numbers_short(void **state)
{
	(void)state;
	static const struct {
		double number;
		const char *text;
	} rows[] = {
		{0, "0"},
		{-0.0, "-0"},
		{1, "1"},
		{-1, "-1"},
		{0.1, "0.1"},
		{0.1 + 0.2, "0.30000000000000004"},
		{1.0 / 3, "0.3333333333333333"},
		{16.7, "16.7"},
		{1e15, "1000000000000000"},
		{1795475699123456, "1795475699123456"},
		{9007199254740991, "9007199254740991"},
		{9007199254740992, "9007199254740992"},
		{-9007199254740992, "-9007199254740992"},
		{9007199254740994, "9007199254740994"},
		{90071992547409920, "9.007199254740992e+16"},
		{1e21, "1e+21"},
		{123456789012345680000.0, "1.2345678901234568e+20"},
		{1e-7, "1e-07"},
		{DBL_MAX, "1.7976931348623157e+308"},
		{DBL_MIN, "2.2250738585072014e-308"},
		{5e-324, "5e-324"},
		{NAN, "null"},
		{INFINITY, "null"},
		{-INFINITY, "null"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[JSON_NUMBER_SIZE];
		json_write_number(rows[i].number, text);
		assert_string_equal(text, rows[i].text);
	}
}

static int significant_digits(const char *text)
{
	int count = 0, zeros = 0;
	for (; *text && *text != 'e'; text++) {
		if (*text < '0' || *text > '9' || (*text == '0' && count == 0))
			continue;
		zeros = *text == '0' ? zeros + 1 : 0;
		count++;
	}
	return count - zeros;
}

/* Doubles of all magnitudes, drawn by their bits: the text reads back to the same one, and
 * no text with a digit less does. */
static void numbers_read_back_and_are_shortest(void **state)
{
	(void)state;
	struct rng rng;
	rng_seed(&rng, 3, "doubles");
	for (int i = 0; i < 200000; i++) {
		uint64_t bits = (uint64_t)rng_next(&rng) << 32 | rng_next(&rng);
		double number;
		memcpy(&number, &bits, sizeof number);
		if (!isfinite(number))
			continue;
		if (i % 3 == 0)
			number = rng_below(&rng, 1000000) / 1000.0;
		char text[JSON_NUMBER_SIZE], shorter[400];
		json_write_number(number, text);
		assert_true(strlen(text) < JSON_NUMBER_SIZE - 1);
		assert_true(strtod(text, NULL) == number);
		int digits = significant_digits(text);
		if (digits > 1) {
			snprintf(shorter, sizeof shorter, "%.*g", digits - 1, number);
			assert_false(strtod(shorter, NULL) == number);
		}
	}
}

static void writes_strings_as_utf8(void **state)
{
	(void)state;
	static const struct {
		const char *text, *written;
	} rows[] = {
		{"", "\"\""},
		{"plain /text'", "\"plain /text'\""},
		{"\"\\\b\f\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""},
		{"\x01\x1F\x7F", "\"\\u0001\\u001f\\u007f\""},
		{"\xC3\xA9\xF0\x9F\x98\x80", "\"\xC3\xA9\xF0\x9F\x98\x80\""},
		{"a\xFFz", "\"a\xEF\xBF\xBDz\""},
		{"\xC3", "\"\xEF\xBF\xBD\""},
		{"\xED\xA0\x80", "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;
		buf_init(&out, 1000);
		json_write_string(&out, rows[i].text);
		assert_string_equal(out.data, rows[i].written);
		buf_release(&out);
	}
}

static void writes_nested_values(void **state)
{
	(void)state;
	static const struct {
		const char *compact, *indented;
	} rows[] = {
		{"[]", "[]"},
		{"{}", "{}"},
		{"[1,\"a\",null,true,false]", "[\n  1,\n  \"a\",\n  null,\n  true,\n  false\n]"},
		{"{\"a\":{\"b\":[{}]},\"\":[]}",
			"{\n  \"a\": {\n    \"b\": [\n      {}\n    ]\n  },\n  \"\": []\n}"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = {0};
		struct json *value =
			json_parse(rows[i].indented, strlen(rows[i].indented), 1000, "row", &err);
		struct buf out;
		buf_init(&out, 1000);
		json_write(&out, value, false);
		assert_string_equal(out.data, rows[i].compact);
		buf_clear(&out);
		json_write(&out, value, true);
		assert_string_equal(out.data, rows[i].indented);
		buf_release(&out);
		json_free(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_numbers_short),
		cmocka_unit_test(numbers_read_back_and_are_shortest),
		cmocka_unit_test(writes_strings_as_utf8),
		cmocka_unit_test(writes_nested_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
