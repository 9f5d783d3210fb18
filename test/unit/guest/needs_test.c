/* Programs and files of a toolchain: found where it says, told by package when they are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "base/hash.h"
#include "guest/needs.h"
#include "scratch.h"

struct world {
	char *root;              /* {root} and, under it, {cache_home} */
	struct needs needs;
};

static int set_up(void **state)
{
	struct world *world = mem_alloc_zero(1, sizeof(*world));
	world->root = scratch_make("needs");
	scratch_write(world->root, "cache/tool", "#!/bin/sh\n");
	scratch_write(world->root, "data.txt", "data");
	char *tool = fs_join3(world->root, "cache", "tool"), *cache = fs_join(world->root, "cache");
	assert_int_equal(chmod(tool, 0755), 0);
	world->needs = (struct needs){ json_new_object(), json_new_object(), json_new_array() };
	json_set_text(world->needs.values, "root", world->root);
	json_set_text(world->needs.values, "cache_home", cache);
	free(tool);
	free(cache);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;
	json_free(world->needs.values);
	json_free(world->needs.names);
	json_free(world->needs.files);
	scratch_remove(world->root);
	free(world);
	return 0;
}

static int find(const struct world *world, const char *toolchain_json, struct err *err)
{
	struct toolchain toolchain = { .name = "my" };
	toolchain.root = json_parse(toolchain_json, strlen(toolchain_json), 10000, "test", err);
	assert_non_null(toolchain.root);
	int result = needs_find(&toolchain, &world->needs, err);
	json_free(toolchain.root);
	return result;
}

static void test_found(void **state)
{
	struct world *world = *state;
	struct err err = { 0 };
	char hex[HASH_HEX_SIZE];
	assert_int_equal(find(world, "{\"programs\":{\"tool\":{\"paths\":[\"/nonexistent/tool\",\"{root}/data.txt\","
		"\"{cache_home}/tool\",\"/bin/sh\"]}},\"files\":{\"data\":{\"paths\":[\"{root}/data.txt\"]}}}", &err), 0);
	char *tool = fs_join3(world->root, "cache", "tool"), *data = fs_join(world->root, "data.txt");
	assert_string_equal(json_text(world->needs.values, "tool", ""), tool); /* what cannot be executed is none */
	assert_string_equal(json_text(world->needs.values, "data", ""), data);
	assert_string_equal(json_text(world->needs.names, "tool", ""), "{cache_home}/tool");
	assert_string_equal(json_text(world->needs.names, "data", ""), "{root}/data.txt");
	const struct json *file = json_first(world->needs.files);
	hash_bytes_hex("data", 4, hex);
	assert_int_equal(json_length(world->needs.files), 1); /* programs are known by their versions */
	assert_string_equal(json_text(file, "name", ""), "data");
	assert_string_equal(json_text(file, "path", ""), "{root}/data.txt");
	assert_string_equal(json_text(file, "sha256", ""), hex);
	free(tool);
	free(data);
}

static void test_missing(void **state)
{
	static const struct { const char *toolchain, *says; } rows[] = {
		{ "{\"programs\":{\"cc\":{\"paths\":[\"/no/cc\",\"/not/cc\"],\"package\":\"the package gcc\"}}}",
			"toolchain my needs the program cc (/no/cc, /not/cc): install the package gcc" },
		{ "{\"programs\":{\"cc\":{\"paths\":[\"{root}/data.txt\"],\"package\":\"gcc\"}}}", "data.txt): install gcc" },
		{ "{\"files\":{\"libc\":{\"paths\":[\"{cache_home}/libc.a\"],\"package\":\"wasi-libc\"}}}",
			"/cache/libc.a): install wasi-libc" },
		{ "{\"files\":{\"libc\":{\"paths\":[\"/no/libc.a\"],\"package\":\"wasi-libc\"}}}",
			"toolchain my needs the file libc (/no/libc.a): install wasi-libc" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		assert_int_equal(find(*state, rows[i].toolchain, &err), -1);
		assert_int_equal(err.code, ERR_ENVIRONMENT);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s", err.text);
	}
}

/* Without HOME there is no {cache_home}: what needs it is missing, the rest is found. */
static void test_no_cache_home(void **state)
{
	struct world *world = *state;
	struct err err = { 0 };
	json_free(world->needs.values);
	world->needs.values = json_new_object();
	json_set_text(world->needs.values, "root", world->root);
	assert_int_equal(find(world, "{\"files\":{\"data\":{\"paths\":[\"{root}/data.txt\"]}}}", &err), 0);
	assert_int_equal(find(world, "{\"programs\":{\"tool\":{\"paths\":[\"{cache_home}/tool\"],"
		"\"package\":\"it\"}}}", &err), -1);
	assert_non_null(strstr(err.text, "({cache_home}/tool): install it"));
}

static void test_cache_home(void **state)
{
	static const struct { const char *xdg, *home, *is; } rows[] = {
		{ "/x", "/h", "/x" },
		{ "", "/h", "/h/.cache" },
		{ NULL, "/h", "/h/.cache" },
		{ "relative", "/h", "/h/.cache" },
		{ NULL, "relative", NULL },
		{ NULL, NULL, NULL },
	};
	char *xdg = mem_strdup(getenv("XDG_CACHE_HOME")), *home = mem_strdup(getenv("HOME"));
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rows[i].xdg ? setenv("XDG_CACHE_HOME", rows[i].xdg, 1) : unsetenv("XDG_CACHE_HOME");
		rows[i].home ? setenv("HOME", rows[i].home, 1) : unsetenv("HOME");
		char *is = needs_cache_home();
		if (rows[i].is)
			assert_string_equal(is, rows[i].is);
		else
			assert_null(is);
		free(is);
	}
	xdg ? setenv("XDG_CACHE_HOME", xdg, 1) : unsetenv("XDG_CACHE_HOME");
	home ? setenv("HOME", home, 1) : unsetenv("HOME");
	free(xdg);
	free(home);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_found, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_missing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_cache_home, set_up, tear_down),
		cmocka_unit_test(test_cache_home),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
