#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest/inputs.h"
#include "scratch.h"

static char *make_source(void)
{
	char *folder = scratch_make("inputs");
	scratch_write(folder, "main.go", "main");
	scratch_write(folder, "go.mod", "mod");
	scratch_write(folder, "notes.txt", "not an input");
	scratch_write(folder, "sub/deep.go", "deep");
	scratch_write(folder, "sub-x/other.go", "other");
	scratch_write(folder, ".hidden.go", "hidden");
	scratch_write(folder, ".git/x.go", "hidden");
	char *link = fs_join(folder, "link.go");
	assert_int_equal(symlink("main.go", link), 0);
	free(link);
	return folder;
}

static struct json *globs(const char *a, const char *b)
{
	struct json *list = json_new_array();
	json_append(list, json_new_text(a));
	if (b)
		json_append(list, json_new_text(b));
	return list;
}

static void hash(const struct inputs *inputs, char hex[HASH_HEX_SIZE])
{
	struct err err = { 0 };
	struct hash_stream *stream = hash_stream_new();
	assert_int_equal(inputs_hash(inputs, stream, &err), 0);
	hash_stream_end(stream, hex);
}

static void test_found(void **state)
{
	static const struct { const char *a, *b, *paths; } rows[] = {
		{ "*.go", "go.mod", "go.mod main.go sub-x/other.go sub/deep.go " },
		{ "main.go", NULL, "main.go " },
		{ "sub/*.go", NULL, "sub/deep.go " },
		{ "*/*.go", NULL, "sub-x/other.go sub/deep.go " },
	};
	char *folder = make_source();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		struct inputs inputs;
		struct json *list = globs(rows[i].a, rows[i].b);
		struct buf found;
		buf_init(&found, 1000);
		assert_int_equal(inputs_find(folder, list, &inputs, &err), 0);
		for (size_t k = 0; k < inputs.count; k++)
			buf_append_format(&found, "%s ", inputs.paths[k]);
		assert_string_equal(found.data, rows[i].paths);
		buf_release(&found);
		inputs_release(&inputs);
		json_free(list);
	}
	scratch_remove(folder);
}

static void test_refused(void **state)
{
	struct err err = { 0 };
	struct inputs inputs;
	char *folder = make_source();
	struct json *list = globs("*.rs", NULL);
	(void)state;
	assert_int_equal(inputs_find(folder, list, &inputs, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "holds none"));
	char *missing = fs_join(folder, "missing");
	assert_int_equal(inputs_find(missing, list, &inputs, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_int_equal(inputs_find("relative", list, &inputs, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	free(missing);
	json_free(list);
	scratch_remove(folder);
}

static void test_copy_has_the_same_hash(void **state)
{
	struct err err = { 0 };
	struct inputs inputs, copied;
	char before[HASH_HEX_SIZE], after[HASH_HEX_SIZE];
	char *folder = make_source(), *to = scratch_make("copy");
	struct json *list = globs("*.go", "go.mod");
	(void)state;
	assert_int_equal(inputs_find(folder, list, &inputs, &err), 0);
	assert_int_equal(inputs_copy(&inputs, to, &err), 0);
	assert_int_equal(inputs_find(to, list, &copied, &err), 0);
	assert_int_equal(copied.count, inputs.count);
	hash(&inputs, before);
	hash(&copied, after);
	assert_string_equal(before, after);
	char *notes = fs_join(to, "notes.txt");
	assert_false(fs_exists(notes));
	free(notes);
	inputs_release(&inputs);
	inputs_release(&copied);
	json_free(list);
	scratch_remove(folder);
	scratch_remove(to);
}

/* A changed byte, another name for the same bytes and another split of bytes over files are other inputs. */
static void test_hash_tells_apart(void **state)
{
	static const struct { const char *name, *text, *other, *other_text; } rows[] = {
		{ "a.go", "x", "b.go", "y" },
		{ "a.go", "y", "b.go", "x" },
		{ "a.go", "xy", "b.go", "" },
		{ "a.go", "x", "c.go", "y" },
		{ "a.go", "x", "d/b.go", "y" },
	};
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	char hex[ROWS][HASH_HEX_SIZE];
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct err err = { 0 };
		struct inputs inputs;
		struct json *list = globs("*.go", NULL);
		char *folder = scratch_make("hash");
		scratch_write(folder, rows[i].name, rows[i].text);
		scratch_write(folder, rows[i].other, rows[i].other_text);
		assert_int_equal(inputs_find(folder, list, &inputs, &err), 0);
		hash(&inputs, hex[i]);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(hex[i], hex[k]);
		inputs_release(&inputs);
		json_free(list);
		scratch_remove(folder);
	}
}

static void test_single_file(void **state)
{
	struct err err = { 0 };
	struct inputs inputs;
	char *folder = make_source();
	char *file = fs_join(folder, "notes.txt");
	struct json *list = globs("*.js", NULL);
	(void)state;
	assert_int_equal(inputs_find(file, list, &inputs, &err), 0);
	assert_int_equal(inputs.count, 1);
	assert_string_equal(inputs.paths[0], "notes.txt");
	assert_string_equal(inputs.folder, folder);
	inputs_release(&inputs);
	json_free(list);
	free(file);
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_copy_has_the_same_hash),
		cmocka_unit_test(test_hash_tells_apart),
		cmocka_unit_test(test_single_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
