/* Objects taken out of replies unread: rows. */
#include "cdp/excerpt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_what_is_taken(void **state)
{
	static const struct {
		const char *text, *taken;
	} rows[] = {
		{ "{\"id\":1,\"result\":{\"profile\":{}}}", "{}" },
		{ "{\"id\":12,\"result\":{\"profile\":{\"nodes\":[{\"id\":1}],\"samples\":[]}},\"sessionId\":\"S\"}",
			"{\"nodes\":[{\"id\":1}],\"samples\":[]}" },
		{ "{\"id\":1,\"result\":{\"profile\":{\"a\":\"}\"}}}", "{\"a\":\"}\"}" },
		{ "{\"id\":1,\"result\":{\"profile\":{\"a\":\"\\\"}{\",\"b\":\"\\\\\"},\"c\":{}}}", "{\"a\":\"\\\"}{\",\"b\":\"\\\\\"}" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cdp_excerpt excerpt;
		struct err err = { 0 };
		assert_int_equal(cdp_excerpt_read(rows[i].text, strlen(rows[i].text), "profile", &excerpt, &err), 0);
		assert_int_equal(excerpt.length, strlen(rows[i].taken));
		assert_memory_equal(excerpt.text, rows[i].taken, excerpt.length);
	}
}

static void test_what_is_refused(void **state)
{
	static const char *const rows[] = { "", "{}", "{\"id\":1,\"result\":{}}", "{\"id\":1,\"result\":{\"profile\":[]}}",
		"{\"id\":1,\"result\":{\"profile\":1}}", "{\"id\":1,\"result\":{\"other\":{}}}", "{\"id\":1,\"result\":{\"profile\":{}}",
		"{\"result\":{\"profile\":{}},\"id\":1}", "{\"id\":1,\"result\":{\"profile\":{\"a\":1,}}}" };
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct cdp_excerpt excerpt;
		struct err err = { 0 };
		assert_int_equal(cdp_excerpt_read(rows[i], strlen(rows[i]), "profile", &excerpt, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_what_is_taken), cmocka_unit_test(test_what_is_refused) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
