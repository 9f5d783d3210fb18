/* Every rule of a toolchain's JSON: one row each, made by one edit of a good document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "guest/toolchain.h"
#include "probe/registry.h"
#include "scratch.h"

static const char good[] =
	"{\"schema\":1,\"name\":\"my\",\"title\":\"Mine\","
	"\"programs\":{\"cc\":{\"paths\":[\"/usr/bin/cc\",\"/bin/cc\"],\"package\":\"gcc\"}},"
	"\"files\":{\"libc\":{\"paths\":[\"/usr/lib/libc.a\"],\"package\":\"libc6-dev\"},"
	"\"script\":{\"paths\":[\"{root}/my.ld\"],\"package\":\"us\"}},"
	"\"variables\":{\"dir\":[\"{cc}\",\"-print-search-dirs\"]},"
	"\"command\":[\"{cc}\",\"{options}\",\"-o\",\"{output}\",\"{source}\"],"
	"\"environment\":{\"CACHE\":\"{cache}/x\",\"LIBC\":\"{libc}\",\"ALL\":\"{cache_home}\"},"
	"\"glue\":[\"{dir}/glue.js\"],\"start\":\"go-js\",\"output\":\"guest.wasm\","
	"\"inputs\":[\"*.c\"],\"options\":{\"opt\":{\"default\":\"z\",\"command\":[\"-O{value}\"]}},"
	"\"runtime_environment\":[\"GOGC\",\"GOMEMLIMIT\"],\"versions\":[[\"{cc}\",\"--version\"]],"
	"\"instrument\":{\"function\":\"gc\",\"callers\":[\"alloc\"],\"import\":{\"module\":\"env\",\"name\":\"tick\"},"
	"\"when\":{\"opt\":[\"z\",\"2\"]},\"hint\":\"call it\"},"
	"\"deadline_s\":7}";

static struct toolchain *load(const char *root, const char *text, struct err *err)
{
	scratch_write(root, "probes/toolchains/my.json", text);
	return toolchain_load(root, "my", err);
}

static void test_good(void **state)
{
	struct err err = { 0 };
	char *root = scratch_make("toolchain");
	struct toolchain *toolchain = load(root, good, &err);
	(void)state;
	if (!toolchain)
		fail_msg("%s", err.text);
	assert_string_equal(toolchain->name, "my");
	assert_string_equal(toolchain->start, "go-js");
	assert_string_equal(toolchain->output, "guest.wasm");
	assert_true(toolchain->deadline_s == 7);
	assert_true(toolchain_has_runtime_setting(toolchain, "GOGC"));
	assert_true(toolchain_has_runtime_setting(toolchain, "GOMEMLIMIT"));
	assert_false(toolchain_has_runtime_setting(toolchain, "GO"));
	assert_false(toolchain_has_runtime_setting(toolchain, "gogc"));
	assert_false(toolchain_has_runtime_setting(toolchain, ""));
	toolchain_free(toolchain);
	scratch_remove(root);
}

static char *edited(const char *from, const char *to)
{
	const char *at = strstr(good, from);
	if (!at)
		fail_msg("not in the document: %s", from);
	return mem_format("%.*s%s%s", (int)(at - good), good, to, at + strlen(from));
}

static void test_rules(void **state)
{
	static const struct { const char *from, *to, *says; } rows[] = {
		{ "\"schema\":1", "\"schema\":3", "schema is 3" },
		{ "\"name\":\"my\"", "\"name\":\"other\"", "name must be \"my\"" },
		{ "\"title\":\"Mine\",", "", "title is missing" },
		{ "\"start\"", "\"begin\"", "begin is not known" },
		{ "\"go-js\"", "\"go\"", "start is something else: it must be one of go-js, js-module, wasm-exports" },
		{ "guest.wasm", "guest.exe", "output must be a file name that ends in .wasm or .js" },
		{ "guest.wasm", "a/guest.wasm", "output must be a file name" },
		{ "guest.wasm", ".wasm", "output must be a file name" },
		{ "[\"/usr/bin/cc\",\"/bin/cc\"]", "[]", "programs.cc.paths must name at least one" },
		{ "\"/bin/cc\"", "\"cc\"", "programs.cc.paths must be absolute" },
		{ "\"/bin/cc\"", "\"{cache}/cc\"", "programs.cc.paths must be absolute, or begin with {cache_home}/" },
		{ "\"/bin/cc\"", "\"{root}cc\"", "programs.cc.paths must be absolute" },
		{ "\"/bin/cc\"", "\"{root}/{cc}\"", "programs.cc.paths: \"{root}/{cc}\" holds {cc}" },
		{ "\"/usr/lib/libc.a\"", "\"libc.a\"", "files.libc.paths must be absolute" },
		{ "\"{root}/my.ld\"", "\"{source}/my.ld\"", "files.script.paths must be absolute" },
		{ ",\"package\":\"gcc\"", "", "programs.cc.package is missing" },
		{ "\"cc\":{", "\"c c\":{", "programs.c c is no proper name" },
		{ "[\"{cc}\",\"-print-search-dirs\"]", "\"x\"", "variables.dir must be a command" },
		{ "[\"{cc}\",\"-print-search-dirs\"]", "[]", "variables.dir must be a command" },
		{ "[\"{cc}\",\"-print-search-dirs\"]", "[\"{dir}\"]", "variables: \"{dir}\" holds {dir}" },
		{ "[\"{cc}\",\"{options}\",\"-o\",\"{output}\",\"{source}\"]", "[]", "command is missing" },
		{ "[\"{cc}\",\"{options}\",\"-o\",\"{output}\",\"{source}\"]", "\"cc\"", "command must be a list" },
		{ "\"{output}\"", "\"{outputs}\"", "command: \"{outputs}\" holds {outputs}" },
		{ "\"{options}\"", "\"x{options}\"", "command: \"x{options}\" holds {options}" },
		{ "{cache}/x", "{dir}/x", "environment: \"{dir}/x\" holds {dir}" },
		{ "\"{cache}/x\"", "7", "environment must hold names and texts" },
		{ "\"CACHE\"", "\"CA=CHE\"", "environment must hold names and texts" },
		{ "{dir}/glue.js", "{goroot}/glue.js", "glue: " },
		{ "[\"*.c\"]", "[]", "inputs must list" },
		{ "\"command\":[\"-O{value}\"]", "\"command\":[]", "options.opt.command is missing" },
		{ "\"default\":\"z\"", "\"defualt\":\"z\"", "options.opt.defualt is not known" },
		{ "[\"GOGC\",\"GOMEMLIMIT\"]", "\"GOGC\"", "runtime_environment must be a list" },
		{ "[[\"{cc}\",\"--version\"]]", "[\"{cc}\"]", "versions[] must be a command" },
		{ "\"versions\"", "\"reports\":{\"map\":\"{cc}\"},\"versions\"", "reports.map must be a command" },
		{ "\"versions\"", "\"reports\":{\"map\":[\"{dd}\"]},\"versions\"", "reports: \"{dd}\" holds {dd}" },
		{ "{\"function\":\"gc\"", "[{\"function\":\"gc\"", "line 1" },
		{ "\"instrument\":{", "\"instrument\":[],\"title\":{", "instrument must be an object" },
		{ "\"function\":\"gc\"", "\"function\":\"\"", "instrument.function must be" },
		{ "\"callers\":[\"alloc\"]", "\"callers\":\"alloc\"", "instrument.callers must be a list" },
		{ "\"import\":{\"module\":\"env\",\"name\":\"tick\"},", "", "instrument must name an import" },
		{ "\"name\":\"tick\"", "\"nam\":\"tick\"", "instrument.import.nam is not known" },
		{ "\"module\":\"env\",", "", "instrument.import.module is missing" },
		{ "\"when\":{\"opt\"", "\"when\":{\"gc\"", "instrument.when.gc is none of the options" },
		{ "[\"z\",\"2\"]", "[2]", "instrument.when.opt must be a list of texts" },
		{ "\"hint\":\"call it\"", "\"hints\":\"call it\"", "instrument.hints is not known" },
		{ "\"deadline_s\":7", "\"deadline_s\":0", "deadline_s must be greater than 0" },
		{ "{\"schema\"", "{,\"schema\"", "line 1" },
	};
	char *root = scratch_make("toolchain");
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		char *text = edited(rows[i].from, rows[i].to);
		if (load(root, text, &err))
			fail_msg("accepted: %s → %s", rows[i].from, rows[i].to);
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text, "probes/toolchains/my.json") || !strstr(err.text, rows[i].says))
			fail_msg("%s → %s: %s", rows[i].from, rows[i].to, err.text);
		free(text);
	}
	scratch_remove(root);
}

static void test_unknown(void **state)
{
	static const char *const names[] = { "yours", "", "../my", "my.json" };
	char *root = scratch_make("toolchain");
	(void)state;
	scratch_write(root, "probes/toolchains/my.json", good);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct err err = { 0 };
		assert_null(toolchain_load(root, names[i], &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "has: my."));
	}
	scratch_remove(root);
}

/* The files that are shipped. */
static void test_shipped(void **state)
{
	static const char *const names[] = { "gc", "js", "tinygo", "wasm" };
	struct err err = { 0 };
	char *root = registry_root(NULL, &err);
	(void)state;
	assert_non_null(root);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct toolchain *toolchain = toolchain_load(root, names[i], &err);
		if (!toolchain)
			fail_msg("%s", err.text);
		assert_int_equal(toolchain_has_runtime_setting(toolchain, "GOGC"), i == 0);
		toolchain_free(toolchain);
	}
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_shipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
