#include "supervisor/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fs.h"
#include "supervisor/exec.h"
#include "supervisor/group.h"
#include "supervisor/message.h"
#include "supervisor/reap.h"

struct supervise {
	int socket_fd;
	int signal_fd;
	pid_t browser;
	bool browser_reaped;
	struct supervisor_group group;
	const char *cpus; /* NULL: any */
	struct supervisor_program program;
};

/* Where each argument stands after "wasmograph supervise". */
enum { AT_SOCKET = 2, AT_LOG, AT_SCRATCH, AT_UID, AT_GID, AT_CPUS, AT_DASHES, AT_BROWSER };

static bool parse_number(const char *text, unsigned long *number)
{
	char *end;
	errno = 0;
	*number = strtoul(text, &end, 10);
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && *number <= UINT32_MAX;
}

static bool is_cpus(const char *text)
{
	return *text && text[strspn(text, "0123456789,-")] == '\0';
}

static bool parse_arguments(struct supervise *state, int argc, char **argv)
{
	unsigned long socket_fd, log_fd, uid, gid;
	if (argc <= AT_BROWSER || strcmp(argv[AT_DASHES], "--") != 0 || argv[AT_SCRATCH][0] != '/' ||
	    argv[AT_BROWSER][0] != '/' || !parse_number(argv[AT_SOCKET], &socket_fd) ||
	    !parse_number(argv[AT_LOG], &log_fd) || !parse_number(argv[AT_UID], &uid) ||
	    !parse_number(argv[AT_GID], &gid) || !is_cpus(argv[AT_CPUS]))
		return false;
	state->cpus = strcmp(argv[AT_CPUS], SUPERVISE_ANY_CPUS) == 0 ? NULL : argv[AT_CPUS];
	state->socket_fd = (int)socket_fd;
	state->program = (struct supervisor_program){.scratch = argv[AT_SCRATCH], .uid = (uid_t)uid,
		.gid = (gid_t)gid, .log_fd = (int)log_fd, .argv = argv + AT_BROWSER};
	return true;
}

/* Only a daemon of ours hands us such a socket: a command line typed by hand must never get
 * as far as killing and deleting. */
static bool has_our_socket(const struct supervise *state)
{
	int type = 0, domain = 0;
	socklen_t size = sizeof type;
	return getsockopt(state->socket_fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
	       getsockopt(state->socket_fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
	       type == SOCK_SEQPACKET && domain == AF_UNIX;
}

/* What will be deleted: …/wasmograph-…/NAME, a folder (no link), of the browser's user alone. */
static bool has_our_scratch(const struct supervise *state)
{
	static const char start[] = "wasmograph-";
	const char *name = strrchr(state->program.scratch, '/');
	const char *parent = memrchr(state->program.scratch, '/', (size_t)(name - state->program.scratch));
	struct stat status;
	return parent && strncmp(parent + 1, start, sizeof start - 1) == 0 &&
	       fs_tree_may_remove(state->program.scratch) && lstat(state->program.scratch, &status) == 0 &&
	       S_ISDIR(status.st_mode) && status.st_uid == state->program.uid &&
	       (status.st_mode & 0777) == 0700;
}

/* Nobody listening is no reason to stop: end of file says so too. */
static void say(const struct supervise *state, const struct supervisor_message *message)
{
	char line[SUPERVISOR_LINE_SIZE];
	size_t length = supervisor_message_print(message, line);
	send(state->socket_fd, line, length, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Ctrl-C and a closing terminal are for the daemon; the socket tells what it made of them. */
static void ignore_signals(void)
{
	static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2};
	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN);
}

static bool set_up(struct supervise *state)
{
	ignore_signals();
	/* Else the browser would hold the socket open, and its end would never be seen. */
	if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) < 0 ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
		return false;
	sigset_t children;
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	sigprocmask(SIG_BLOCK, &children, NULL);
	state->signal_fd = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
	return state->signal_fd >= 0;
}

static void start_browser(struct supervise *state)
{
	struct supervisor_message group, message = {.kind = SUPERVISOR_FAILED};
	supervisor_group_make(&state->group, state->program.scratch, state->cpus);
	state->program.group_fd = state->group.fd;
	state->program.cpuset_fd = state->group.cpuset_fd;
	state->browser = supervisor_exec(&state->program, message.text, sizeof message.text);
	if (state->browser > 0) {
		supervisor_group_describe(&state->group, state->browser, &group);
		say(state, &group);
		if (state->cpus) {
			supervisor_group_describe_cpuset(&state->group, state->browser, &group);
			say(state, &group);
		}
		message.kind = SUPERVISOR_STARTED;
		message.pid = state->browser;
	}
	say(state, &message);
}

static void tell_exit(const struct supervise *state, int status)
{
	struct supervisor_message message = {.kind = SUPERVISOR_EXITED, .code = -1};
	if (WIFEXITED(status))
		message.code = WEXITSTATUS(status);
	else
		message.signal = WTERMSIG(status);
	say(state, &message);
}

/* Several ends may stand behind one signal, and orphans come to us too. */
static void reap_ended(struct supervise *state)
{
	struct signalfd_siginfo drained;
	while (read(state->signal_fd, &drained, sizeof drained) > 0)
		;
	int status;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == state->browser) {
			state->browser_reaped = true;
			tell_exit(state, status);
		}
}

/* True when the daemon asked for the end, or is gone. */
static bool hear(const struct supervise *state)
{
	char line[SUPERVISOR_LINE_SIZE];
	ssize_t got = recv(state->socket_fd, line, sizeof line, MSG_DONTWAIT);
	if (got < 0)
		return errno != EAGAIN && errno != EINTR;
	return got == 0 || ((size_t)got == strlen(SUPERVISOR_STOP) &&
		memcmp(line, SUPERVISOR_STOP, (size_t)got) == 0);
}

static void sleep_until_end(struct supervise *state)
{
	struct pollfd fds[2] = {{.fd = state->socket_fd, .events = POLLIN},
		{.fd = state->signal_fd, .events = POLLIN}};
	for (;;) {
		if (poll(fds, 2, -1) < 0)
			continue; /* EINTR */
		if (fds[1].revents)
			reap_ended(state);
		if (fds[0].revents && hear(state))
			return;
	}
}

static int complain(const struct supervise *state, const struct err *err)
{
	dprintf(state->program.log_fd, "wasmograph: %s\n", err->text);
	return 1;
}

static int clean_up(struct supervise *state)
{
	supervisor_reap_all(state->browser_reaped ? 0 : state->browser);
	struct err err;
	int failures = 0;
	if (supervisor_group_remove(&state->group, &err))
		failures += complain(state, &err);
	if (fs_remove_tree(state->program.scratch, &err))
		failures += complain(state, &err);
	if (failures)
		return 1;
	say(state, &(struct supervisor_message){.kind = SUPERVISOR_CLEAN});
	return 0;
}

int supervise(int argc, char **argv)
{
	struct supervise state = {.signal_fd = -1};
	if (!parse_arguments(&state, argc, argv) || !has_our_socket(&state) ||
	    !has_our_scratch(&state) || !set_up(&state)) {
		fputs("wasmograph: supervise is not for people; see `wasmograph --help`\n", stderr);
		return 2;
	}
	start_browser(&state);
	sleep_until_end(&state);
	return clean_up(&state);
}
