/* Which command lines are renderers'. The proof itself is browser_test.c's, on real ones. */
#include "browser/renderers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void test_command_lines(void **state)
{
	(void)state;
	static const struct row {
		const char *line;
		size_t length; /* 0: strlen */
		bool renderer;
	} rows[] = {
		{"/usr/lib/chromium/chromium --type=renderer --lang=en-US", 0, true},
		{"/usr/lib/chromium/chromium\0--type=renderer\0--lang=en-US", 56, true},
		{"chromium --type=renderer", 0, true},
		{"chromium\0--type=renderer\0", 25, true},
		{"chromium --type=zygote --x=--type=renderer", 0, false},
		{"chromium --type=renderers", 0, false},
		{"chromium --type=render", 0, false},
		{"--type=renderer", 0, false}, /* a program's own name */
		{"", 0, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t length = rows[i].length ? rows[i].length : strlen(rows[i].line);
		assert_int_equal(browser_is_renderer(rows[i].line, length), rows[i].renderer);
	}
}

static void test_nothing_proves_nothing(void **state)
{
	(void)state;
	struct json *facts = browser_renderers_read(getpid());
	assert_false(json_bool(facts, "verified", true));
	assert_int_equal(json_number(facts, "renderer_pid", -1), 0);
	assert_int_equal(json_number(facts, "renderers", -1), 0);
	assert_int_equal(json_number(facts, "seccomp", -1), 0);
	json_free(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_lines),
		cmocka_unit_test(test_nothing_proves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
