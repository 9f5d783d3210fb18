#include "base/fs_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { COPY_CHUNK = 64 * 1024 };

/* A file under its temporary name. */
struct draft {
	char *path;
	int fd;
};

enum err_code fs_write_code(int errnum)
{
	switch (errnum) {
	case EACCES:
	case EPERM:
	case EROFS: return ERR_ENVIRONMENT;
	case ENOENT:
	case ENOTDIR: return ERR_NOT_FOUND;
	}
	return ERR_IO;
}

static char *parent_of(const char *path)
{
	size_t length = strlen(path);
	while (length > 1 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	if (length == 0)
		return mem_strdup(".");
	return mem_strndup(path, length > 1 ? length - 1 : 1);
}

int fs_sync_parent(const char *path, struct err *err)
{
	char *parent = parent_of(path);
	int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = fd >= 0 && fsync(fd) == 0 ? 0 : -1;
	/* Some file systems cannot fsync a folder and say EINVAL: they need none. */
	if (result < 0 && fd >= 0 && errno == EINVAL)
		result = 0;
	if (result < 0)
		err_set_errno(err, fs_write_code(errno), errno, "cannot flush folder %s to disk", parent);
	if (fd >= 0)
		close(fd);
	free(parent);
	return result;
}

static int draft_open(struct draft *draft, const char *path, struct err *err)
{
	draft->path = mem_format("%s.XXXXXX", path);
	draft->fd = mkostemp(draft->path, O_CLOEXEC);
	if (draft->fd >= 0)
		return 0;
	err_set_errno(err, fs_write_code(errno), errno, "cannot create a file beside %s", path);
	free(draft->path);
	return -1;
}

static void draft_drop(struct draft *draft)
{
	if (draft->fd >= 0)
		close(draft->fd);
	unlink(draft->path);
	free(draft->path);
}

static int draft_write(struct draft *draft, const void *bytes, size_t length)
{
	const char *at = bytes;
	while (length > 0) {
		ssize_t written = write(draft->fd, at, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

/* close() too may report a write that failed (NFS). */
static int draft_settle(struct draft *draft, mode_t mode)
{
	if (fchmod(draft->fd, mode) < 0 || fsync(draft->fd) < 0)
		return -1;
	int closed = close(draft->fd);
	draft->fd = -1;
	return closed;
}

/* Consumes the draft whatever happens. */
static int draft_publish(struct draft *draft, const char *path, mode_t mode, struct err *err)
{
	if (draft_settle(draft, mode) < 0 || rename(draft->path, path) < 0) {
		err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", path);
		draft_drop(draft);
		return -1;
	}
	free(draft->path);
	return fs_sync_parent(path, err);
}

int fs_write_atomic(const char *path, const void *bytes, size_t length, mode_t mode,
	struct err *err)
{
	struct draft draft;
	if (draft_open(&draft, path, err) < 0)
		return -1;
	if (draft_write(&draft, bytes, length) < 0) {
		err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", path);
		draft_drop(&draft);
		return -1;
	}
	return draft_publish(&draft, path, mode, err);
}

static int copy_bytes(int from, const char *from_path, struct draft *draft, const char *to_path,
	struct err *err)
{
	char chunk[COPY_CHUNK];
	for (;;) {
		ssize_t got = read(from, chunk, sizeof chunk);
		if (got == 0)
			return 0;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot read %s", from_path);
		if (draft_write(draft, chunk, (size_t)got) < 0)
			return err_set_errno(err, fs_write_code(errno), errno, "cannot write %s", to_path);
	}
}

int fs_copy(const char *from, const char *to, mode_t mode, struct err *err)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		enum err_code code = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
		return err_set_errno(err, code, errno, "cannot open %s", from);
	}
	struct draft draft;
	int result = draft_open(&draft, to, err);
	if (result == 0) {
		result = copy_bytes(fd, from, &draft, to, err);
		if (result == 0)
			result = draft_publish(&draft, to, mode, err);
		else
			draft_drop(&draft);
	}
	close(fd);
	return result;
}
