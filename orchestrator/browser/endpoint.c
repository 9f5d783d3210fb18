#include "browser/endpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"

#define FILE_NAME "DevToolsActivePort"
#define PATH_START "/devtools/browser/"

/* The real file has about 60 bytes. */
enum { FILE_SIZE = 512 };

struct browser_endpoint_watch {
	struct loop *loop;
	int fd;
	int folder; /* inotify's number of the folder */
	struct loop_fd *watch;
	char *path;
	browser_endpoint_fn on_endpoint;
	void *context;
};

static int parse_path(const char *line, size_t length, struct browser_endpoint *endpoint,
	struct err *err)
{
	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	bool plain = length > strlen(PATH_START) && length < sizeof endpoint->path &&
		memcmp(line, PATH_START, strlen(PATH_START)) == 0;
	for (size_t i = 0; i < length && plain; i++)
		plain = line[i] > ' ' && line[i] < 0x7F;
	if (!plain)
		return err_set(err, ERR_INVALID, "the second line of %s is no path of a browser endpoint", FILE_NAME);
	memcpy(endpoint->path, line, length);
	endpoint->path[length] = '\0';
	return 0;
}

int browser_endpoint_parse(const char *text, size_t length, struct browser_endpoint *endpoint,
	struct err *err)
{
	const char *newline = memchr(text, '\n', length);
	size_t digits = newline ? (size_t)(newline - text) : length;
	int port = 0;
	for (size_t i = 0; i < digits; i++) {
		if (text[i] < '0' || text[i] > '9' || i >= 5)
			return err_set(err, ERR_INVALID, "the first line of %s is no port", FILE_NAME);
		port = 10 * port + (text[i] - '0');
	}
	if (!newline || digits + 1 == length)
		return 1;
	if (port < 1 || port > 65535)
		return err_set(err, ERR_INVALID, "the first line of %s is no port", FILE_NAME);
	endpoint->port = port;
	return parse_path(newline + 1, length - digits - 1, endpoint, err);
}

/* A folder that another user writes to: no link is followed, no pipe waited for. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	ssize_t got = read(fd, text, size);
	close(fd);
	return got;
}

static void drain(int fd)
{
	char events[4096];
	while (read(fd, events, sizeof events) > 0)
		;
}

/* Later writes into the profile must not wake us. The descriptor stays for now: closing it together with its watch
 * waits for the kernel's readers (synchronize_srcu() in fsnotify_destroy_group()): 16 ms, while the browser waits for
 * us. A while after the watch was taken away it costs nothing. */
static void stop_listening(struct browser_endpoint_watch *watch)
{
	loop_unwatch_fd(watch->watch);
	watch->watch = NULL;
	inotify_rm_watch(watch->fd, watch->folder);
}

static void on_readable(void *context)
{
	struct browser_endpoint_watch *watch = context;
	struct browser_endpoint endpoint;
	struct err err;
	char text[FILE_SIZE];
	drain(watch->fd);
	ssize_t got = read_file(watch->path, text, sizeof text);
	int result = got < 0 ? 1 : browser_endpoint_parse(text, (size_t)got, &endpoint, &err);
	if (result > 0)
		return; /* another file, or half of this one */
	stop_listening(watch);
	watch->on_endpoint(result == 0 ? &endpoint : NULL, result == 0 ? NULL : &err, watch->context);
}

static void free_now(void *context)
{
	struct browser_endpoint_watch *watch = context;
	free(watch->path);
	free(watch);
}

void browser_endpoint_unwatch(struct browser_endpoint_watch *watch)
{
	if (!watch)
		return;
	loop_unwatch_fd(watch->watch);
	close(watch->fd);
	loop_defer(watch->loop, free_now, watch);
}

struct browser_endpoint_watch *browser_endpoint_watch(struct loop *loop, const char *profile,
	browser_endpoint_fn on_endpoint, void *context, struct err *err)
{
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	int folder = fd < 0 ? -1 : inotify_add_watch(fd, profile, IN_CLOSE_WRITE | IN_MOVED_TO | IN_ONLYDIR);
	if (folder < 0) {
		err_set_errno(err, ERR_ENVIRONMENT, errno,
			"cannot watch %s (is fs.inotify.max_user_instances used up?)", profile);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	struct browser_endpoint_watch *watch = mem_alloc_zero(1, sizeof *watch);
	*watch = (struct browser_endpoint_watch){.loop = loop, .fd = fd, .folder = folder,
		.path = fs_join(profile, FILE_NAME), .on_endpoint = on_endpoint, .context = context};
	watch->watch = loop_watch_fd(loop, fd, on_readable, watch, err);
	if (watch->watch)
		return watch;
	close(fd);
	free_now(watch);
	return NULL;
}
