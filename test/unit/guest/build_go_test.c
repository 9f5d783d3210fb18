/* The Go compiler itself: the guest of probe ping and broken variants of it, built with probes/toolchains/gc.json into
 * a cache of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <sys/stat.h>

#include "base/hash.h"
#include "guest/build.h"
#include "probe/registry.h"
#include "scratch.h"

struct go {
	char *root;              /* of the source tree */
	char *scratch, *cache;
};

static int set_up(void **state)
{
	struct err err = { 0 };
	struct go *go = mem_alloc_zero(1, sizeof(*go));
	go->root = registry_root(NULL, &err);
	assert_non_null(go->root);
	go->scratch = scratch_make("go");
	go->cache = fs_join(go->scratch, "cache");
	*state = go;
	return 0;
}

static int tear_down(void **state)
{
	struct go *go = *state;
	free(go->root);
	free(go->cache);
	scratch_remove(go->scratch);
	free(go);
	return 0;
}

static struct guest_build build(const struct go *go, const char *folder, const char *cache)
{
	struct err err = { 0 };
	struct guest_build result;
	struct guest_source source = { .data_root = go->root, .cache = cache, .name = "gc",
		.folder = folder };
	struct toolchain *toolchain = toolchain_load(go->root, "gc", &err);
	if (!toolchain || guest_build(toolchain, &source, &result, &err))
		fail_msg("%s", err.text);
	toolchain_free(toolchain);
	return result;
}

static struct guest_build build_ping(const struct go *go)
{
	char *folder = fs_join3(go->root, "probes", "ping/guests/go");
	struct guest_build result = build(go, folder, go->cache);
	free(folder);
	return result;
}

static void check_record(const struct guest_build *built)
{
	struct stat status;
	char sha256[HASH_HEX_SIZE], glue[HASH_HEX_SIZE];
	struct err err = { 0 };
	const struct json *record = built->record, *bytes = json_get(record, "bytes");
	assert_int_equal(stat(built->output, &status), 0);
	assert_int_equal(hash_file_hex(built->output, sha256, &err), 0);
	assert_string_equal(built->id, sha256);
	assert_string_equal(json_text(record, "sha256", ""), sha256);
	assert_int_equal(hash_file_hex("/usr/share/go-1.22/misc/wasm/wasm_exec.js", glue, &err), 0);
	assert_string_equal(json_text(record, "glue_sha256", ""), glue);
	assert_true(json_number(bytes, "raw", 0) == (double)status.st_size);
	assert_true(json_number(bytes, "brotli", 0) < json_number(bytes, "gzip", 0));
	assert_true(json_number(bytes, "gzip", 0) < json_number(bytes, "raw", 0));
	assert_true(json_number(json_get(record, "wasm"), "functions", 0) > 100);
	assert_null(json_get(record, "wasm_error"));
	assert_non_null(strstr(json_text(json_first(json_get(record, "versions")), "says", ""), "go1.22"));
	assert_string_equal(json_text(json_get(record, "environment"), "GOOS", ""), "js");
}

/* What PATH and the environment of the caller say of Go is not asked. */
static void test_built_by_the_right_go(void **state)
{
	struct go *go = *state;
	char *path = mem_strdup(getenv("PATH"));
	char *marker = fs_join(go->scratch, "marker");
	char *script = mem_format("#!/bin/sh\necho wrong go called > '%s'\nexit 1\n", marker);
	scratch_write(go->scratch, "bin/go", script);
	char *wrong = fs_join3(go->scratch, "bin", "go"), *poisoned = mem_format("%s/bin:%s", go->scratch, path);
	assert_int_equal(chmod(wrong, 0755), 0);
	setenv("PATH", poisoned, 1);
	setenv("GOROOT", "/nonexistent", 1);
	setenv("GOFLAGS", "-no-such-flag", 1);
	setenv("GOOS", "windows", 1);
	setenv("GOEXPERIMENT", "nosuchthing", 1);
	struct guest_build built = build_ping(go);
	setenv("PATH", path, 1);
	unsetenv("GOROOT");
	unsetenv("GOFLAGS");
	unsetenv("GOOS");
	unsetenv("GOEXPERIMENT");
	if (built.failed)
		fail_msg("%s", json_text(built.record, "stderr", ""));
	assert_false(fs_exists(marker));
	check_record(&built);
	guest_build_release(&built);
	free(path);
	free(marker);
	free(script);
	free(wrong);
	free(poisoned);
}

