#include "guest/foreign.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "guest/wasm.h"

enum { FILE_CEILING = 1 << 30, LIST_MAX = 1 << 12 };

static int check_file(const char *option, const char *path, struct err *err)
{
	if (!fs_exists(path))
		return err_set(err, ERR_USAGE, "%s %s: there is no such file", option, path);
	return fs_is_folder(path) ? err_set(err, ERR_USAGE, "%s %s is a folder", option, path) : 0;
}

static int check_glue(const struct toolchain *toolchain, const char *glue, struct err *err)
{
	bool needed = strcmp(toolchain->start, "go-js") == 0;
	if (glue && !needed)
		return err_set(err, ERR_USAGE, "--glue %s: toolchain %s starts its guests (%s) without a glue script; with "
			"one start those of gc and tinygo: --toolchain gc", glue, toolchain->name, toolchain->start);
	if (!glue && needed)
		return err_set(err, ERR_USAGE, "toolchain %s starts its guests by a glue script: give the wasm_exec.js of "
			"the compiler that made the module with --glue", toolchain->name);
	return glue ? check_file("--glue", glue, err) : 0;
}

static bool exports_function(const struct json *module, const char *name)
{
	const struct json *exports = json_get(module, "exports");
	for (const struct json *m = json_first(exports); m; m = json_next(m)) {
		if (strcmp(json_text(m, "kind", ""), "function") == 0
		    && strcmp(json_text(m, "name", ""), name) == 0)
			return true;
	}
	return false;
}

/* What workers/guest_exports.js calls. */
static int check_exports(const struct json *module, const char *file, struct err *err)
{
	static const char *const names[] = { "init", "step", "result_steps", "result_digest" };
	struct buf missing;
	buf_init(&missing, LIST_MAX);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!exports_function(module, names[i]))
			buf_append_format(&missing, "%s%s", missing.length ? ", " : "", names[i]);
	}
	int result = !missing.length ? 0 : err_set(err, ERR_USAGE, "%s exports no function named: %s (docs/PROBES.md, "
		"\"Guests\", says what a guest offers)", file, missing.data);
	buf_release(&missing);
	return result;
}

static int check_imports(const struct toolchain *toolchain, const struct json *module, const char *file,
	struct err *err)
{
	const struct json *import = json_first(json_get(module, "imports"));
	return !import ? 0 : err_set(err, ERR_USAGE, "%s imports %s from %s, and toolchain %s starts modules without "
		"imports", file, json_text(import, "name", ""), json_text(import, "module", ""), toolchain->name);
}

static int check_module(const struct toolchain *toolchain, const char *file, struct err *err)
{
	struct buf bytes;
	struct err problem = { 0 };
	struct json *module = fs_read(file, FILE_CEILING, &bytes, &problem) ? NULL
		: wasm_describe(bytes.data, bytes.length, &problem);
	int result = !module ? err_set(err, ERR_USAGE, "%s: %s", file, problem.text) : 0;
	if (!result && strcmp(toolchain->start, "wasm-exports") == 0)
		result = check_imports(toolchain, module, file, err) || check_exports(module, file, err) ? -1 : 0;
	json_free(module);
	buf_release(&bytes);
	return result;
}

int foreign_check(const struct toolchain *toolchain, const char *file, const char *glue,
	struct err *err)
{
	if (check_file("--guest", file, err) || check_glue(toolchain, glue, err))
		return -1;
	return strcmp(toolchain->start, "js-module") == 0 ? 0 : check_module(toolchain, file, err);
}

struct toolchain *foreign_toolchain(const struct toolchain *toolchain, const char *glue)
{
	static const char *const empty_objects[] = { "programs", "environment", "options" };
	struct toolchain *foreign = mem_alloc_zero(1, sizeof(*foreign));
	struct json *root = json_new_object();
	foreign->path = mem_strdup(toolchain->path);
	foreign->name = mem_strdup(toolchain->name);
	foreign->start = mem_strdup(toolchain->start);
	foreign->output = mem_strdup(toolchain->output);
	foreign->deadline_s = toolchain->deadline_s;
	foreign->root = root;
	json_set_text(root, "name", toolchain->name);
	json_set_text(root, "start", toolchain->start);
	json_set_text(root, "output", toolchain->output);
	json_set(root, "command", json_new_null());
	for (size_t i = 0; i < sizeof(empty_objects) / sizeof(empty_objects[0]); i++)
		json_set(root, empty_objects[i], json_new_object());
	json_set(root, "glue", glue ? json_new_array() : json_new_null());
	if (glue)
		json_append(json_get(root, "glue"), json_new_text(glue));
	const struct json *settings = json_get(toolchain->root, "runtime_environment");
	json_set(root, "runtime_environment", settings ? json_copy(settings) : json_new_array());
	return foreign;
}
