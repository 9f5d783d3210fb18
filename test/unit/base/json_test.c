#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <sys/resource.h>

#include "base/json.h"
#include "scratch.h"

static struct json *parse(const char *text)
{
	struct err err = {0};
	/* no terminator behind the last byte: AddressSanitizer watches */
	size_t length = strlen(text);
	char *copy = malloc(length ? length : 1);
	memcpy(copy, text, length);
	struct json *value = json_parse(copy, length, 1 << 20, "test", &err);
	free(copy);
	if (!value)
		fail_msg("%s", err.text);
	return value;
}

static void same_text_comes_back(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"null", "true", "false", "0", "-1.5", "\"\"", "\"\xF0\x9F\x98\x80\"", "[]", "{}",
		"[1,[2,[3]],{\"a\":{}}]", "{\"a\":1,\"b\":[true,null],\"c\":\"x\\ny\"}",
		"[0.1,1e+300,5e-324,9007199254740992,1795475699123456]",
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct json *value = parse(rows[i]);
		char *text = json_print(value, false);
		assert_string_equal(text, rows[i]);
		free(text);
		struct json *copy = json_copy(value);
		json_free(value);
		text = json_print(copy, false);
		assert_string_equal(text, rows[i]);
		free(text);
		json_free(copy);
	}
}

static void errors_name_input_line_and_column(void **state)
{
	(void)state;
	struct err err = {0};
	static const char text[] = "{\n  \"title\": \"x\",\n  \"arms\": [1,, 2]\n}";
	assert_null(json_parse(text, sizeof text - 1, 1000, "probes/ping/probe.json", &err));
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.text,
		"probes/ping/probe.json is not valid JSON: line 3, column 14: a value is expected");
}

static void length_has_a_ceiling(void **state)
{
	(void)state;
	struct err err = {0};
	assert_null(json_parse("[1,2]", 5, 4, "reply", &err));
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_string_equal(err.text, "reply has 5 bytes of JSON, more than the 4 allowed");
	struct json *value = json_parse("[1,2]", 5, 5, "reply", &err);
	assert_int_equal(json_length(value), 2);
	json_free(value);
}

