#include "browser/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

/* Chromium puts SCRATCH/tmp/org.chromium.Chromium.XXXXXX/SingletonSocket into a sockaddr_un
 * (108 bytes with the terminator, unix(7)) and aborts with "Socket path too long" when it does
 * not fit (process_singleton_posix.cc; seen with 156). */
#define SINGLETON_SOCKET "/tmp/org.chromium.Chromium.XXXXXX/SingletonSocket"
enum { SOCKET_PATH_MAX = 108, SCRATCH_LENGTH_MAX = SOCKET_PATH_MAX - (int)sizeof SINGLETON_SOCKET };

enum { ENVIRONMENT_MAX = 16 };

char *browser_scratch_root(void)
{
	const char *parent = getenv("TMPDIR");
	if (!parent || parent[0] != '/')
		parent = "/tmp";
	size_t length = strlen(parent);
	while (length > 1 && parent[length - 1] == '/')
		length--;
	return mem_format("%.*s/wasmograph-%u", (int)length, parent, geteuid());
}

/* The NAME of ROOT/NAME, or NULL. */
static const char *name_in_root(const char *root, const char *path)
{
	size_t length = strlen(root);
	if (strncmp(path, root, length) != 0 || path[length] != '/')
		return NULL;
	const char *name = path + length + 1;
	return *name == '\0' || *name == '.' || strchr(name, '/') ? NULL : name;
}

static int check_root(int fd, const char *root, struct err *err)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot look at scratch folder %s", root);
	if (status.st_uid != geteuid())
		return err_set(err, ERR_ENVIRONMENT,
			"scratch folder %s belongs to uid %u, not to us (uid %u); remove it or set TMPDIR to another folder",
			root, status.st_uid, geteuid());
	if (status.st_mode & (S_IWGRP | S_IWOTH))
		return err_set(err, ERR_ENVIRONMENT,
			"scratch folder %s can be written by others; `chmod 711` it or remove it", root);
	if (fchmod(fd, 0711) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot chmod scratch folder %s", root);
	return 0;
}

/* The root's descriptor, or −1. */
static int open_root(const char *root, struct err *err)
{
	if (mkdir(root, 0711) < 0 && errno != EEXIST)
		return err_set_errno(err, ERR_ENVIRONMENT, errno,
			"cannot make scratch folder %s (set TMPDIR to a folder that can be written)", root);
	int fd = open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return err_set(err, ERR_ENVIRONMENT,
			"scratch folder %s is no folder of ours (a link or a file); remove it or set TMPDIR to another folder",
			root);
	if (fd < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot open scratch folder %s", root);
	if (check_root(fd, root, err) == 0)
		return fd;
	close(fd);
	return -1;
}

/* Makes NAME in `parent` and gives it away last: until then nobody else can enter it. Returns
 * its descriptor, or −1 with errno. */
static int make_folder(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) < 0)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int give_away(int fd, uid_t uid, gid_t gid)
{
	if (uid == geteuid())
		return fchmod(fd, 0700);
	return fchown(fd, uid, gid) < 0 || fchmod(fd, 0700) < 0 ? -1 : 0;
}

static int make_contents(int folder, uid_t uid, gid_t gid)
{
	static const char *const names[] = {"profile", "home", "tmp"};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		int fd = make_folder(folder, names[i]);
		int result = fd < 0 ? -1 : give_away(fd, uid, gid);
		if (fd >= 0)
			close(fd);
		if (result)
			return -1;
	}
	return give_away(folder, uid, gid);
}

static int make_launch(int root_fd, const char *name, const char *path, uid_t uid, gid_t gid,
	struct err *err)
{
	int folder = make_folder(root_fd, name);
	if (folder < 0 && errno == EEXIST)
		return err_set(err, ERR_BUSY, "scratch folder %s exists already; another launch has this name",
			path);
	int result = folder < 0 ? -1 : make_contents(folder, uid, gid);
	int errnum = errno;
	if (folder >= 0)
		close(folder);
	if (result == 0)
		return 0;
	fs_remove_tree(path, NULL);
	return err_set_errno(err, ERR_ENVIRONMENT, errnum, "cannot make scratch folder %s", path);
}

