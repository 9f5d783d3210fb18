#include "http/files.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fs.h"
#include "base/mem.h"
#include "http/guard.h"

struct http_files {
	struct http_file **files; /* pointers, so that what find() gave stays where it is */
	size_t count;
	size_t capacity;
};

struct type {
	const char *extension;
	const char *content_type;
};

static const char *content_type_of(const char *path)
{
	static const struct type types[] = {
		{".html", "text/html; charset=utf-8"},
		{".js", "text/javascript; charset=utf-8"},
		{".mjs", "text/javascript; charset=utf-8"},
		{".json", "application/json"},
		{".css", "text/css; charset=utf-8"},
		{".wasm", "application/wasm"}, /* compileStreaming() takes no other */
		{".svg", "image/svg+xml"},
		{".png", "image/png"},
		{".cpuprofile", "application/json"},
		{".heapsnapshot", "application/json"},
	};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash ? slash : path, '.');
	for (size_t i = 0; dot && i < sizeof types / sizeof *types; i++)
		if (strcmp(dot, types[i].extension) == 0)
			return types[i].content_type;
	return NULL;
}

struct http_files *http_files_new(void)
{
	return mem_alloc_zero(1, sizeof(struct http_files));
}

static void file_release(struct http_file *file)
{
	free(file->url);
	free(file->path);
}

void http_files_free(struct http_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++) {
		file_release(files->files[i]);
		free(files->files[i]);
	}
	free(files->files);
	free(files);
}

static struct http_file *find(const struct http_files *files, const char *url)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->files[i]->url, url) == 0)
			return files->files[i];
	return NULL;
}

const struct http_file *http_files_find(const struct http_files *files, const char *url)
{
	return find(files, url);
}

static struct http_file *append(struct http_files *files)
{
	if (files->count == files->capacity) {
		files->capacity = files->capacity ? files->capacity * 2 : 16;
		files->files = mem_resize(files->files, files->capacity, sizeof *files->files);
	}
	struct http_file *file = mem_alloc_zero(1, sizeof *file);
	files->files[files->count++] = file;
	return file;
}

/* Regular files only, seen without following a link: the server opens with O_NOFOLLOW
 * and would answer 404 later, far from the mistake. */
static int measure(const char *path, size_t *size_bytes, struct err *err)
{
	struct stat status;
	if (lstat(path, &status) < 0)
		return err_set_errno(err, errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO,
			errno, "cannot serve %s", path);
	if (S_ISLNK(status.st_mode))
		return err_set(err, ERR_INVALID,
			"cannot serve %s: it is a symbolic link; name the file itself", path);
	if (!S_ISREG(status.st_mode))
		return err_set(err, ERR_INVALID, "cannot serve %s: it is not a regular file", path);
	*size_bytes = (size_t)status.st_size;
	return 0;
}

static int check_url(const char *url, struct err *err)
{
	size_t length = strlen(url);
	if (length > HTTP_PATH_MAX || !http_guard_path(url, length))
		return err_set(err, ERR_INVALID, "cannot serve a file as \"%s\": a path is letters, "
			"digits, '-', '.', '_', '~' and single '/', at most %d bytes", url,
			HTTP_PATH_MAX);
	return 0;
}

int http_files_add(struct http_files *files, const char *url, const char *path, struct err *err)
{
	struct http_file entry = {.content_type = content_type_of(path)};
	if (!entry.content_type)
		return err_set(err, ERR_INVALID, "cannot serve %s: its extension is none of .html "
			".js .mjs .json .css .wasm .svg .png .cpuprofile .heapsnapshot", path);
	if (check_url(url, err) < 0 || measure(path, &entry.size_bytes, err) < 0)
		return -1;
	entry.path = path[0] == '/' ? mem_strdup(path) : realpath(path, NULL);
	if (!entry.path)
		return err_set_errno(err, ERR_IO, errno, "cannot find the absolute path of %s", path);
	entry.url = mem_strdup(url);
	struct http_file *file = find(files, url);
	if (file)
		file_release(file);
	else
		file = append(files);
	*file = entry;
	return 0;
}

static bool is_servable(const char *path)
{
	struct stat status;
	return content_type_of(path) && lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static int add_entry(struct http_files *files, const char *url_prefix, const char *folder,
	const char *name, struct err *err)
{
	char *path = fs_join(folder, name);
	int result = 0;
	if (is_servable(path)) {
		char *url = mem_format("%s/%s", url_prefix, name);
		result = http_files_add(files, url, path, err);
		free(url);
	}
	free(path);
	return result;
}

int http_files_add_folder(struct http_files *files, const char *url_prefix, const char *folder,
	struct err *err)
{
	size_t count = 0;
	char **names = fs_list(folder, &count, err);
	if (!names)
		return -1;
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++)
		result = add_entry(files, url_prefix, folder, names[i], err);
	fs_list_free(names, count);
	return result;
}
