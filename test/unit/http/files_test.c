#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "http/files.h"
#include "http/guard.h"

static char *make_folder(void)
{
	char folder[] = "/tmp/wasmograph-http-test-XXXXXX";
	assert_non_null(mkdtemp(folder));
	return mem_strdup(folder);
}

static void remove_folder(char *folder)
{
	struct err err = {0};
	assert_int_equal(fs_remove_tree(folder, &err), 0);
	free(folder);
}

static char *make_file(const char *folder, const char *name, size_t size)
{
	struct err err = {0};
	char *path = fs_join(folder, name);
	char *bytes = mem_alloc_zero(1, size + 1);
	assert_int_equal(fs_write_atomic(path, bytes, size, 0644, &err), 0);
	free(bytes);
	return path;
}

static void types_by_extension(void **state)
{
	static const struct {
		const char *name, *type; /* NULL: refused */
	} rows[] = {
		{"a.html", "text/html; charset=utf-8"}, {"a.js", "text/javascript; charset=utf-8"},
		{"a.mjs", "text/javascript; charset=utf-8"}, {"a.json", "application/json"},
		{"a.css", "text/css; charset=utf-8"}, {"a.wasm", "application/wasm"},
		{"a.svg", "image/svg+xml"}, {"a.png", "image/png"}, {"a.b.js", "text/javascript; charset=utf-8"},
		{"a", NULL}, {"js", NULL}, {"a.JS", NULL}, {"a.js.map", NULL}, {"a.js~", NULL},
		{"a.go", NULL}, {"a.", NULL}, {"a.html.sh", NULL},
	};
	struct err err = {0};
	char *folder = make_folder();
	struct http_files *files = http_files_new();
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *path = make_file(folder, rows[i].name, i);
		char *url = mem_format("/x/%s", rows[i].name);
		int result = http_files_add(files, url, path, &err);
		const struct http_file *file = http_files_find(files, url);
		if (rows[i].type) {
			assert_int_equal(result, 0);
			assert_string_equal(file->content_type, rows[i].type);
			assert_string_equal(file->path, path);
			assert_int_equal(file->size_bytes, i);
		} else {
			assert_int_equal(result, -1);
			assert_int_equal(err.code, ERR_INVALID);
			assert_non_null(strstr(err.text, path));
			assert_null(file);
		}
		free(url);
		free(path);
	}
	http_files_free(files);
	remove_folder(folder);
}

static void only_regular_files(void **state)
{
	struct err err = {0};
	char *folder = make_folder();
	char *file = make_file(folder, "file.js", 3);
	char *link_path = fs_join(folder, "link.js");
	char *fifo = fs_join(folder, "fifo.js");
	char *inner = fs_join(folder, "folder.js");
	char *missing = fs_join(folder, "missing.js");
	char *below = fs_join(file, "below.js");
	const struct {
		const char *path;
		enum err_code code;
	} rows[] = {{link_path, ERR_INVALID}, {fifo, ERR_INVALID}, {inner, ERR_INVALID},
		{missing, ERR_NOT_FOUND}, {below, ERR_NOT_FOUND}};
	struct http_files *files = http_files_new();
	(void)state;
	assert_int_equal(symlink("file.js", link_path), 0);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(mkdir(inner, 0755), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_int_equal(http_files_add(files, "/x.js", rows[i].path, &err), -1);
		assert_int_equal(err.code, rows[i].code);
		assert_non_null(strstr(err.text, rows[i].path));
	}
	assert_null(http_files_find(files, "/x.js"));
	assert_int_equal(http_files_add_folder(files, "/f", folder, &err), 0);
	assert_non_null(http_files_find(files, "/f/file.js"));
	assert_null(http_files_find(files, "/f/link.js"));
	assert_null(http_files_find(files, "/f/fifo.js"));
	assert_null(http_files_find(files, "/f/folder.js"));
	http_files_free(files);
	free(file);
	free(link_path);
	free(fifo);
	free(inner);
	free(missing);
	free(below);
	remove_folder(folder);
}

