#include "host/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/interrupt.h"

/* How often a queue is tried. flock() itself could wait, but not for a signal that is
 * blocked for a signalfd. */
enum { RETRY_MS = 100, SHARED_MODE = 0666, HOLDER_SIZE = 256 };

const char *lock_path(void)
{
	const char *path = getenv("WASMOGRAPH_LOCK");
	return path && path[0] ? path : LOCK_PATH_DEFAULT;
}

/* Opens without O_CREAT first: in a sticky folder the kernel refuses O_CREAT on another
 * user's file, even to root (fs.protected_regular, proc_sys_fs(5)). */
static int open_lock(const char *path)
{
	int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;
	int fd = open(path, flags);
	if (fd >= 0 || errno != ENOENT)
		return fd;
	fd = open(path, flags | O_CREAT | O_EXCL, SHARED_MODE);
	if (fd < 0 && errno == EEXIST)
		return open(path, flags);
	if (fd >= 0)
		fchmod(fd, SHARED_MODE); /* the umask took some away */
	return fd;
}

/* False when the file was removed, or replaced, between open and flock. */
static bool still_at(const char *path, int fd)
{
	struct stat opened, named;
	return fstat(fd, &opened) == 0 && lstat(path, &named) == 0 && opened.st_ino == named.st_ino &&
	       opened.st_dev == named.st_dev;
}

static int refuse_busy(const char *path, int fd, struct err *err)
{
	char holder[HOLDER_SIZE], run[HOLDER_SIZE] = "";
	int pid = 0;
	ssize_t length = pread(fd, holder, sizeof holder - 1, 0);
	holder[length > 0 ? length : 0] = '\0';
	if (sscanf(holder, "%d %255s", &pid, run) < 1)
		return err_set(err, ERR_BUSY, "another measurement holds %s; wait for it with --wait", path);
	return err_set(err, ERR_BUSY,
		"another measurement holds %s: run %s of process %d; wait for it with --wait", path, run,
		pid);
}

static int write_holder(const char *path, int fd, const char *run, struct err *err)
{
	char holder[HOLDER_SIZE];
	int length = snprintf(holder, sizeof holder, "%d %.200s\n", (int)getpid(), run);
	if (ftruncate(fd, 0) == 0 && pwrite(fd, holder, (size_t)length, 0) == length)
		return 0;
	return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot write into the lock %s", path);
}

enum attempt { ATTEMPT_HELD, ATTEMPT_TAKEN_BY_OTHER, ATTEMPT_AGAIN, ATTEMPT_FAILED };

/* Tries once; *fd is open unless the result is FAILED or AGAIN. */
static enum attempt try_lock(const char *path, int *fd, struct err *err)
{
	*fd = open_lock(path);
	if (*fd < 0) {
		err_set_errno(err, ERR_ENVIRONMENT, errno,
			"cannot open the measuring lock %s (WASMOGRAPH_LOCK names another place)", path);
		return ATTEMPT_FAILED;
	}
	if (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			return ATTEMPT_TAKEN_BY_OTHER;
		err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot lock %s", path);
		close(*fd);
		return ATTEMPT_FAILED;
	}
	if (still_at(path, *fd))
		return ATTEMPT_HELD;
	close(*fd);
	return ATTEMPT_AGAIN;
}

/* The locked descriptor, or −1. */
static int acquire(const char *path, bool wait, struct interrupt *interrupt, struct err *err)
{
	for (;;) {
		int fd;
		enum attempt attempt = try_lock(path, &fd, err);
		if (attempt == ATTEMPT_HELD)
			return fd;
		if (attempt == ATTEMPT_FAILED)
			return -1;
		if (attempt == ATTEMPT_AGAIN)
			continue;
		if (!wait)
			refuse_busy(path, fd, err);
		close(fd);
		if (!wait)
			return -1;
		if (interrupt_wait(interrupt, RETRY_MS))
			return err_set(err, ERR_INTERRUPTED, "interrupted while waiting for %s", path);
	}
}

int lock_take(const char *path, const char *run, bool wait, struct err *err)
{
	struct interrupt interrupt;
	interrupt_begin(&interrupt);
	int fd = acquire(path, wait, &interrupt, err);
	interrupt_end(&interrupt);
	if (fd >= 0 && write_holder(path, fd, run, err) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

void lock_drop(int fd)
{
	if (fd < 0)
		return;
	/* Nobody should read an old holder's name. */
	int ignored = ftruncate(fd, 0);
	(void)ignored;
	close(fd);
}
