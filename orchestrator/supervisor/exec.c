#include "supervisor/exec.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/cgroup_group.h"

/* Says on the pipe what went wrong; exec closes the pipe, so silence means success. */
static _Noreturn void give_up(int pipe_fd, const char *what, const char *on, int errnum)
{
	char text[400];
	int length = snprintf(text, sizeof text, "%s%s: %s", what, on, strerror(errnum));
	if (length >= (int)sizeof text)
		length = sizeof text - 1;
	ssize_t ignored = write(pipe_fd, text, (size_t)length);
	(void)ignored;
	_exit(127);
}

/* The browser must not inherit what the supervisor ignores or blocks. By system call, because
 * sigaction() refuses 32 and 33, which glibc's posix_spawn leaves ignored. The kernel's struct is
 * handler, flags, restorer and mask: all zero means SIG_DFL. */
static void restore_signals(void)
{
	static const unsigned long standard[8];
	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, standard, NULL, (size_t)8); /* SIGKILL, SIGSTOP refuse: fine */
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static void become(const struct supervisor_program *program, int pipe_fd)
{
	char on[48];
	snprintf(on, sizeof on, "uid %u, gid %u", program->uid, program->gid);
	if (program->uid == geteuid())
		return;
	if (setgroups(0, NULL) < 0 || setresgid(program->gid, program->gid, program->gid) < 0 ||
	    setresuid(program->uid, program->uid, program->uid) < 0)
		give_up(pipe_fd, "cannot run the browser as ", on, errno);
}

/* So that one signal reaches the browser and nearly all it forks, at once. */
static void lead_group(int pipe_fd)
{
	if (setpgid(0, 0) < 0)
		give_up(pipe_fd, "cannot give the browser a process group", "", errno);
}

static void tie_to_parent(pid_t parent, int pipe_fd)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		give_up(pipe_fd, "cannot ask for a signal at the supervisor's death", "", errno);
	if (getppid() != parent)
		_exit(127); /* nobody is left to be told */
}

/* A core file would be written into the profile, while the crash is being timed. */
static void limit(void)
{
	struct rlimit none = {0, 0};
	setrlimit(RLIMIT_CORE, &none);
	umask(077);
}

static void redirect(int log_fd, int pipe_fd)
{
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null_fd < 0 || dup2(null_fd, STDIN_FILENO) < 0)
		give_up(pipe_fd, "cannot open ", "/dev/null", errno);
	if (dup2(log_fd, STDOUT_FILENO) < 0 || dup2(log_fd, STDERR_FILENO) < 0)
		give_up(pipe_fd, "cannot give the browser its log", "", errno);
	if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) < 0)
		give_up(pipe_fd, "cannot close descriptors", "", errno);
}

static _Noreturn void run(const struct supervisor_program *program, pid_t parent, int pipe_fd)
{
	restore_signals();
	if (program->group_fd >= 0)
		cgroup_group_enter(program->group_fd); /* the supervisor looks whether it came to pass */
	if (program->cpuset_fd >= 0)
		cgroup_group_enter(program->cpuset_fd); /* likewise */
	redirect(program->log_fd, pipe_fd);
	limit();
	lead_group(pipe_fd);
	become(program, pipe_fd);
	tie_to_parent(parent, pipe_fd);
	if (chdir(program->scratch) < 0)
		give_up(pipe_fd, "the browser's user cannot enter ", program->scratch, errno);
	execv(program->argv[0], program->argv);
	give_up(pipe_fd, "cannot execute ", program->argv[0], errno);
}

/* Reads until the child's exec (or end) closes the pipe. Bytes read. */
static size_t read_all(int fd, char *out, size_t size)
{
	size_t length = 0;
	while (length < size - 1) {
		ssize_t got = read(fd, out + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		length += (size_t)got;
	}
	out[length] = '\0';
	return length;
}

pid_t supervisor_exec(const struct supervisor_program *program, char *why, size_t why_size)
{
	int pipe_fds[2];
	if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
		snprintf(why, why_size, "cannot make a pipe: %s", strerror(errno));
		return -1;
	}
	pid_t parent = getpid();
	pid_t child = fork();
	if (child == 0)
		run(program, parent, pipe_fds[1]);
	int fork_error = errno;
	close(pipe_fds[1]);
	if (child < 0)
		snprintf(why, why_size, "cannot fork: %s", strerror(fork_error));
	else if (read_all(pipe_fds[0], why, why_size) > 0) {
		waitpid(child, NULL, 0);
		child = -1;
	}
	close(pipe_fds[0]);
	return child;
}
