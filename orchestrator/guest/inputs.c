#include "guest/inputs.h"

#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"

struct walk {
	struct inputs *inputs;
	const struct json *globs;
	struct err *err;
};

static bool matches(const struct json *globs, const char *path)
{
	const char *slash = strrchr(path, '/');
	for (const struct json *m = json_first(globs); m; m = json_next(m)) {
		const char *glob = json_as_text(m, "");
		if (strchr(glob, '/') ? fnmatch(glob, path, FNM_PATHNAME) == 0
		                      : fnmatch(glob, slash ? slash + 1 : path, 0) == 0)
			return true;
	}
	return false;
}

static int add(struct walk *walk, const char *path)
{
	struct inputs *inputs = walk->inputs;
	if (inputs->count == INPUTS_MAX)
		return err_set(walk->err, ERR_TOO_LARGE, "%s holds more than %d source files: is it the right "
			"folder?", inputs->folder, INPUTS_MAX);
	inputs->paths = mem_resize(inputs->paths, inputs->count + 1, sizeof(*inputs->paths));
	inputs->paths[inputs->count++] = mem_strdup(path);
	return 0;
}

static int walk_folder(struct walk *walk, const char *relative, int depth);

static int visit(struct walk *walk, const char *path, int depth)
{
	struct stat status;
	char *full = fs_join(walk->inputs->folder, path);
	bool found = lstat(full, &status) == 0;
	free(full);
	if (found && S_ISDIR(status.st_mode))
		return walk_folder(walk, path, depth + 1);
	if (found && S_ISREG(status.st_mode) && matches(walk->globs, path))
		return add(walk, path);
	return 0;
}

static int walk_folder(struct walk *walk, const char *relative, int depth)
{
	size_t count;
	int result = 0;
	if (depth > INPUTS_DEPTH_MAX)
		return err_set(walk->err, ERR_TOO_LARGE, "%s is nested deeper than %d folders",
			walk->inputs->folder, INPUTS_DEPTH_MAX);
	char *full = *relative ? fs_join(walk->inputs->folder, relative)
	                       : mem_strdup(walk->inputs->folder);
	char **names = fs_list(full, &count, walk->err);
	free(full);
	if (!names)
		return -1;
	for (size_t i = 0; i < count && !result; i++) {
		if (names[i][0] == '.')
			continue;
		char *path = *relative ? fs_join(relative, names[i]) : mem_strdup(names[i]);
		result = visit(walk, path, depth);
		free(path);
	}
	fs_list_free(names, count);
	return result;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int find_in_folder(const char *source, const struct json *globs, struct inputs *inputs,
	struct err *err)
{
	struct walk walk = { inputs, globs, err };
	inputs->folder = mem_strdup(source);
	if (walk_folder(&walk, "", 0))
		return -1;
	if (inputs->count == 0)
		return err_set(err, ERR_USAGE, "%s holds none of its toolchain's \"inputs\"", source);
	qsort(inputs->paths, inputs->count, sizeof(*inputs->paths), compare);
	return 0;
}

static int find_file(const char *source, struct inputs *inputs)
{
	const char *slash = strrchr(source, '/');
	struct walk walk = { inputs, NULL, NULL };
	inputs->folder = mem_strndup(source, (size_t)(slash - source));
	return add(&walk, slash + 1);
}

int inputs_find(const char *source, const struct json *globs, struct inputs *inputs,
	struct err *err)
{
	struct stat status;
	*inputs = (struct inputs){ 0 };
	int result = stat(source, &status) || *source != '/' ? -1 : 0;
	if (!result && S_ISDIR(status.st_mode))
		result = find_in_folder(source, globs, inputs, err);
	else if (!result && S_ISREG(status.st_mode))
		result = find_file(source, inputs);
	else
		result = err_set(err, ERR_USAGE, "there is no source %s", source);
	if (result)
		inputs_release(inputs);
	return result;
}

void inputs_release(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		free(inputs->paths[i]);
	free(inputs->paths);
	free(inputs->folder);
	*inputs = (struct inputs){ 0 };
}

int inputs_hash(const struct inputs *inputs, struct hash_stream *stream, struct err *err)
{
	for (size_t i = 0; i < inputs->count; i++) {
		char hex[HASH_HEX_SIZE];
		char *path = fs_join(inputs->folder, inputs->paths[i]);
		int result = hash_file_hex(path, hex, err);
		free(path);
		if (result)
			return -1;
		hash_stream_add_text(stream, inputs->paths[i]);
		hash_stream_add_text(stream, hex);
	}
	return 0;
}

static int copy_one(const char *from, const char *to, struct err *err)
{
	char *folder = mem_strndup(to, (size_t)(strrchr(to, '/') - to));
	int result = fs_make_folders(folder, 0755, err) || fs_copy(from, to, 0644, err) ? -1 : 0;
	free(folder);
	return result;
}

int inputs_copy(const struct inputs *inputs, const char *folder, struct err *err)
{
	for (size_t i = 0; i < inputs->count; i++) {
		char *from = fs_join(inputs->folder, inputs->paths[i]);
		char *to = fs_join(folder, inputs->paths[i]);
		int result = copy_one(from, to, err);
		free(from);
		free(to);
		if (result)
			return -1;
	}
	return 0;
}
