#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/rng.h"

/* On a copy of exactly `length` bytes, so that AddressSanitizer sees a byte too many. */
static struct json_scan scan_exactly(const char *text, size_t length, int depth_max)
{
	struct json_scan scan;
	char *copy = malloc(length ? length : 1);
	memcpy(copy, text, length);
	json_scan(copy, length, depth_max, &scan);
	free(copy);
	return scan;
}

#define TEXT(literal) literal, sizeof(literal) - 1

static void accepts_every_form_of_value(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"null", "true", "false", "0", "-0", "1", "-12.5e+3",
		"\"\"", "\"a\"", "[]", "{}", " [ ] ", "\t{\r\n}\n", "[1,2,[3,{\"a\":[]}]]",
		"{\"a\":1,\"a\":2}", "{\"\":\"\"}", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"", "\"\\ud83d\\ude00\"",
		"\"\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\"", "\"\x7F\"", "1e-400", "1.7976931348623157e308",
		"123456789012345678901234567890", "[[[[[[[[]]]]]]]]",
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct json_scan scan = scan_exactly(rows[i], strlen(rows[i]), 64);
		if (scan.problem)
			fail_msg("%s: %s at %zu:%zu", rows[i], scan.problem, scan.line, scan.column);
	}
}

static void refuses_and_points(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length, line, column;
		const char *problem; /* a part of it */
	} rows[] = {
		{TEXT(""), 1, 1, "the text ends where a value"},
		{TEXT("  \n "), 2, 2, "the text ends where a value"},
		{TEXT("nul"), 1, 1, "a value is expected"},
		{TEXT("nulll"), 1, 5, "text follows"},
		{TEXT("True"), 1, 1, "a value is expected"},
		{TEXT("NaN"), 1, 1, "a value is expected"},
		{TEXT("'a'"), 1, 1, "a value is expected"},
		{TEXT("\xEF\xBB\xBF{}"), 1, 1, "byte order mark"},
		{TEXT("{} x"), 1, 4, "text follows"},
		{TEXT("{}\0"), 1, 3, "text follows"},
		{TEXT("1 2"), 1, 3, "text follows"},
		{TEXT("[1\0,2]"), 1, 3, "',' or ']'"},
		{TEXT("\"a\0b\""), 1, 3, "NUL"},
		{TEXT("\"a\nb\""), 1, 3, "line break"},
		{TEXT("\"a\tb\""), 1, 3, "control"},
		{TEXT("\"abc"), 1, 5, "closing quote"},
		{TEXT("\"abc\\"), 1, 5, "ends inside a string"},
		{TEXT("\"\\x41\""), 1, 4, "unknown escape"},
		{TEXT("\"\\\0\""), 1, 4, "unknown escape"},
		{TEXT("\"\\u12g4\""), 1, 2, "four hexadecimal"},
		{TEXT("\"\\u12"), 1, 2, "four hexadecimal"},
		{TEXT("\"\xFF\""), 1, 2, "UTF-8"},
		{TEXT("\"a\xC3\""), 1, 3, "UTF-8"},
		{TEXT("\"\xED\xA0\x80\""), 1, 2, "UTF-8"},
		{TEXT("\"\xC0\x80\""), 1, 2, "UTF-8"},
		{TEXT("01"), 1, 2, "superfluous 0"},
		{TEXT("-"), 1, 2, "digit is missing after '-'"},
		{TEXT("-a"), 1, 2, "digit is missing after '-'"},
		{TEXT("+1"), 1, 1, "a value is expected"},
		{TEXT(".5"), 1, 1, "a value is expected"},
		{TEXT("1."), 1, 3, "after the decimal point"},
		{TEXT("1.e5"), 1, 3, "after the decimal point"},
		{TEXT("1e"), 1, 3, "exponent"},
		{TEXT("1e+"), 1, 4, "exponent"},
		{TEXT("1e999"), 1, 6, "too large"},
		{TEXT("-1e999"), 1, 7, "too large"},
		{TEXT("1234567890123456789012345678901234567890123456789012345678901234"), 1, 65, "63"},
		{TEXT("[1,]"), 1, 4, "a value is expected"},
		{TEXT("[1 2]"), 1, 4, "',' or ']'"},
		{TEXT("[1,"), 1, 4, "the text ends where"},
		{TEXT("["), 1, 2, "the text ends where"},
		{TEXT("[}"), 1, 2, "a value is expected"},
		{TEXT("[1}"), 1, 3, "',' or ']'"},
		{TEXT("{\"a\":1]"), 1, 7, "',' or '}'"},
		{TEXT("{\"a\" 1}"), 1, 6, "':'"},
		{TEXT("{\"a\":}"), 1, 6, "a value is expected"},
		{TEXT("{\"a\":1,}"), 1, 8, "a key"},
		{TEXT("{a:1}"), 1, 2, "a key"},
		{TEXT("{1:1}"), 1, 2, "a key"},
		{TEXT("{"), 1, 2, "a key"},
		{TEXT("[1] // remark"), 1, 5, "text follows"},
		{TEXT("{\n\t\"\xC3\xA9\xE2\x82\xAC\": 1,\n\t\"b\": x\n}"), 3, 7, "a value is expected"},
		{TEXT("{\"\xC3\xA9\xE2\x82\xAC\" x}"), 1, 7, "':'"},
		{TEXT("\f1"), 1, 1, "a value is expected"}, /* JSON has four kinds of white space */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct json_scan scan = scan_exactly(rows[i].text, rows[i].length, 64);
		if (!scan.problem || !strstr(scan.problem, rows[i].problem) ||
		    scan.line != rows[i].line || scan.column != rows[i].column)
			fail_msg("row %zu (%s): %s at %zu:%zu", i, rows[i].text,
				scan.problem ? scan.problem : "accepted", scan.line, scan.column);
	}
}

