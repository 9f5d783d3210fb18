/* A command line from /proc as one line. */
#include "browser/facts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_joining(void **state)
{
	(void)state;
	static const struct row { const char *bytes; size_t length; const char *line; } rows[] = {
		{"a\0--b\0c\0", 8, "a --b c"},
		{"a --b c\0\0\0\0", 11, "a --b c"},
		{"a\0\0b\0", 5, "a  b"},
		{"\0", 1, ""},
		{"", 0, ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char line[32] = "";
		memcpy(line, rows[i].bytes, rows[i].length);
		browser_facts_join(line, rows[i].length);
		assert_string_equal(line, rows[i].line);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_joining)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
