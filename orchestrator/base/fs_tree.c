#include "base/fs_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs_write.h"
#include "base/mem.h"

/* One descriptor is open for each level: 256 leaves room below the usual limit of 1024.
 * Emptying is tried 10 times, with pauses of 1, 2, 4 … 256 ms in between. */
enum { DEPTH_MAX = 256, ATTEMPTS = 10 };

/* What is being walked, for the texts of errors. */
struct walk {
	const char *path;
	struct err *err;
	int result;
	dev_t device; /* of the topmost folder; removal never leaves it */
};

static void note_failure(struct walk *walk, enum err_code code, int errnum, const char *verb,
	const char *name)
{
	if (walk->result == 0)
		err_set_errno(walk->err, code, errnum, "cannot %s %s (in %s)", verb, name, walk->path);
	walk->result = -1;
}

static DIR *open_folder_at(int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == EACCES) {
		/* A folder of ours without read permission; AT_SYMLINK_NOFOLLOW so that a link put
		 * there meanwhile is not followed. */
		if (fchmodat(parent, name, S_IRWXU, AT_SYMLINK_NOFOLLOW) == 0)
			fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		else
			errno = EACCES;
	}
	return fd < 0 ? NULL : mem_check(fdopendir(fd));
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void remove_at(struct walk *walk, int parent, const char *name, int depth);

/* One pass: removes every entry that is there now. */
static void empty_folder(struct walk *walk, DIR *folder, int depth)
{
	struct dirent *entry;
	rewinddir(folder);
	while ((entry = readdir(folder)))
		if (!is_dots(entry->d_name))
			remove_at(walk, dirfd(folder), entry->d_name, depth + 1);
}

static void pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static bool is_same(const struct stat *facts, const char *path)
{
	struct stat other;
	return stat(path, &other) < 0 ||
	       (other.st_dev == facts->st_dev && other.st_ino == facts->st_ino);
}

/* A second guard, by identity and not by name, before anything is changed: a mistaken path
 * must not cost a machine. What cannot be told apart from the root is refused. */
static bool is_protected(struct walk *walk, DIR *folder, int depth)
{
	struct stat facts;
	if (fstat(dirfd(folder), &facts) < 0)
		return true;
	if (depth == 0)
		walk->device = facts.st_dev;
	return facts.st_dev != walk->device || is_same(&facts, "/") || is_same(&facts, ".");
}

static void remove_folder_at(struct walk *walk, int parent, const char *name, int depth)
{
	DIR *folder = open_folder_at(parent, name);
	if (!folder) {
		if (errno != ENOENT)
			note_failure(walk, fs_write_code(errno), errno, "open folder", name);
		return;
	}
	if (is_protected(walk, folder, depth)) {
		note_failure(walk, ERR_INVALID, EBUSY, "remove the root, working or mounted folder", name);
		closedir(folder);
		return;
	}
	/* Folders of a module cache are read-only: their entries could not be removed. */
	fchmod(dirfd(folder), S_IRWXU);
	int removed = -1;
	for (int attempt = 0; removed < 0 && attempt < ATTEMPTS; attempt++) {
		if (attempt > 0)
			pause_ms(1L << (attempt - 1));
		int before = walk->result;
		empty_folder(walk, folder, depth);
		removed = unlinkat(parent, name, AT_REMOVEDIR);
		if (removed < 0 && errno != ENOTEMPTY && errno != EEXIST)
			break;
		if (removed < 0 && walk->result != before)
			break; /* an entry that cannot be removed stays so */
	}
	int errnum = errno;
	closedir(folder);
	if (removed < 0 && errnum != ENOENT)
		note_failure(walk, errnum == ENOTEMPTY ? ERR_BUSY : fs_write_code(errnum), errnum,
			"remove folder", name);
}

static void remove_at(struct walk *walk, int parent, const char *name, int depth)
{
	/* unlink first: it tells folders from all else without a race (EISDIR on Linux). */
	if (unlinkat(parent, name, 0) == 0 || errno == ENOENT)
		return;
	if (errno != EISDIR)
		note_failure(walk, fs_write_code(errno), errno, "remove", name);
	else if (depth >= DEPTH_MAX)
		note_failure(walk, ERR_TOO_LARGE, ELOOP, "remove folder nested beyond 256 levels", name);
	else
		remove_folder_at(walk, parent, name, depth);
}

