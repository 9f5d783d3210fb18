#include "host/planter_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where its two descriptors are, above the standard ones, so that all others can be closed. */
enum { PIPE = 3, TARGET = 4, LIFTED = 16 };

static _Noreturn void guard(int pipe_fd, int pidfd)
{
	char byte;
	/* Lifted first: one may have the number that the other is to get. */
	int pipe_lifted = fcntl(pipe_fd, F_DUPFD, LIFTED), target_lifted = fcntl(pidfd, F_DUPFD, LIFTED);
	setsid();
	dup2(pipe_lifted, PIPE);
	dup2(target_lifted, TARGET);
	closefrom(TARGET + 1);
	while (read(PIPE, &byte, 1) < 0 && errno == EINTR)
		;
	pidfd_send_signal(TARGET, SIGCONT, NULL, 0);
	_exit(0);
}

int planter_guard_start(struct planter_guard *made, int pidfd, struct err *err)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot make a pipe for the planter's guard");
	made->pid = fork();
	if (made->pid == 0) {
		close(ends[1]);
		guard(ends[0], pidfd);
	}
	close(ends[0]);
	made->pipe_fd = ends[1];
	if (made->pid > 0)
		return 0;
	close(ends[1]);
	return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot start the planter's guard");
}

void planter_guard_end(struct planter_guard *made)
{
	close(made->pipe_fd);
	while (waitpid(made->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
