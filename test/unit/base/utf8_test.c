#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/utf8.h"

static void knows_well_formed_sequences(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t available, length;
	} rows[] = {
		{"a", 1, 1},
		{"", 1, 1}, /* NUL */
		{"a", 0, 0},
		{"\xC2\x80", 2, 2},
		{"\xC0\x80", 2, 0}, /* overlong NUL */
		{"\xC1\xBF", 2, 0}, /* overlong DEL */
		{"\xDF\xBF", 2, 2},
		{"\xDF\xBF", 1, 0}, /* cut */
		{"\xDF" "a", 2, 0},
		{"\xE0\xA0\x80", 3, 3},
		{"\xE0\x9F\xBF", 3, 0}, /* overlong */
		{"\xED\x9F\xBF", 3, 3},
		{"\xED\xA0\x80", 3, 0}, /* U+D800 */
		{"\xED\xBF\xBF", 3, 0}, /* U+DFFF */
		{"\xEE\x80\x80", 3, 3},
		{"\xEF\xBF\xBF", 3, 3},
		{"\xEF\xBF\xBF", 2, 0},
		{"\xEF\xBF" "a", 3, 0},
		{"\xF0\x90\x80\x80", 4, 4},
		{"\xF0\x8F\xBF\xBF", 4, 0}, /* overlong */
		{"\xF4\x8F\xBF\xBF", 4, 4},
		{"\xF4\x90\x80\x80", 4, 0}, /* above U+10FFFF */
		{"\xF5\x80\x80\x80", 4, 0},
		{"\xF0\x90\x80\x80", 3, 0},
		{"\x80", 1, 0},
		{"\xBF", 1, 0},
		{"\xFE", 1, 0},
		{"\xFF", 1, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (utf8_sequence(rows[i].bytes, rows[i].available) != rows[i].length)
			fail_msg("row %zu: %zu instead of %zu", i,
				utf8_sequence(rows[i].bytes, rows[i].available), rows[i].length);
}

static void cuts_between_characters(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length, whole;
	} rows[] = {
		{"", 0, 0},
		{"abc", 3, 3},
		{"ab\xC3\xA9", 4, 4},
		{"ab\xC3\xA9", 3, 2},
		{"a\xE2\x82\xAC", 4, 4},
		{"a\xE2\x82\xAC", 3, 1},
		{"a\xE2\x82\xAC", 2, 1},
		{"\xF0\x9F\x98\x80", 4, 4},
		{"\xF0\x9F\x98\x80", 3, 0},
		{"\xF0\x9F\x98\x80", 1, 0},
		{"\x80\x80\x80\x80\x80", 5, 5}, /* no UTF-8 anyway */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(utf8_whole_prefix(rows[i].text, rows[i].length), rows[i].whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_well_formed_sequences),
		cmocka_unit_test(cuts_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
