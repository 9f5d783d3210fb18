#include "probe/registry.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"

enum { PROBE_JSON_CEILING = 1 << 20, LIST_MAX = 1 << 14 };

static bool is_file(const char *path)
{
	struct stat status;
	return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static bool holds_probes(const char *folder)
{
	char *probes = fs_join(folder, "probes");
	bool holds = fs_is_folder(probes);
	free(probes);
	return holds;
}

/* Cuts the last component off; false at the root. */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');
	if (!slash || path[1] == '\0')
		return false;
	slash[slash == path] = '\0';
	return true;
}

/* The nearest parent of the executable that holds probes/, or NULL. */
static char *source_tree(const char *executable)
{
	char *folder = mem_strdup(executable);
	while (go_up(folder)) {
		if (holds_probes(folder))
			return folder;
	}
	free(folder);
	return NULL;
}

/* PREFIX/bin/wasmograph → PREFIX/share/wasmograph, or NULL. */
static char *installed(const char *executable)
{
	char *prefix = mem_strdup(executable);
	char *root = NULL;
	if (go_up(prefix) && go_up(prefix))
		root = fs_join3(prefix, "share", "wasmograph");
	free(prefix);
	if (root && holds_probes(root))
		return root;
	free(root);
	return NULL;
}

static char *given_root(const char *option, struct err *err)
{
	char *root = realpath(option, NULL);
	if (root && holds_probes(root))
		return root;
	err_set(err, ERR_ENVIRONMENT, "--data %s holds no folder probes/: give the folder with probes/, "
		"web/ and workers/.", option);
	free(root);
	return NULL;
}

char *registry_root(const char *data_option, struct err *err)
{
	if (data_option)
		return given_root(data_option, err);
	char *executable = fs_self_path();
	char *root = executable ? source_tree(executable) : NULL;
	if (!root && executable)
		root = installed(executable);
	if (!root)
		err_set(err, ERR_ENVIRONMENT, "No folder probes/ was found above %s or in share/wasmograph "
			"beside its bin/: say where it is with --data.",
			executable ? executable : "the executable");
	free(executable);
	return root;
}

static bool is_probe(const char *probes, const char *name)
{
	char *path = fs_join3(probes, name, "probe.json");
	bool found = is_file(path);
	free(path);
	return found;
}

char **registry_probe_names(const char *root, size_t *count, struct err *err)
{
	char *probes = fs_join(root, "probes");
	size_t entries, kept = 0;
	char **names = fs_list(probes, &entries, err);
	for (size_t i = 0; names && i < entries; i++) {
		if (is_probe(probes, names[i]))
			names[kept++] = names[i];
		else
			free(names[i]);
	}
	*count = kept;
	free(probes);
	return names;
}

static void unknown_probe(const char *root, const char *name, struct err *err)
{
	struct buf list;
	size_t count;
	char **names = registry_probe_names(root, &count, NULL);
	buf_init(&list, LIST_MAX);
	for (size_t i = 0; names && i < count; i++)
		buf_append_format(&list, "%s%s", i ? ", " : "", names[i]);
	err_set(err, ERR_USAGE, "There is no probe \"%s\"; there is: %s. (A name with a '/' is a folder "
		"with a probe.json.)", name, list.length ? list.data : "none");
	buf_release(&list);
	if (names)
		fs_list_free(names, count);
}

/* The probe's folder, absolute, or NULL. */
static char *probe_folder(const char *root, const char *name)
{
	char *path = strchr(name, '/') ? mem_strdup(name) : fs_join3(root, "probes", name);
	bool named = *name && strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
	char *folder = named ? realpath(path, NULL) : NULL;
	free(path);
	return folder;
}

struct probe *registry_probe(const char *root, const char *name, struct err *err)
{
	struct probe *probe = NULL;
	struct buf text;
	char *folder = probe_folder(root, name);
	char *file = folder ? fs_join(folder, "probe.json") : NULL;
	buf_init(&text, PROBE_JSON_CEILING);
	if (!file || !is_file(file))
		unknown_probe(root, name, err);
	else if (fs_read(file, PROBE_JSON_CEILING, &text, err) == 0)
		probe = probe_parse(folder, text.data ? text.data : "", text.length, err);
	buf_release(&text);
	free(file);
	free(folder);
	return probe;
}
