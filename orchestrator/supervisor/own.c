#include "supervisor/own.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

/* Above the numbers that the file actions assign, so that none of them can hit it. */
enum { LIFTED = 16 };

struct child_fds {
	int log, socket, passed; /* passed −1: none */
};

/* Log first: its number may be one that the following lines overwrite. dup2 onto itself
 * clears close-on-exec here (glibc ≥ 2.29). */
static int describe_files(posix_spawn_file_actions_t *files, const struct child_fds *fds)
{
	int last = fds->passed < 0 ? SUPERVISOR_OWN_SOCKET : SUPERVISOR_OWN_PASSED;
	int bad = posix_spawn_file_actions_adddup2(files, fds->log, STDERR_FILENO);
	bad = bad ? bad : posix_spawn_file_actions_adddup2(files, STDERR_FILENO, STDOUT_FILENO);
	bad = bad ? bad : posix_spawn_file_actions_adddup2(files, fds->socket, SUPERVISOR_OWN_SOCKET);
	if (fds->passed >= 0)
		bad = bad ? bad : posix_spawn_file_actions_adddup2(files, fds->passed, SUPERVISOR_OWN_PASSED);
	bad = bad ? bad : posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	return bad ? bad : posix_spawn_file_actions_addclosefrom_np(files, last + 1);
}

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

static int spawn(const struct supervisor_own *own, const struct child_fds *fds, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	int bad = describe_files(&files, fds);
	bad = bad ? bad : describe_process(&attributes);
	bad = bad ? bad : posix_spawn(pid, own->executable, &files, &attributes, own->argv,
		(char *const *)(uintptr_t)own->environment);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return bad;
}

static int lift(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, LIFTED);
}

static void close_all(const int *fds, int count)
{
	int errnum = errno;
	for (int i = 0; i < count; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	errno = errnum;
}

/* The child's two descriptors, lifted; ours stays in ours[0]. */
static int prepare(const struct supervisor_own *own, int *ours, struct child_fds *fds)
{
	int pair[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return -1;
	*fds = (struct child_fds){.log = own->log_fd, .socket = lift(pair[1]), .passed = -1};
	if (own->passed_fd >= 0)
		fds->passed = lift(own->passed_fd);
	close_all(&pair[1], 1);
	*ours = pair[0];
	if (fds->socket >= 0 && (own->passed_fd < 0 || fds->passed >= 0) &&
	    fcntl(*ours, F_SETFL, O_NONBLOCK) == 0)
		return 0;
	close_all((int[]){*ours, fds->socket, fds->passed}, 3);
	return -1;
}

pid_t supervisor_own_spawn(const struct supervisor_own *own, int *socket_fd, struct err *err)
{
	struct child_fds fds;
	if (prepare(own, socket_fd, &fds))
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot make a socket for %s", own->argv[1]);
	pid_t pid = -1;
	int bad = spawn(own, &fds, &pid);
	close_all((int[]){fds.socket, fds.passed}, 2);
	if (bad) {
		close(*socket_fd);
		return err_set_errno(err, ERR_ENVIRONMENT, bad, "cannot start %s %s", own->executable, own->argv[1]);
	}
	return pid;
}