static void caps_depth_without_recursion(void **state)
{
	(void)state;
	enum { MANY = 1000000 };
	char *text = malloc(MANY);
	for (int depth = 1; depth <= 64; depth += 21) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		assert_null(scan_exactly(text, 2 * (size_t)depth, depth).problem);
		struct json_scan scan = scan_exactly(text, 2 * (size_t)depth, depth - 1);
		assert_non_null(strstr(scan.problem, "nested too deeply"));
		assert_int_equal(scan.column, depth);
	}
	memset(text, '[', MANY);
	assert_int_equal(scan_exactly(text, MANY, 1 << 30).column, 65);
	for (size_t i = 0; i + 5 <= MANY; i += 5)
		memcpy(text + i, "{\"a\":", 5);
	assert_non_null(strstr(scan_exactly(text, MANY, 64).problem, "nested too deeply"));
	free(text);
}

/* Every proper prefix of a container is incomplete, and reads nothing past its end. */
static void no_prefix_is_whole(void **state)
{
	(void)state;
	static const char text[] = "{\"k\\u00e9\\ud83d\\ude00\":[1.5e-3,true,null,\"\xF0\x9F\x98\x80\\n\"],\"z\":{}}";
	for (size_t length = 0; length < sizeof text - 1; length++)
		assert_non_null(scan_exactly(text, length, 64).problem);
	assert_null(scan_exactly(text, sizeof text - 1, 64).problem);
}

static void mends_what_no_c_string_holds(void **state)
{
	(void)state;
	static const struct {
		const char *text, *mended; /* NULL: nothing to mend */
	} rows[] = {
		{"\"\\u0041\\ud83d\\ude00\"", NULL},
		{"\"\\\\u0000\"", NULL}, /* an escaped backslash, then u0000 */
		{"\"\\u0000\"", "\"\\ufffd\""},
		{"\"a\\u0000b\\u0000\"", "\"a\\ufffdb\\ufffd\""},
		{"\"\\ud83d\"", "\"\\ufffd\""},
		{"\"\\uDE00\"", "\"\\ufffd\""},
		{"\"\\ud83dx\\ude00\"", "\"\\ufffdx\\ufffd\""},
		{"\"\\ud83d\\u0041\"", "\"\\ufffd\\u0041\""},
		{"\"\\ud83d\\ud83d\\ude00\"", "\"\\ufffd\\ud83d\\ude00\""},
		{"\"\\ude00\\ud83d\"", "\"\\ufffd\\ufffd\""},
		{"\"\\ud83d\\n\"", "\"\\ufffd\\n\""},
		{"{\"\\u0000\":\"\\\\\\u0000\"}", "{\"\\ufffd\":\"\\\\\\ufffd\"}"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t length = strlen(rows[i].text);
		struct json_scan scan = scan_exactly(rows[i].text, length, 64);
		assert_null(scan.problem);
		assert_int_equal(scan.has_unmappable, rows[i].mended != NULL);
		char *copy = malloc(length);
		memcpy(copy, rows[i].text, length);
		json_scan_mend(copy, length);
		assert_memory_equal(copy, rows[i].mended ? rows[i].mended : rows[i].text, length);
		free(copy);
	}
}

/* Random changes of a good text: whatever the verdict, no byte outside is touched and the
 * place lies inside the text. */
static void survives_mutations(void **state)
{
	(void)state;
	static const char text[] =
		"{\"a\":[1,-2.5e10,\"x\\u0000\\ud83d\\ude00\xC3\xA9\"],\"b\":{\"c\":null,\"d\":[true,false]}}\n";
	static const char pieces[] = "{}[]\",:\\u0d8-+.eE19tfn \n\0\x80\xC3\xFF";
	struct rng rng;
	int accepted = 0;
	rng_seed(&rng, 5, "json");
	for (int i = 0; i < 100000; i++) {
		char changed[sizeof text];
		memcpy(changed, text, sizeof text);
		size_t length = sizeof text - 1 - rng_below(&rng, 4);
		for (uint32_t edits = rng_below(&rng, 4); edits > 0; edits--)
			changed[rng_below(&rng, (uint32_t)length)] = pieces[rng_below(&rng, sizeof pieces - 1)];
		struct json_scan scan = scan_exactly(changed, length, 64);
		if (scan.problem) {
			assert_in_range(scan.line, 1, 4 + 3);
			assert_in_range(scan.column, 1, length + 1);
		} else {
			accepted++;
			json_scan_mend(changed, length);
			scan = scan_exactly(changed, length, 64);
			assert_null(scan.problem);
			assert_false(scan.has_unmappable);
		}
	}
	assert_in_range(accepted, 1000, 99000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_form_of_value),
		cmocka_unit_test(refuses_and_points),
		cmocka_unit_test(caps_depth_without_recursion),
		cmocka_unit_test(no_prefix_is_whole),
		cmocka_unit_test(mends_what_no_c_string_holds),
		cmocka_unit_test(survives_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
