/* No renderer, no proof. The proof itself is browser_test.c's, on real ones. */
#include "browser/renderers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static void test_nothing_proves_nothing(void **state)
{
	(void)state;
	struct json *facts = browser_renderers_read(getpid());
	assert_int_equal(browser_renderer_find(getpid()), 0);
	assert_false(json_bool(facts, "verified", true));
	assert_int_equal(json_number(facts, "renderer_pid", -1), 0);
	assert_int_equal(json_number(facts, "renderers", -1), 0);
	assert_int_equal(json_number(facts, "seccomp", -1), 0);
	json_free(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_proves_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
