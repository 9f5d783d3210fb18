#include "host/planter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/json.h"
#include "host/attend.h"
#include "host/planter_guard.h"
#include "host/planter_plan.h"

enum { NS_PER_S = 1000000000, NS_PER_MS = 1000000, NS_PER_US = 1000, SPIN_ROUNDS = 20000, LOAD_MAX = 64, LOAD_NICE = -10 };

/* Where each argument stands after "wasmograph plant". */
enum { AT_SOCKET = 2, AT_PID, AT_PLAN, ARGUMENTS };

struct planting_host {
	int socket_fd;
	pid_t pid;
	struct planter_item *items;
	size_t count;
	int pidfd;
	struct planter_guard guard;
	struct json *log;
	enum attend_order order; /* the last that was heard: anything but NOTHING ends the planting */
};

static int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* Sleeps, but for an order: false when there was one. */
static bool rest_until(struct planting_host *host, int64_t due_ns)
{
	struct pollfd watched = {.fd = host->socket_fd, .events = POLLIN};
	for (int64_t left_ns = due_ns - now_ns(); left_ns > 0; left_ns = due_ns - now_ns()) {
		struct timespec left = {.tv_sec = left_ns / NS_PER_S, .tv_nsec = left_ns % NS_PER_S};
		if (ppoll(&watched, 1, &left, NULL) <= 0)
			continue;
		host->order = attend_hear(host->socket_fd, MSG_DONTWAIT);
		if (host->order != ATTEND_NOTHING)
			return false;
	}
	return true;
}

/* ---- what it does ---- */

static bool signal_page(const struct planting_host *host, int signal_number)
{
	return pidfd_send_signal(host->pidfd, signal_number, NULL, 0) == 0;
}

static const char *stop(struct planting_host *host, const struct planter_item *item)
{
	if (!signal_page(host, SIGSTOP))
		return strerror(errno);
	rest_until(host, now_ns() + (int64_t)item->for_us * NS_PER_US);
	return signal_page(host, SIGCONT) ? NULL : strerror(errno);
}

/* Ahead of the browser, as a process and, where the scheduler groups by sessions, as a session: the scheduler gives who
 * sleeps much, as the parties do, the processor at once before equals. Refused to who is not root. */
static void take_precedence(void)
{
	char nice[8];
	int length = snprintf(nice, sizeof nice, "%d", LOAD_NICE), fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
	setpriority(PRIO_PROCESS, 0, LOAD_NICE);
	if (fd < 0)
		return;
	ssize_t written = write(fd, nice, (size_t)length);
	(void)written;
	close(fd);
}

/* A process of the load: nothing but computing. */
static _Noreturn void compute_until(int64_t end_ns)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setsid();
	take_precedence();
	while (now_ns() < end_ns)
		for (volatile int i = 0; i < SPIN_ROUNDS; i++)
			;
	_exit(0);
}

static const char *load(const struct planter_item *item)
{
	pid_t pids[LOAD_MAX];
	size_t started = 0;
	const char *failed = NULL;
	int64_t end_ns = now_ns() + (int64_t)item->for_us * NS_PER_US;
	for (; started < item->count && !failed; started += !failed) {
		pids[started] = fork();
		if (pids[started] == 0)
			compute_until(end_ns);
		if (pids[started] < 0)
			failed = strerror(errno);
	}
	for (size_t i = 0; i < started; i++)
		while (waitpid(pids[i], NULL, 0) < 0 && errno == EINTR)
			;
	return failed;
}

static void note(struct planting_host *host, const struct planter_item *item, int64_t begin_ns, const char *failed)
{
	struct json *entry = json_new_object();
	json_set_number(entry, "id", (double)item->id);
	if (failed) {
		json_set_text(entry, "failed", failed);
	} else {
		json_set_number(entry, "begin", (double)(begin_ns / NS_PER_US) / 1000);
		json_set_number(entry, "end", (double)(now_ns() / NS_PER_US) / 1000);
	}
	json_append(host->log, entry);
}

/* ---- the window ---- */

static void plant_all(struct planting_host *host)
{
	int64_t start_ns = now_ns();
	host->order = ATTEND_NOTHING;
	for (size_t i = 0; i < host->count && host->order == ATTEND_NOTHING; i++) {
		const struct planter_item *item = &host->items[i];
		if (!rest_until(host, start_ns + (int64_t)item->at_us * NS_PER_US))
			return;
		int64_t begin_ns = now_ns();
		note(host, item, begin_ns, item->act == PLANTER_STOP ? stop(host, item) : load(item));
	}
}

static void tell(const struct planting_host *host)
{
	struct json *facts = json_new_object();
	json_set(facts, "plants", json_copy(host->log));
	char *text = json_print(facts, false);
	attend_say(host->socket_fd, ATTEND_DONE, text);
	free(text);
	json_free(facts);
}

static void attend_window(struct planting_host *host)
{
	attend_say(host->socket_fd, ATTEND_READY, "");
	do
		host->order = attend_hear(host->socket_fd, 0);
	while (host->order == ATTEND_NOTHING);
	if (host->order == ATTEND_BEGIN)
		plant_all(host);
	while (host->order == ATTEND_NOTHING)
		host->order = attend_hear(host->socket_fd, 0);
	if (host->order == ATTEND_END)
		tell(host);
}

static int run(struct planting_host *host, struct err *err)
{
	host->pidfd = pidfd_open(host->pid, 0);
	if (host->pidfd < 0)
		return err_set_errno(err, ERR_NOT_FOUND, errno, "there is no process %d to plant in", (int)host->pid);
	if (planter_guard_start(&host->guard, host->pidfd, err))
		return -1;
	host->log = json_new_array();
	attend_window(host);
	json_free(host->log);
	planter_guard_end(&host->guard);
	return 0;
}

static bool parse_arguments(struct planting_host *host, int argc, char **argv)
{
	unsigned long socket_fd, pid;
	*host = (struct planting_host){.pidfd = -1};
	if (argc != ARGUMENTS || !attend_parse_number(argv[AT_SOCKET], 0, 65535, &socket_fd) ||
	    !attend_parse_number(argv[AT_PID], 1, INT32_MAX, &pid))
		return false;
	host->socket_fd = (int)socket_fd;
	host->pid = (pid_t)pid;
	host->items = planter_plan_parse(argv[AT_PLAN], &host->count);
	return host->items && attend_has_socket(host->socket_fd);
}

int planter(int argc, char **argv)
{
	struct planting_host host;
	struct err err;
	if (!parse_arguments(&host, argc, argv)) {
		fputs("wasmograph: plant is not for people; see `wasmograph --help`\n", stderr);
		free(host.items);
		return 2;
	}
	attend_follow();
	int result = run(&host, &err);
	if (result)
		attend_say(host.socket_fd, ATTEND_FAILED, err.text);
	free(host.items);
	return result ? 1 : 0;
}
