#include "run/helper.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "host/attend.h"
#include "host/proc_stat.h"
#include "supervisor/own.h"

enum { FAILURE_SIZE = 128 };

enum helper_state {
	HELPER_STARTING, /* on_ready is owed */
	HELPER_RUNNING,  /* nothing is watched */
	HELPER_STOPPING, /* on_done is owed */
	HELPER_ENDED,
};

struct helper {
	struct loop *loop;
	const char *who;
	enum helper_state state;
	void (*on_ready)(void *context);
	helper_done_fn on_done;
	void *ready_context, *done_context;
	pid_t pid;                /* −1: never started */
	int socket_fd;            /* −1 once closed */
	struct loop_fd *socket;
	struct loop_timer deadline;
	struct json *facts;       /* NULL until it is done, or has failed */
	bool freed;
};

/* ---- the process ---- */

static void on_reaped(int code, int signal, void *context)
{
	(void)code, (void)signal, (void)context;
}

static void unwatch(struct helper *helper)
{
	loop_timer_cancel(&helper->deadline);
	loop_unwatch_fd(helper->socket);
	helper->socket = NULL;
}

/* Closing our end ends it; the kill is for one that hangs. Reaped by the loop whenever it is dead. */
static void let_go(struct helper *helper)
{
	unwatch(helper);
	if (helper->socket_fd < 0)
		return;
	close(helper->socket_fd);
	helper->socket_fd = -1;
	kill(helper->pid, SIGKILL); /* not reaped yet: the pid is still its own */
	loop_watch_child(helper->loop, helper->pid, on_reaped, NULL, NULL);
}

/* ---- its answers ---- */

/* Calls what is owed. */
static void go_on(void *context)
{
	struct helper *helper = context;
	if (helper->freed)
		return;
	if (helper->state == HELPER_STARTING) {
		helper->state = HELPER_RUNNING;
		helper->on_ready(helper->ready_context);
	} else if (helper->state == HELPER_STOPPING) {
		helper->state = HELPER_ENDED;
		helper->on_done(helper->facts, helper->done_context);
	}
}

static struct json *failed_json(const char *why)
{
	struct json *facts = json_new_object();
	json_set_text(facts, "failed", why);
	return facts;
}

static void fail(struct helper *helper, const char *why)
{
	let_go(helper);
	helper->facts = failed_json(why);
	go_on(helper);
}

static void fail_with(struct helper *helper, const char *what)
{
	char why[FAILURE_SIZE];
	snprintf(why, sizeof why, "the %s %s", helper->who, what);
	fail(helper, why);
}

static const char *after(const char *line, const char *word)
{
	size_t length = strlen(word);
	return strncmp(line, word, length) == 0 ? line + length : NULL;
}

static void on_done_line(struct helper *helper, const char *text)
{
	struct err err;
	struct json *facts = json_parse(text, strlen(text), ATTEND_LINE_SIZE, "a helper's facts", &err);
	if (!facts) {
		fail(helper, err.text);
		return;
	}
	helper->facts = facts;
	let_go(helper);
	go_on(helper);
}

static void on_line(struct helper *helper, const char *line)
{
	const char *text;
	if (helper->state == HELPER_STARTING && strcmp(line, ATTEND_READY) == 0) {
		unwatch(helper);
		go_on(helper);
	} else if ((text = after(line, ATTEND_FAILED))) {
		fail(helper, text);
	} else if (helper->state == HELPER_STOPPING && (text = after(line, ATTEND_DONE))) {
		on_done_line(helper, text);
	}
}