static void urls_are_what_the_guard_lets_through(void **state)
{
	static const char *const bad[] = {"", "x.js", "//x.js", "/../x.js", "/a b.js", "/%41.js",
		"/x.js?y", "/a\\b.js"};
	struct err err = {0};
	char *folder = make_folder();
	char *path = make_file(folder, "x.js", 1);
	struct http_files *files = http_files_new();
	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(http_files_add(files, bad[i], path, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		assert_null(http_files_find(files, bad[i]));
	}
	char url[HTTP_PATH_MAX + 2];
	memset(url, 'a', sizeof url);
	url[0] = '/';
	url[HTTP_PATH_MAX + 1] = '\0';
	assert_int_equal(http_files_add(files, url, path, &err), -1);
	url[HTTP_PATH_MAX] = '\0';
	assert_int_equal(http_files_add(files, url, path, &err), 0);
	http_files_free(files);
	free(path);
	remove_folder(folder);
}

static void a_later_entry_replaces(void **state)
{
	struct err err = {0};
	char *folder = make_folder();
	char *first = make_file(folder, "a.js", 1);
	char *second = make_file(folder, "b.wasm", 2);
	struct http_files *files = http_files_new();
	(void)state;
	assert_int_equal(http_files_add(files, "/x", first, &err), 0);
	const struct http_file *found = http_files_find(files, "/x");
	for (int i = 0; i < 100; i++) {
		char *url = mem_format("/more/%d", i);
		assert_int_equal(http_files_add(files, url, first, &err), 0);
		free(url);
	}
	assert_ptr_equal(http_files_find(files, "/x"), found);
	assert_int_equal(http_files_add(files, "/x", second, &err), 0);
	assert_string_equal(http_files_find(files, "/x")->path, second);
	assert_string_equal(http_files_find(files, "/x")->content_type, "application/wasm");
	assert_int_equal(http_files_find(files, "/x")->size_bytes, 2);
	/* A failed replacement leaves what was there. */
	assert_int_equal(http_files_add(files, "/x", "/nowhere/x.js", &err), -1);
	assert_string_equal(http_files_find(files, "/x")->path, second);
	http_files_free(files);
	free(first);
	free(second);
	remove_folder(folder);
}

static void folders(void **state)
{
	struct err err = {0};
	char *folder = make_folder();
	char *empty = fs_join(folder, "empty");
	char *file = make_file(folder, "go.mod", 1);
	struct http_files *files = http_files_new();
	(void)state;
	assert_int_equal(mkdir(empty, 0755), 0);
	assert_int_equal(http_files_add_folder(files, "/f", empty, &err), 0);
	assert_int_equal(http_files_add_folder(files, "/f", folder, &err), 0);
	assert_null(http_files_find(files, "/f/go.mod"));
	assert_int_equal(http_files_add_folder(files, "/f", "/nowhere/at/all", &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	/* A name that no request could ask for is an error, not a silent hole. */
	char *spaced = make_file(folder, "a b.js", 1);
	assert_int_equal(http_files_add_folder(files, "/f", folder, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_non_null(strstr(err.text, "a b.js"));
	http_files_free(files);
	http_files_free(NULL);
	free(spaced);
	free(file);
	free(empty);
	remove_folder(folder);
}

/* A relative path is kept as an absolute one: the server may not depend on the folder it
 * is started in. */
static void paths_become_absolute(void **state)
{
	struct err err = {0};
	char *folder = make_folder();
	char *path = make_file(folder, "x.js", 1);
	char *before = getcwd(NULL, 0);
	struct http_files *files = http_files_new();
	(void)state;
	assert_int_equal(chdir(folder), 0);
	int result = http_files_add(files, "/x.js", "x.js", &err);
	assert_int_equal(chdir(before), 0);
	assert_int_equal(result, 0);
	char *real = realpath(path, NULL);
	assert_string_equal(http_files_find(files, "/x.js")->path, real);
	free(real);
	http_files_free(files);
	free(before);
	free(path);
	remove_folder(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(types_by_extension),
		cmocka_unit_test(only_regular_files),
		cmocka_unit_test(urls_are_what_the_guard_lets_through),
		cmocka_unit_test(a_later_entry_replaces),
		cmocka_unit_test(folders),
		cmocka_unit_test(paths_become_absolute),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
