#include "guest/toolchain.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "guest/toolchain_check.h"
#include "probe/rules.h"

enum { TOOLCHAIN_CEILING = 1 << 20, LIST_MAX = 1 << 12 };

static int unknown_toolchain(const char *data_root, const char *name, struct err *err)
{
	struct buf list;
	size_t count = 0;
	char *folder = fs_join3(data_root, "probes", "toolchains");
	char **names = fs_list(folder, &count, NULL);
	buf_init(&list, LIST_MAX);
	for (size_t i = 0; names && i < count; i++) {
		char *dot = strrchr(names[i], '.');
		if (dot && strcmp(dot, ".json") == 0)
			buf_append_format(&list, "%s%.*s", list.length ? ", " : "", (int)(dot - names[i]),
				names[i]);
	}
	int result = err_set(err, ERR_USAGE, "There is no toolchain \"%s\"; %s has: %s.", name, folder,
		list.length ? list.data : "none");
	buf_release(&list);
	if (names)
		fs_list_free(names, count);
	free(folder);
	return result;
}

static int load(struct toolchain *toolchain, const char *data_root, struct err *err)
{
	if (!rules_is_name(toolchain->name) || !fs_exists(toolchain->path))
		return unknown_toolchain(data_root, toolchain->name, err);
	toolchain->root = json_parse_file(toolchain->path, TOOLCHAIN_CEILING, err);
	if (!toolchain->root) {
		if (err && err->code == ERR_INVALID)
			err->code = ERR_USAGE;
		return -1;
	}
	return toolchain_check(toolchain, err);
}

struct toolchain *toolchain_load(const char *data_root, const char *name, struct err *err)
{
	struct toolchain *toolchain = mem_alloc_zero(1, sizeof(*toolchain));
	toolchain->name = mem_strdup(name);
	toolchain->path = mem_format("%s/probes/toolchains/%s.json", data_root, name);
	if (!load(toolchain, data_root, err))
		return toolchain;
	toolchain_free(toolchain);
	return NULL;
}

void toolchain_free(struct toolchain *toolchain)
{
	if (!toolchain)
		return;
	json_free(toolchain->root);
	free(toolchain->path);
	free(toolchain->name);
	free(toolchain->start);
	free(toolchain->output);
	free(toolchain);
}

bool toolchain_has_runtime_setting(const struct toolchain *toolchain, const char *key)
{
	const struct json *names = json_get(toolchain->root, "runtime_environment");
	for (const struct json *m = json_first(names); m; m = json_next(m)) {
		if (strcmp(json_as_text(m, ""), key) == 0)
			return true;
	}
	return false;
}

const struct json *toolchain_without(const struct toolchain *toolchain, const char *cause)
{
	return json_get(json_get(toolchain->root, "without"), cause);
}