static void on_readable(void *context)
{
	struct helper *helper = context;
	char line[ATTEND_LINE_SIZE];
	ssize_t got = recv(helper->socket_fd, line, sizeof line - 1, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	line[got > 0 ? got : 0] = '\0';
	if (got > 0)
		on_line(helper, line);
	else
		fail_with(helper, "ended by itself");
}

static void on_deadline(void *context)
{
	struct helper *helper = context;
	if (!helper->socket)
		fail_with(helper, "cannot be watched");
	else
		fail_with(helper, helper->state == HELPER_STARTING ? "did not start in time" : "did not end in time");
}

static void await(struct helper *helper, int64_t deadline_us)
{
	struct err err;
	helper->socket = loop_watch_fd(helper->loop, helper->socket_fd, on_readable, helper, &err);
	if (helper->socket)
		loop_timer_set(&helper->deadline, deadline_us);
	else
		loop_timer_set(&helper->deadline, 0); /* not from inside the caller's call */
}

/* ---- start and end ---- */

static size_t count_of(const char *const *arguments)
{
	size_t count = 0;
	while (arguments[count])
		count++;
	return count;
}

static pid_t spawn(struct helper *helper, const struct helper_options *options, struct err *err)
{
	size_t given = count_of(options->arguments);
	char **argv = mem_alloc_zero(given + 4, sizeof *argv);
	argv[0] = options->executable ? mem_strdup(options->executable) : fs_self_path();
	argv[1] = mem_strdup(options->command);
	argv[2] = mem_format("%d", SUPERVISOR_OWN_SOCKET);
	for (size_t i = 0; i < given; i++)
		argv[3 + i] = mem_strdup(options->arguments[i]);
	struct supervisor_own own = {.executable = argv[0], .argv = argv,
		.environment = (const char *const *)environ, .log_fd = options->log_fd,
		.passed_fd = options->passed_fd};
	pid_t pid = supervisor_own_spawn(&own, &helper->socket_fd, err);
	for (size_t i = 0; i < given + 3; i++)
		free(argv[i]);
	free(argv);
	return pid;
}

struct helper *helper_start(struct loop *loop, const struct helper_options *options, const struct err *refusal,
	void (*on_ready)(void *context), void *context)
{
	struct helper *helper = mem_alloc_zero(1, sizeof *helper);
	struct err err = {0};
	helper->loop = loop;
	helper->who = options->who;
	helper->on_ready = on_ready;
	helper->ready_context = context;
	helper->socket_fd = -1;
	loop_timer_init(&helper->deadline, loop, on_deadline, helper);
	helper->pid = refusal ? -1 : spawn(helper, options, &err);
	if (helper->pid > 0) {
		await(helper, HELPER_READY_DEADLINE_US);
		return helper;
	}
	helper->socket_fd = -1;
	helper->facts = failed_json(refusal ? refusal->text : err.text);
	loop_defer(loop, go_on, helper);
	return helper;
}

pid_t helper_pid(const struct helper *helper)
{
	return helper->pid;
}

/* Of children that were waited for, to 1/sysconf(_SC_CLK_TCK) s. */
static int64_t children_cpu_us(pid_t pid)
{
	char path[64];
	struct proc_stat stat;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	return proc_stat_read(path, &stat) ? (int64_t)stat.child_ticks * 1000000 / sysconf(_SC_CLK_TCK) : 0;
}

int64_t helper_cpu_us(const struct helper *helper)
{
	clockid_t clock;
	struct timespec used;
	if (!helper || helper->socket_fd < 0 || clock_getcpuclockid(helper->pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000 + children_cpu_us(helper->pid);
}

static void tell(const struct helper *helper, const char *order)
{
	send(helper->socket_fd, order, strlen(order), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void helper_go(const struct helper *helper)
{
	if (helper && helper->socket_fd >= 0)
		tell(helper, ATTEND_GO);
}

void helper_stop(struct helper *helper, helper_done_fn on_done, void *context)
{
	helper->on_done = on_done;
	helper->done_context = context;
	helper->state = HELPER_STOPPING;
	if (helper->facts) {
		loop_defer(helper->loop, go_on, helper);
		return;
	}
	tell(helper, ATTEND_STOP);
	await(helper, HELPER_DONE_DEADLINE_US);
}

static void free_now(void *context)
{
	struct helper *helper = context;
	loop_timer_release(&helper->deadline);
	json_free(helper->facts);
	free(helper);
}

void helper_free(struct helper *helper)
{
	if (!helper || helper->freed)
		return;
	helper->freed = true;
	let_go(helper);
	loop_defer(helper->loop, free_now, helper);
}
