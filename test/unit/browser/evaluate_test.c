/* What is told of an exception. The rest of evaluate.c is browser_test.c's and
 * misbehaviour_test.c's, with something that answers. */
#include "browser/evaluate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_exceptions(void **state)
{
	(void)state;
	static const struct row { const char *details, *text; } rows[] = {
		{"{\"text\":\"Uncaught\",\"exception\":{\"type\":\"object\",\"description\":\"Error: x\\n    at y\"}}",
			"Error: x\n    at y"},
		{"{\"text\":\"Uncaught\",\"exception\":{\"type\":\"string\",\"value\":\"plain\"}}", "plain"},
		{"{\"text\":\"Uncaught\",\"exception\":{\"type\":\"number\",\"value\":5,\"description\":\"5\"}}", "5"},
		{"{\"text\":\"Uncaught\",\"exception\":{\"type\":\"undefined\"}}", "Uncaught"},
		{"{\"text\":\"Uncaught SyntaxError\"}", "Uncaught SyntaxError"},
		{"{}", "an exception without a text"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *details = json_parse(rows[i].details, strlen(rows[i].details), 4096, "details", NULL);
		assert_string_equal(browser_exception_text(details), rows[i].text);
		json_free(details);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_exceptions)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
