#include "host/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum step { STEP_INPUT, STEP_USER, STEP_PARENT, STEP_FOLDER, STEP_EXEC };

/* What the child writes before it gives up. */
struct failure {
	enum step step;
	int errnum;
};

struct pipes {
	int out[2], errors[2], failure[2]; /* all close-on-exec */
};

static void close_if_open(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_pipes(struct pipes *pipes)
{
	for (int end = 0; end < 2; end++) {
		close_if_open(&pipes->out[end]);
		close_if_open(&pipes->errors[end]);
		close_if_open(&pipes->failure[end]);
	}
}

static int open_pipes(struct pipes *pipes)
{
	*pipes = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
	if (pipe2(pipes->out, O_CLOEXEC) == 0 && pipe2(pipes->errors, O_CLOEXEC) == 0 &&
	    pipe2(pipes->failure, O_CLOEXEC) == 0)
		return 0;
	int errnum = errno;
	close_pipes(pipes);
	errno = errnum;
	return -1;
}

/* From here to exec only async-signal-safe calls. */

static _Noreturn void give_up(const struct pipes *pipes, enum step step)
{
	struct failure failure = {step, errno};
	ssize_t ignored = write(pipes->failure[1], &failure, sizeof failure);
	(void)ignored;
	_exit(127);
}

/* Ours may be blocked (signalfd) or ignored (SIGPIPE), which exec would pass on. */
static void reset_signals(void)
{
	struct sigaction by_default = {.sa_handler = SIG_DFL};
	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &by_default, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool redirect(const struct pipes *pipes)
{
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0 &&
	       dup2(pipes->out[1], STDOUT_FILENO) >= 0 && dup2(pipes->errors[1], STDERR_FILENO) >= 0;
}

static bool become_user(const struct command *command)
{
	if (command->uid == 0 || geteuid() != 0)
		return true;
	return setgroups(0, NULL) == 0 && setgid(command->gid) == 0 && setuid(command->uid) == 0;
}

/* After become_user(): setuid clears the parent-death signal. The parent may have died
 * before it was set. */
static bool follow_parent(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return false;
	errno = ESRCH;
	return getppid() == parent;
}

static _Noreturn void run_child(const struct command *command, const char *program,
	const struct pipes *pipes, pid_t parent)
{
	setpgid(0, 0);
	reset_signals();
	if (!redirect(pipes))
		give_up(pipes, STEP_INPUT);
	/* What somebody opened without O_CLOEXEC must not outlive us in the child. */
	close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	if (!become_user(command))
		give_up(pipes, STEP_USER);
	if (!follow_parent(parent))
		give_up(pipes, STEP_PARENT);
	if (command->folder && chdir(command->folder) < 0)
		give_up(pipes, STEP_FOLDER);
	char *const *environment =
		command->environment ? (char *const *)command->environment : environ;
	execve(program, (char *const *)command->argv, environment);
	give_up(pipes, STEP_EXEC);
}

static int explain_failure(const struct command *command, const char *program,
	struct failure failure, struct err *err)
{
	int errnum = failure.errnum;
	switch (failure.step) {
	case STEP_INPUT:
		return err_set_errno(err, ERR_IO, errnum, "cannot connect %s to its pipes", program);
	case STEP_USER:
		return err_set_errno(err, ERR_IO, errnum, "cannot run %s as user %u", program,
			(unsigned)command->uid);
	case STEP_PARENT:
		return err_set_errno(err, ERR_IO, errnum, "cannot tie %s to this program's life", program);
	case STEP_FOLDER:
		return err_set_errno(err, ERR_IO, errnum, "cannot run %s in folder %s", program,
			command->folder);
	case STEP_EXEC: break;
	}
	/* ENOENT also when the interpreter that a script names is missing. */
	bool missing = errnum == ENOENT || errnum == ENOTDIR;
	return err_set_errno(err, missing ? ERR_NOT_FOUND : ERR_IO, errnum, "cannot execute %s",
		program);
}

/* Reads until exec closes the pipe. True when the child told of a failure. */
static bool read_failure(int fd, struct failure *failure)
{
	ssize_t got;
	do
		got = read(fd, failure, sizeof *failure);
	while (got < 0 && errno == EINTR);
	return got == sizeof *failure;
}

static int adopt(struct spawned *spawned, struct pipes *pipes)
{
	spawned->pidfd = pidfd_open(spawned->pid, 0);
	spawned->out = pipes->out[0];
	spawned->errors = pipes->errors[0];
	pipes->out[0] = pipes->errors[0] = -1;
	if (spawned->pidfd < 0 || fcntl(spawned->out, F_SETFL, O_NONBLOCK) < 0 ||
	    fcntl(spawned->errors, F_SETFL, O_NONBLOCK) < 0) {
		int errnum = errno;
		kill(-spawned->pid, SIGKILL);
		waitpid(spawned->pid, NULL, 0);
		spawn_close(spawned);
		errno = errnum;
		return -1;
	}
	return 0;
}

int spawn_start(const struct command *command, const char *program, struct spawned *spawned,
	struct err *err)
{
	struct pipes pipes;
	if (open_pipes(&pipes) < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot open pipes for %s", program);
	pid_t parent = getpid();
	spawned->pid = fork();
	if (spawned->pid == 0)
		run_child(command, program, &pipes, parent);
	int errnum = errno;
	close_if_open(&pipes.out[1]);
	close_if_open(&pipes.errors[1]);
	close_if_open(&pipes.failure[1]);
	struct failure failure;
	int result = -1;
	if (spawned->pid < 0) {
		err_set_errno(err, ERR_IO, errnum, "cannot start a process for %s", program);
	} else if (read_failure(pipes.failure[0], &failure)) {
		waitpid(spawned->pid, NULL, 0);
		explain_failure(command, program, failure, err);
	} else if (adopt(spawned, &pipes) < 0) {
		err_set_errno(err, ERR_IO, errno, "cannot watch %s", program);
	} else {
		result = 0;
	}
	close_pipes(&pipes);
	return result;
}

void spawn_close(struct spawned *spawned)
{
	close_if_open(&spawned->pidfd);
	close_if_open(&spawned->out);
	close_if_open(&spawned->errors);
}
