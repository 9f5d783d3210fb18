#include "supervisor/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "supervisor/image.h"

/* The descriptors that the supervisor finds: its socket, its own stderr as the log, and what it was executed from. */
enum { CHILD_SOCKET = 3, CHILD_LOG = STDERR_FILENO, CHILD_IMAGE = 4 };
#define CHILD_IMAGE_PATH "/proc/self/fd/4"

static size_t count_of(const char *const *list)
{
	size_t count = 0;
	while (list[count])
		count++;
	return count;
}

/* supervise's argument list; the caller frees it and its elements up to "--". */
enum { OWN_ARGUMENTS = 8 };

static char **build_arguments(const struct supervisor_options *options)
{
	size_t count = count_of(options->argv);
	char **arguments = mem_alloc_zero(OWN_ARGUMENTS + count + 1, sizeof *arguments);
	arguments[0] = mem_strdup(options->executable);
	arguments[1] = mem_strdup("supervise");
	arguments[2] = mem_format("%d", CHILD_SOCKET);
	arguments[3] = mem_format("%d", CHILD_LOG);
	arguments[4] = mem_strdup(options->scratch);
	arguments[5] = mem_format("%u", options->uid);
	arguments[6] = mem_format("%u", options->gid);
	arguments[7] = mem_strdup("--");
	for (size_t i = 0; i < count; i++)
		arguments[OWN_ARGUMENTS + i] = mem_strdup(options->argv[i]);
	return arguments;
}

static void free_arguments(char **arguments)
{
	for (size_t i = 0; arguments[i]; i++)
		free(arguments[i]);
	free(arguments);
}

/* Log first: its number may be one that the following lines overwrite. dup2 onto itself
 * clears close-on-exec here (glibc ≥ 2.29). */
static int describe_files(posix_spawn_file_actions_t *files, int log_fd, int socket_fd, int image_fd)
{
	int bad = posix_spawn_file_actions_adddup2(files, log_fd, STDERR_FILENO);
	bad = bad ? bad : posix_spawn_file_actions_adddup2(files, STDERR_FILENO, STDOUT_FILENO);
	bad = bad ? bad : posix_spawn_file_actions_adddup2(files, socket_fd, CHILD_SOCKET);
	bad = bad ? bad : posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (image_fd >= 0)
		bad = bad ? bad : posix_spawn_file_actions_adddup2(files, image_fd, CHILD_IMAGE);
	return bad ? bad : posix_spawn_file_actions_addclosefrom_np(files, image_fd >= 0 ? CHILD_IMAGE + 1 : CHILD_IMAGE);
}

/* A session of its own, so that Ctrl-C at the terminal is for us alone; signals as at birth. */
static int describe_process(posix_spawnattr_t *attributes)
{
	sigset_t none, all;
	sigemptyset(&none);
	sigfillset(&all);
	int bad = posix_spawnattr_setsigmask(attributes, &none);
	bad = bad ? bad : posix_spawnattr_setsigdefault(attributes, &all);
	return bad ? bad : posix_spawnattr_setflags(attributes,
		POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

/* `image_fd` −1: from our own executable. */
static int spawn(const struct supervisor_options *options, int socket_fd, int image_fd, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	int bad = describe_files(&files, options->log_fd, socket_fd, image_fd);
	bad = bad ? bad : describe_process(&attributes);
	if (!bad) {
		char **arguments = build_arguments(options);
		bad = posix_spawn(pid, image_fd >= 0 ? CHILD_IMAGE_PATH : options->executable, &files, &attributes, arguments,
			(char *const *)(uintptr_t)options->environment);
		free_arguments(arguments);
	}
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return bad;
}

/* Above the numbers that the file actions assign, so that none of them can hit it. */
static int lift(int fd)
{
	int lifted = fcntl(fd, F_DUPFD_CLOEXEC, 16);
	int errnum = errno;
	close(fd);
	errno = errnum;
	return lifted;
}

/* Memory files may be forbidden to be executed, and /proc not be there: our own executable does the same, slower. */
static int spawn_either(const struct supervisor_options *options, int socket_fd, pid_t *pid)
{
	int image_fd = supervisor_image_open();
	if (image_fd >= 0)
		image_fd = lift(image_fd);
	int bad = spawn(options, socket_fd, image_fd, pid);
	if (bad && image_fd >= 0)
		bad = spawn(options, socket_fd, -1, pid);
	if (image_fd >= 0)
		close(image_fd);
	return bad;
}

pid_t supervisor_spawn(const struct supervisor_options *options, int *socket_fd, struct err *err)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot make the supervisor's socket");
	pair[1] = lift(pair[1]);
	if (pair[1] < 0 || fcntl(pair[0], F_SETFL, O_NONBLOCK) < 0) {
		err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot prepare the supervisor's socket");
		close(pair[0]);
		return -1;
	}
	pid_t pid = -1;
	int bad = spawn_either(options, pair[1], &pid);
	close(pair[1]);
	if (bad) {
		close(pair[0]);
		return err_set_errno(err, ERR_ENVIRONMENT, bad, "cannot start the supervisor %s",
			options->executable);
	}
	*socket_fd = pair[0];
	return pid;
}
