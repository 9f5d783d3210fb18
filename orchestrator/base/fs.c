#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { READ_CHUNK = 64 * 1024, PARENT_MODE = 0755, LINK_MAX_SIZE = 1 << 20 };

char *fs_join(const char *folder, const char *name)
{
	size_t length = strlen(folder);
	bool slash = length > 0 && folder[length - 1] == '/';
	return mem_format(slash ? "%s%s" : "%s/%s", folder, name);
}

char *fs_join3(const char *a, const char *b, const char *c)
{
	char *front = fs_join(a, b);
	char *whole = fs_join(front, c);
	free(front);
	return whole;
}

bool fs_exists(const char *path)
{
	struct stat facts;
	return stat(path, &facts) == 0;
}

bool fs_is_folder(const char *path)
{
	struct stat facts;
	return stat(path, &facts) == 0 && S_ISDIR(facts.st_mode);
}

static enum err_code read_code(int errnum)
{
	return errnum == ENOENT || errnum == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
}

/* read() again after a signal. */
static ssize_t read_some(int fd, void *out, size_t size)
{
	ssize_t got;
	do
		got = read(fd, out, size);
	while (got < 0 && errno == EINTR);
	return got;
}

static int read_to_end(int fd, const char *path, struct buf *out, struct err *err)
{
	char chunk[READ_CHUNK];
	for (;;) {
		ssize_t got = read_some(fd, chunk, sizeof chunk);
		if (got < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot read %s", path);
		if (buf_append(out, chunk, (size_t)got) < 0)
			return err_set(err, ERR_TOO_LARGE, "%s is larger than the %zu bytes allowed", path,
				out->ceiling);
		if (got == 0)
			return 0;
	}
}

int fs_read(const char *path, size_t ceiling_bytes, struct buf *out, struct err *err)
{
	buf_init(out, ceiling_bytes);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, read_code(errno), errno, "cannot open %s", path);
	int result = read_to_end(fd, path, out, err);
	close(fd);
	if (result < 0)
		buf_release(out);
	return result;
}

ssize_t fs_read_small(const char *path, char *out, size_t size)
{
	out[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t length = 0;
	ssize_t got;
	while ((got = read_some(fd, out + length, size - 1 - length)) > 0)
		length += (size_t)got;
	int errnum = errno;
	close(fd);
	errno = errnum;
	out[got < 0 ? 0 : length] = '\0';
	return got < 0 ? -1 : (ssize_t)length;
}

/* Makes one folder. Somebody else's, made meanwhile, is as good. */
static int make_folder(const char *path, mode_t mode, bool exactly, struct err *err)
{
	if (mkdir(path, mode) == 0) {
		/* mkdir() takes the umask off. */
		if (!exactly || chmod(path, mode) == 0)
			return 0;
	} else if (errno == EEXIST) {
		if (fs_is_folder(path))
			return 0;
		errno = ENOTDIR;
	}
	bool denied = errno == EACCES || errno == EPERM || errno == EROFS;
	return err_set_errno(err, denied ? ERR_ENVIRONMENT : ERR_IO, errno, "cannot make folder %s",
		path);
}

int fs_make_folders(const char *path, mode_t mode, struct err *err)
{
	if (fs_is_folder(path))
		return 0;
	char *copy = mem_strdup(path);
	int result = 0;
	for (char *at = copy + 1; result == 0 && copy[0] && *at; at++) {
		/* The last component may end in slashes: it is made below. */
		if (*at != '/' || strspn(at, "/") == strlen(at))
			continue;
		*at = '\0';
		if (!fs_is_folder(copy))
			result = make_folder(copy, PARENT_MODE, false, err);
		*at = '/';
	}
	free(copy);
	return result < 0 ? -1 : make_folder(path, mode, true, err);
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static char **read_names(DIR *open_folder, size_t *count)
{
	char **names = mem_alloc_zero(1, sizeof *names);
	size_t capacity = 1;
	struct dirent *entry;
	*count = 0;
	while ((errno = 0, entry = readdir(open_folder))) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (*count == capacity) {
			capacity *= 2;
			names = mem_resize(names, capacity, sizeof *names);
		}
		names[(*count)++] = mem_strdup(entry->d_name);
	}
	return names;
}

char **fs_list(const char *folder, size_t *count, struct err *err)
{
	*count = 0;
	DIR *open_folder = opendir(folder);
	if (!open_folder) {
		err_set_errno(err, read_code(errno), errno, "cannot list folder %s", folder);
		return NULL;
	}
	char **names = read_names(open_folder, count);
	int errnum = errno;
	closedir(open_folder);
	if (errnum != 0) {
		fs_list_free(names, *count);
		*count = 0;
		err_set_errno(err, ERR_IO, errnum, "cannot list folder %s", folder);
		return NULL;
	}
	qsort(names, *count, sizeof *names, compare_names);
	return names;
}

void fs_list_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

char *fs_self_path(void)
{
	size_t size = 256;
	char *path = NULL;
	ssize_t length;
	do {
		size *= 2;
		path = mem_resize(path, size, 1);
		length = readlink("/proc/self/exe", path, size);
	} while (length == (ssize_t)size && size < LINK_MAX_SIZE);
	if (length < 0 || length == (ssize_t)size) {
		free(path);
		return NULL;
	}
	path[length] = '\0';
	return path;
}