static void depth_has_a_ceiling(void **state)
{
	(void)state;
	struct err err = {0};
	char text[2 * (JSON_DEPTH_MAX + 1)];
	memset(text, '[', JSON_DEPTH_MAX);
	memset(text + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
	struct json *value = json_parse(text, 2 * JSON_DEPTH_MAX, 1000, "deep", &err);
	assert_non_null(value);
	json_free(value);
	memset(text, '[', JSON_DEPTH_MAX + 1);
	memset(text + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
	assert_null(json_parse(text, sizeof text, 1000, "deep", &err));
	assert_int_equal(err.code, ERR_INVALID);
	assert_non_null(strstr(err.text, "line 1, column 65: values are nested too deeply"));
}

static void refuses_what_cjson_would_take(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		size_t length;
	} rows[] = {
		{"{}{}", 4}, {"{}\0", 3}, {"[1] x", 5}, {"\"a\0b\"", 5}, {"\"\n\"", 3}, {"\"\xC3\"", 3},
		{"01", 2}, {"1.", 2}, {"[1]\x01", 4}, {"\xEF\xBB\xBF[]", 5}, {"", 0}, {"\0", 1},
		{"{\"1\":1,", 7}, /* CVE-2023-53154 */
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = {0};
		char *copy = malloc(rows[i].length ? rows[i].length : 1);
		memcpy(copy, rows[i].text, rows[i].length);
		struct json *value = json_parse(copy, rows[i].length, 1000, "row", &err);
		free(copy);
		assert_null(value);
		assert_int_equal(err.code, ERR_INVALID);
	}
}

static void console_text_with_nul_survives(void **state)
{
	(void)state;
	struct json *value = parse("{\"text\":\"a\\u0000b \\ud83d! \\ud83d\\ude00\",\"after\":1}");
	assert_string_equal(json_text(value, "text", ""),
		"a\xEF\xBF\xBD" "b \xEF\xBF\xBD! \xF0\x9F\x98\x80");
	assert_true(json_number(value, "after", 0) == 1);
	json_free(value);
}

static void members_and_fallbacks(void **state)
{
	(void)state;
	struct json *v = parse("{\"t\":\"x\",\"n\":2.5,\"b\":true,\"z\":null,\"a\":[10,20],\"T\":\"big\",\"t\":\"second\"}");
	assert_int_equal(json_type(v), JSON_OBJECT);
	assert_string_equal(json_text(v, "t", "f"), "x"); /* first wins; case matters */
	assert_string_equal(json_text(v, "T", "f"), "big");
	assert_string_equal(json_text(v, "n", "f"), "f");
	assert_string_equal(json_text(v, "none", "f"), "f");
	assert_null(json_text(v, "none", NULL));
	assert_true(json_number(v, "n", -1) == 2.5);
	assert_true(json_number(v, "t", -1) == -1);
	assert_true(json_number(v, "z", -1) == -1);
	assert_true(json_bool(v, "b", false));
	assert_true(json_bool(v, "z", true));
	assert_false(json_bool(v, "n", false));
	assert_int_equal(json_type(json_get(v, "z")), JSON_NULL);
	assert_int_equal(json_type(json_get(v, "b")), JSON_BOOL);
	assert_int_equal(json_type(json_get(v, "n")), JSON_NUMBER);
	assert_int_equal(json_type(json_get(v, "t")), JSON_STRING);
	assert_int_equal(json_type(json_get(v, "a")), JSON_ARRAY);
	assert_int_equal(json_type(NULL), JSON_NULL);
	assert_null(json_get(v, "none"));
	assert_null(json_get(NULL, "t"));
	assert_null(json_get(json_get(v, "a"), "t"));
	assert_int_equal(json_length(json_get(v, "a")), 2);
	assert_int_equal(json_length(json_get(v, "t")), 0);
	assert_int_equal(json_length(NULL), 0);
	assert_true(json_as_number(json_at(json_get(v, "a"), 1), 0) == 20);
	assert_null(json_at(json_get(v, "a"), 2));
	assert_null(json_at(NULL, 0));
	json_free(v);
	json_free(NULL);
}

static void iterates_in_order(void **state)
{
	(void)state;
	struct json *v = parse("{\"b\":1,\"a\":2,\"c\":[3,4]}");
	char keys[10] = "";
	double sum = 0;
	for (struct json *m = json_first(v); m; m = json_next(m)) {
		strncat(keys, json_key(m), 1);
		sum += json_as_number(m, 0);
	}
	assert_string_equal(keys, "bac");
	assert_true(sum == 3);
	for (struct json *m = json_first(json_get(v, "c")); m; m = json_next(m)) {
		assert_string_equal(json_key(m), "");
		sum += json_as_number(m, 0);
	}
	assert_true(sum == 10);
	assert_null(json_first(json_get(v, "a")));
	assert_null(json_first(NULL));
	assert_null(json_next(NULL));
	assert_string_equal(json_key(NULL), "");
	json_free(v);
}

static void builds_and_replaces(void **state)
{
	(void)state;
	struct json *v = json_new_object(), *list = json_new_array();
	json_set_text(v, "a", "one");
	json_set_number(v, "b", 2);
	json_set_bool(v, "c", false);
	json_set_text(v, "d", NULL);
	json_set_number(v, "e", NAN);
	json_set(v, "f", list);
	json_append(list, json_new_number(INFINITY));
	json_append(list, json_new_bool(true));
	json_append(list, NULL);
	json_append(list, json_new_null());
	json_append(list, json_copy(NULL));
	json_set_number(v, "a", 1); /* replaced in its place */
	json_set_text(v, "A", "other case");
	json_set(v, "b", NULL);
	char *text = json_print(v, false);
	assert_string_equal(text, "{\"a\":1,\"b\":null,\"c\":false,\"d\":null,\"e\":null,"
		"\"f\":[null,true,null,null,null],\"A\":\"other case\"}");
	free(text);
	json_free(v);
}

/* Setting a member of what is no object is a bug, and aborts. */
static void wrong_container_aborts(void **state)
{
	(void)state;
	for (int way = 0; way < 2; way++) {
		pid_t pid = fork();
		if (pid == 0) {
			const struct rlimit no_core = {0};
			setrlimit(RLIMIT_CORE, &no_core);
			signal(SIGABRT, SIG_DFL);
			fclose(stderr);
			if (way == 0)
				json_set(json_new_array(), "a", json_new_null());
			else
				json_append(json_new_object(), json_new_null());
			_exit(0);
		}
		int status = scratch_wait(pid);
		assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	}
}

static void what_we_print_we_can_read(void **state)
{
	(void)state;
	struct json *v = json_new_object();
	json_set_text(v, "bad \xFF key", "bad \xC3 value \x01");
	json_set_number(v, "n", 0.1 + 0.2);
	char *text = json_print(v, true);
	struct json *again = parse(text);
	assert_string_equal(json_text(again, "bad \xEF\xBF\xBD key", ""), "bad \xEF\xBF\xBD value \x01");
	assert_true(json_number(again, "n", 0) == 0.1 + 0.2);
	free(text);
	json_free(again);
	json_free(v);
}

static void reads_files(void **state)
{
	(void)state;
	char *folder = scratch_make("json");
	struct err err = {0};
	scratch_write(folder, "good.json", "{\"a\": 5}\n");
	scratch_write(folder, "bad.json", "{\"a\": }\n");
	scratch_write(folder, "empty.json", "");
	static const struct {
		const char *name;
		size_t ceiling;
		enum err_code code;
		const char *text;
	} rows[] = {
		{"good.json", 1000, ERR_NONE, ""},
		{"good.json", 5, ERR_TOO_LARGE, "good.json is larger than the 5 bytes allowed"},
		{"bad.json", 1000, ERR_INVALID, "bad.json is not valid JSON: line 1, column 7"},
		{"empty.json", 1000, ERR_INVALID, "empty.json is not valid JSON: line 1, column 1"},
		{"none.json", 1000, ERR_NOT_FOUND, "none.json: No such file"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *path = fs_join(folder, rows[i].name);
		err_clear(&err);
		struct json *value = json_parse_file(path, rows[i].ceiling, &err);
		assert_int_equal(value != NULL, rows[i].code == ERR_NONE);
		assert_int_equal(err.code, rows[i].code);
		assert_non_null(strstr(err.text, rows[i].text));
		if (value)
			assert_true(json_number(value, "a", 0) == 5);
		json_free(value);
		free(path);
	}
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_text_comes_back),
		cmocka_unit_test(errors_name_input_line_and_column),
		cmocka_unit_test(length_has_a_ceiling),
		cmocka_unit_test(depth_has_a_ceiling),
		cmocka_unit_test(refuses_what_cjson_would_take),
		cmocka_unit_test(console_text_with_nul_survives),
		cmocka_unit_test(members_and_fallbacks),
		cmocka_unit_test(iterates_in_order),
		cmocka_unit_test(builds_and_replaces),
		cmocka_unit_test(wrong_container_aborts),
		cmocka_unit_test(what_we_print_we_can_read),
		cmocka_unit_test(reads_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