int browser_scratch_create(const char *path, uid_t uid, gid_t gid, struct err *err)
{
	char *root = browser_scratch_root();
	const char *name = name_in_root(root, path);
	int result = -1;
	if (!name)
		err_set(err, ERR_INVALID, "scratch folder %s does not lie directly in %s", path, root);
	else if (strlen(path) > SCRATCH_LENGTH_MAX)
		err_set(err, ERR_ENVIRONMENT,
			"scratch folder %s is longer than %d bytes, too long for the browser's socket; set TMPDIR to a shorter folder",
			path, SCRATCH_LENGTH_MAX);
	else {
		int fd = open_root(root, err);
		if (fd >= 0) {
			result = make_launch(fd, name, path, uid, gid, err);
			close(fd);
		}
	}
	free(root);
	return result;
}

/* True for /…/wasmograph-<uid>/NAME without ".." on the way. */
static bool has_our_shape(const char *path)
{
	char *middle = mem_format("/wasmograph-%u", geteuid());
	const char *slash = strrchr(path, '/');
	size_t length = strlen(middle);
	bool ours = path[0] == '/' && slash[1] != '\0' && slash[1] != '.' && !strstr(path, "/../") &&
		(size_t)(slash - path) >= length && memcmp(slash - length, middle, length) == 0;
	free(middle);
	return ours;
}

int browser_scratch_remove(const char *path, struct err *err)
{
	if (!has_our_shape(path))
		return err_set(err, ERR_INVALID, "%s is not a scratch folder of ours; it stays", path);
	char *root = mem_strndup(path, (size_t)(strrchr(path, '/') - path));
	struct stat status;
	int result = 0;
	if (lstat(root, &status) == 0) {
		/* Not through a link that somebody put there since. */
		if (S_ISDIR(status.st_mode) && status.st_uid == geteuid())
			result = fs_remove_tree(path, err);
		else
			result = err_set(err, ERR_INVALID, "%s is no folder of ours any more; %s stays", root, path);
	}
	free(root);
	return result;
}

static void add_inherited(char **environment, size_t *count, const char *name)
{
	const char *value = getenv(name);
	if (value)
		environment[(*count)++] = mem_format("%s=%s", name, value);
}

char **browser_scratch_environment(const char *path, enum browser_mode mode)
{
	char **environment = mem_alloc_zero(ENVIRONMENT_MAX, sizeof *environment);
	size_t count = 0;
	environment[count++] = mem_format("HOME=%s/home", path);
	environment[count++] = mem_format("TMPDIR=%s/tmp", path);
	environment[count++] = mem_format("XDG_RUNTIME_DIR=%s/tmp", path);
	environment[count++] = mem_format("XDG_CONFIG_HOME=%s/home/.config", path);
	environment[count++] = mem_format("XDG_CACHE_HOME=%s/home/.cache", path);
	environment[count++] = mem_format("XDG_DATA_HOME=%s/home/.local/share", path);
	environment[count++] = mem_strdup("LANG=C.UTF-8");
	/* No desktop bus: its services would wake the browser, and be woken by it. */
	environment[count++] = mem_strdup("DBUS_SESSION_BUS_ADDRESS=disabled:");
	environment[count++] = mem_strdup("DBUS_SYSTEM_BUS_ADDRESS=disabled:");
	const char *search = getenv("PATH");
	environment[count++] = mem_format("PATH=%s", search ? search : "/usr/local/bin:/usr/bin:/bin");
	if (mode == BROWSER_HEADED) {
		add_inherited(environment, &count, "DISPLAY");
		add_inherited(environment, &count, "XAUTHORITY");
		add_inherited(environment, &count, "WAYLAND_DISPLAY");
	}
	return environment;
}

void browser_scratch_environment_free(char **environment)
{
	for (char **at = environment; at && *at; at++)
		free(*at);
	free(environment);
}