static void test_cached_second_time(void **state)
{
	struct guest_build built = build_ping(*state);
	assert_true(built.cached);
	check_record(&built);
	guest_build_release(&built);
}

/* From another folder, into another cache with Go's own cache empty: the same bytes. */
static void test_reproducible(void **state)
{
	struct go *go = *state;
	struct err err = { 0 };
	size_t count;
	char *from = fs_join3(go->root, "probes", "ping/guests/go"), *to = fs_join(go->scratch, "copy");
	char *other = fs_join(go->scratch, "other-cache");
	char **names = fs_list(from, &count, &err);
	assert_int_equal(fs_make_folders(to, 0755, &err), 0);
	for (size_t i = 0; i < count; i++) {
		char *a = fs_join(from, names[i]), *b = fs_join(to, names[i]);
		assert_int_equal(fs_copy(a, b, 0644, &err), 0);
		free(a);
		free(b);
	}
	struct guest_build first = build_ping(go), second = build(go, to, other);
	assert_false(second.cached);
	assert_string_equal(first.id, second.id);
	assert_string_equal(first.inputs, second.inputs);
	guest_build_release(&first);
	guest_build_release(&second);
	fs_list_free(names, count);
	free(from);
	free(to);
	free(other);
}

static void test_does_not_compile(void **state)
{
	struct go *go = *state;
	static const struct { const char *main, *says; } rows[] = {
		{ "package main\nfunc main() { undefinedThing() }\n", "main.go:2:15: undefined: undefinedThing" },
		{ "package main\nimport \"example.com/not/there\"\nfunc main() { there.Be() }\n", "example.com/not/there" },
		{ "package other\n", "" }, /* compiles, and is no program: no output */
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *name = mem_format("broken-%zu", i), *folder = fs_join(go->scratch, name);
		scratch_write(folder, "main.go", rows[i].main);
		scratch_write(folder, "go.mod", "module broken\n\ngo 1.19\n");
		for (int again = 0; again < 2; again++) {
			struct guest_build built = build(go, folder, go->cache);
			if (i < 2) {
				assert_true(built.failed);
				assert_int_equal(built.cached, again);
				assert_non_null(strstr(json_text(built.record, "stderr", ""), rows[i].says));
				assert_true(json_number(built.record, "exit_status", 0) == 1);
			} else { /* `go build -o` writes an archive: not a module, and the record says so */
				assert_non_null(json_get(built.record, "wasm_error"));
			}
			guest_build_release(&built);
		}
		free(name);
		free(folder);
	}
}

static void test_strip_is_another_build(void **state)
{
	struct go *go = *state;
	struct err err = { 0 };
	struct json *options = json_new_object();
	struct guest_build plain = build_ping(go), stripped;
	char *folder = fs_join3(go->root, "probes", "ping/guests/go");
	struct guest_source source = { .data_root = go->root, .cache = go->cache, .name = "gc",
		.folder = folder, .options = options };
	struct toolchain *toolchain = toolchain_load(go->root, "gc", &err);
	json_set_bool(options, "strip", true);
	if (guest_build(toolchain, &source, &stripped, &err))
		fail_msg("%s", err.text);
	assert_false(stripped.failed);
	assert_string_not_equal(plain.id, stripped.id);
	assert_true(json_bool(json_get(plain.record, "wasm"), "has_names", false));
	assert_true(json_number(json_get(stripped.record, "bytes"), "raw", 0)
		< json_number(json_get(plain.record, "bytes"), "raw", 0));
	toolchain_free(toolchain);
	json_free(options);
	free(folder);
	guest_build_release(&plain);
	guest_build_release(&stripped);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_built_by_the_right_go),
		cmocka_unit_test(test_cached_second_time),
		cmocka_unit_test(test_reproducible),
		cmocka_unit_test(test_does_not_compile),
		cmocka_unit_test(test_strip_is_another_build),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