/* Without trailing slashes, which would make the kernel follow a link. */
static char *trim_slashes(const char *path)
{
	size_t length = strlen(path);
	while (length > 0 && path[length - 1] == '/')
		length--;
	return mem_strndup(path, length);
}

bool fs_tree_may_remove(const char *path)
{
	char *trimmed = trim_slashes(path);
	const char *slash = strrchr(trimmed, '/');
	bool may = trimmed[0] != '\0' && !is_dots(slash ? slash + 1 : trimmed);
	free(trimmed);
	return may;
}

int fs_remove_tree(const char *path, struct err *err)
{
	if (!fs_tree_may_remove(path))
		return err_set(err, ERR_INVALID, "will not remove the tree \"%s\"; name a file or folder",
			path);
	char *trimmed = trim_slashes(path);
	struct walk walk = {.path = trimmed, .err = err};
	remove_at(&walk, AT_FDCWD, trimmed, 0);
	free(trimmed);
	return walk.result;
}

static void sync_folder(struct walk *walk, DIR *folder, int depth);

static void sync_file_at(struct walk *walk, int parent, const char *name)
{
	int fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0 || fsync(fd) < 0)
		note_failure(walk, fs_write_code(errno), errno, "flush to disk", name);
	if (fd >= 0)
		close(fd);
}

static void sync_at(struct walk *walk, int parent, const char *name, int depth)
{
	struct stat facts;
	if (fstatat(parent, name, &facts, AT_SYMLINK_NOFOLLOW) < 0) {
		note_failure(walk, fs_write_code(errno), errno, "read", name);
	} else if (S_ISREG(facts.st_mode)) {
		sync_file_at(walk, parent, name);
	} else if (S_ISDIR(facts.st_mode) && depth < DEPTH_MAX) {
		DIR *folder = open_folder_at(parent, name);
		if (!folder) {
			note_failure(walk, fs_write_code(errno), errno, "open folder", name);
			return;
		}
		sync_folder(walk, folder, depth);
		closedir(folder);
	} else if (S_ISDIR(facts.st_mode)) {
		note_failure(walk, ERR_TOO_LARGE, ELOOP, "flush folder nested beyond 256 levels", name);
	}
	/* Links, pipes and sockets have no bytes of their own; the folder's fsync keeps them. */
}

static void sync_folder(struct walk *walk, DIR *folder, int depth)
{
	struct dirent *entry;
	while ((entry = readdir(folder)))
		if (!is_dots(entry->d_name))
			sync_at(walk, dirfd(folder), entry->d_name, depth + 1);
	if (fsync(dirfd(folder)) < 0 && errno != EINVAL)
		note_failure(walk, fs_write_code(errno), errno, "flush folder", walk->path);
}

static int sync_tree(const char *path, struct err *err)
{
	struct walk walk = {.path = path, .err = err};
	DIR *folder = open_folder_at(AT_FDCWD, path);
	if (!folder)
		return err_set_errno(err, fs_write_code(errno), errno, "cannot open folder %s", path);
	sync_folder(&walk, folder, 0);
	closedir(folder);
	return walk.result;
}

/* RENAME_NOREPLACE where the file system knows it; else plain rename, which still
 * refuses a folder that is not empty. */
static int rename_new(const char *from, const char *to)
{
	int result = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
	if (result < 0 && (errno == EINVAL || errno == ENOSYS))
		result = rename(from, to);
	return result;
}

int fs_publish_folder(const char *from, const char *to, struct err *err)
{
	if (sync_tree(from, err) < 0)
		return -1;
	if (rename_new(from, to) < 0) {
		bool taken = errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR;
		return err_set_errno(err, taken ? ERR_BUSY : fs_write_code(errno), errno,
			"cannot move %s to %s", from, to);
	}
	if (fs_sync_parent(to, err) < 0)
		return -1;
	return fs_sync_parent(from, err);
}
