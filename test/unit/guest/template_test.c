#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "guest/template.h"

static struct json *values(void)
{
	struct json *object = json_new_object();
	json_set_text(object, "go", "/usr/bin/go");
	json_set_text(object, "root", "{go}"); /* values are not filled again */
	json_set_text(object, "empty", "");
	return object;
}

static void test_filled(void **state)
{
	static const struct { const char *text, *filled; } rows[] = {
		{ "", "" },
		{ "plain", "plain" },
		{ "{go}", "/usr/bin/go" },
		{ "a{go}b{go}", "a/usr/bin/gob/usr/bin/go" },
		{ "{root}/x", "{go}/x" },
		{ "[{empty}]", "[]" },
		{ "{}", "{}" },
		{ "{ go }", "{ go }" },
		{ "{go", "{go" },
		{ "go}", "go}" },
		{ "{{go}}", "{/usr/bin/go}" },
		{ "a{", "a{" },
		{ "é{go}", "é/usr/bin/go" },
	};
	struct json *object = values();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		char *filled = template_fill(rows[i].text, object, &err);
		assert_non_null(filled);
		assert_string_equal(filled, rows[i].filled);
		free(filled);
	}
	json_free(object);
}

static void test_unknown(void **state)
{
	struct err err = { 0 };
	struct json *object = values(), *list = json_new_array(), *map = json_new_object();
	(void)state;
	assert_null(template_fill("x{gopher}", object, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "{gopher}"));
	assert_non_null(strstr(err.text, "{go}, {root}, {empty}"));
	json_append(list, json_new_text("{go}"));
	json_append(list, json_new_text("{nothing}"));
	assert_null(template_fill_list(list, object, &err));
	json_set_text(map, "A", "{nothing}");
	assert_null(template_fill_object(map, object, &err));
	json_free(object);
	json_free(list);
	json_free(map);
}

static void test_too_long(void **state)
{
	struct err err = { 0 };
	struct json *object = json_new_object();
	char *big = malloc(40001);
	(void)state;
	memset(big, 'x', 40000);
	big[40000] = '\0';
	json_set_text(object, "big", big);
	assert_null(template_fill("{big}{big}", object, &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
	free(big);
	json_free(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_filled),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
