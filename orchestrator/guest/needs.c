#include "guest/needs.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/mem.h"
#include "guest/template.h"

enum { LIST_MAX = 1 << 12 };

/* "programs" are to be executed, "files" are read. */
struct kind {
	const char *key, *noun;
	int mode;                /* for access() */
};

static const struct kind kinds[] = {
	{ "programs", "program", X_OK },
	{ "files", "file", R_OK },
};

char *needs_cache_home(void)
{
	const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	if (xdg && *xdg == '/') /* the XDG specification: relative paths are to be ignored */
		return mem_strdup(xdg);
	return home && *home == '/' ? mem_format("%s/.cache", home) : NULL;
}

/* A path that cannot be filled (no cache_home) is shown as it is written. */
static char *shown_path(const char *path, const struct json *values)
{
	char *filled = template_fill(path, values, NULL);
	return filled ? filled : mem_strdup(path);
}

static int missing(const struct toolchain *toolchain, const struct kind *kind,
	const struct json *need, const struct json *values, struct err *err)
{
	struct buf paths;
	buf_init(&paths, LIST_MAX);
	const struct json *list = json_get(need, "paths");
	for (const struct json *m = json_first(list); m; m = json_next(m)) {
		char *path = shown_path(json_as_text(m, ""), values);
		buf_append_format(&paths, "%s%s", paths.length ? ", " : "", path);
		free(path);
	}
	int result = err_set(err, ERR_ENVIRONMENT, "toolchain %s needs the %s %s (%s): install %s",
		toolchain->name, kind->noun, json_key(need), paths.data ? paths.data : "",
		json_text(need, "package", ""));
	buf_release(&paths);
	return result;
}

static int take(const struct needs *needs, const struct kind *kind, const struct json *need,
	const char *name, const char *path, struct err *err)
{
	char sha256[HASH_HEX_SIZE];
	json_set_text(needs->values, json_key(need), path);
	json_set_text(needs->names, json_key(need), name);
	if (kind->mode == X_OK)
		return 0;
	if (hash_file_hex(path, sha256, err))
		return -1;
	struct json *file = json_new_object();
	json_set_text(file, "name", json_key(need));
	json_set_text(file, "path", name);
	json_set_text(file, "sha256", sha256);
	json_append(needs->files, file);
	return 0;
}

static int find_one(const struct toolchain *toolchain, const struct needs *needs,
	const struct kind *kind, const struct json *need, struct err *err)
{
	const struct json *paths = json_get(need, "paths");
	for (const struct json *m = json_first(paths); m; m = json_next(m)) {
		const char *name = json_as_text(m, "");
		char *path = template_fill(name, needs->values, NULL);
		bool found = path && access(path, kind->mode) == 0;
		int result = found ? take(needs, kind, need, name, path, err) : 0;
		free(path);
		if (found)
			return result;
	}
	return missing(toolchain, kind, need, needs->values, err);
}

int needs_find(const struct toolchain *toolchain, const struct needs *needs, struct err *err)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct json *list = json_get(toolchain->root, kinds[i].key);
		for (const struct json *m = json_first(list); m; m = json_next(m)) {
			if (find_one(toolchain, needs, &kinds[i], m, err))
				return -1;
		}
	}
	return 0;
}
