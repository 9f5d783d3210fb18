#include "run/ticks.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fs.h"
#include "base/mem.h"
#include "host/ticks_sampler.h"
#include "host/ticks_table.h"
#include "supervisor/own.h"

enum ticks_state {
	TICKS_STARTING, /* on_ready is owed */
	TICKS_RUNNING,  /* nothing is watched */
	TICKS_STOPPING, /* on_done is owed */
	TICKS_ENDED,
};

struct ticks {
	struct loop *loop;
	enum ticks_state state;
	void (*on_ready)(void *context);
	ticks_done_fn on_done;
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

static void unwatch(struct ticks *ticks)
{
	loop_timer_cancel(&ticks->deadline);
	loop_unwatch_fd(ticks->socket);
	ticks->socket = NULL;
}

/* Closing our end ends it; the kill is for one that hangs. Reaped by the loop whenever it is dead. */
static void let_go(struct ticks *ticks)
{
	unwatch(ticks);
	if (ticks->socket_fd < 0)
		return;
	close(ticks->socket_fd);
	ticks->socket_fd = -1;
	kill(ticks->pid, SIGKILL); /* not reaped yet: the pid is still its own */
	loop_watch_child(ticks->loop, ticks->pid, on_reaped, NULL, NULL);
}

/* ---- its answers ---- */

/* Calls what is owed. */
static void go_on(void *context)
{
	struct ticks *ticks = context;
	if (ticks->freed)
		return;
	if (ticks->state == TICKS_STARTING) {
		ticks->state = TICKS_RUNNING;
		ticks->on_ready(ticks->ready_context);
	} else if (ticks->state == TICKS_STOPPING) {
		ticks->state = TICKS_ENDED;
		ticks->on_done(ticks->facts, ticks->done_context);
	}
}

static void fail(struct ticks *ticks, const char *why)
{
	let_go(ticks);
	ticks->facts = json_new_object();
	json_set_text(ticks->facts, "failed", why);
	go_on(ticks);
}

static const char *after(const char *line, const char *word)
{
	size_t length = strlen(word);
	return strncmp(line, word, length) == 0 ? line + length : NULL;
}

static void on_done_line(struct ticks *ticks, const char *text)
{
	struct err err;
	struct json *facts = json_parse(text, strlen(text), TICKS_LINE_SIZE, "the sampler's facts", &err);
	if (!facts) {
		fail(ticks, err.text);
		return;
	}
	ticks->facts = facts;
	let_go(ticks);
	go_on(ticks);
}

static void on_line(struct ticks *ticks, const char *line)
{
	const char *text;
	if (ticks->state == TICKS_STARTING && strcmp(line, TICKS_READY) == 0) {
		unwatch(ticks);
		go_on(ticks);
	} else if ((text = after(line, TICKS_FAILED))) {
		fail(ticks, text);
	} else if (ticks->state == TICKS_STOPPING && (text = after(line, TICKS_DONE))) {
		on_done_line(ticks, text);
	}
}

static void on_readable(void *context)
{
	struct ticks *ticks = context;
	char line[TICKS_LINE_SIZE];
	ssize_t got = recv(ticks->socket_fd, line, sizeof line - 1, MSG_DONTWAIT);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	line[got > 0 ? got : 0] = '\0';
	if (got > 0)
		on_line(ticks, line);
	else
		fail(ticks, "the sampler ended by itself");
}

static void on_deadline(void *context)
{
	struct ticks *ticks = context;
	if (!ticks->socket)
		fail(ticks, "the sampler cannot be watched");
	else
		fail(ticks, ticks->state == TICKS_STARTING ? "the sampler did not start in time"
			: "the sampler did not write its file in time");
}

static void await(struct ticks *ticks, int64_t deadline_us)
{
	struct err err;
	ticks->socket = loop_watch_fd(ticks->loop, ticks->socket_fd, on_readable, ticks, &err);
	if (ticks->socket)
		loop_timer_set(&ticks->deadline, deadline_us);
	else
		loop_timer_set(&ticks->deadline, 0); /* not from inside the caller's call */
}

/* ---- start and end ---- */

enum { ARGUMENTS = 9 };

static pid_t spawn(struct ticks *ticks, const struct ticks_options *options, struct err *err)
{
	if (options->renderer <= 0)
		return err_set(err, ERR_NOT_FOUND, "the page's renderer was not found");
	if (options->out_fd < 0)
		return err_set(err, ERR_IO, "the file for the ticks could not be made");
	int64_t period_us = options->period_us ? options->period_us : TICKS_PERIOD_US;
	int64_t rows = options->longest_us / period_us + 1;
	char *executable = options->executable ? mem_strdup(options->executable) : fs_self_path();
	char *argv[ARGUMENTS + 1] = {executable, mem_strdup("ticks"), mem_format("%d", SUPERVISOR_OWN_SOCKET),
		mem_format("%d", SUPERVISOR_OWN_PASSED), mem_format("%d", (int)options->renderer),
		mem_format("%lld", (long long)period_us),
		mem_format("%lld", (long long)(rows < TICKS_ROWS_MAX ? rows : TICKS_ROWS_MAX)),
		mem_format("%d", options->group_version), mem_strdup(options->group_version ? options->group_path : "")};
	struct supervisor_own own = {.executable = executable, .argv = argv,
		.environment = (const char *const *)environ, .log_fd = options->log_fd,
		.passed_fd = options->out_fd};
	pid_t pid = supervisor_own_spawn(&own, &ticks->socket_fd, err);
	for (int i = 0; i < ARGUMENTS; i++)
		free(argv[i]);
	return pid;
}

struct ticks *ticks_start(struct loop *loop, const struct ticks_options *options,
	void (*on_ready)(void *context), void *context)
{
	struct ticks *ticks = mem_alloc_zero(1, sizeof *ticks);
	struct err err;
	ticks->loop = loop;
	ticks->on_ready = on_ready;
	ticks->ready_context = context;
	ticks->socket_fd = -1;
	loop_timer_init(&ticks->deadline, loop, on_deadline, ticks);
	ticks->pid = spawn(ticks, options, &err);
	if (ticks->pid > 0) {
		await(ticks, TICKS_READY_DEADLINE_US);
		return ticks;
	}
	ticks->socket_fd = -1;
	ticks->facts = json_new_object();
	json_set_text(ticks->facts, "failed", err.text);
	loop_defer(loop, go_on, ticks);
	return ticks;
}

pid_t ticks_pid(const struct ticks *ticks)
{
	return ticks->pid;
}

int64_t ticks_cpu_us(const struct ticks *ticks)
{
	clockid_t clock;
	struct timespec used;
	if (!ticks || ticks->socket_fd < 0 || clock_getcpuclockid(ticks->pid, &clock) != 0 ||
	    clock_gettime(clock, &used) != 0)
		return 0;
	return (int64_t)used.tv_sec * 1000000 + used.tv_nsec / 1000;
}

void ticks_stop(struct ticks *ticks, ticks_done_fn on_done, void *context)
{
	ticks->on_done = on_done;
	ticks->done_context = context;
	ticks->state = TICKS_STOPPING;
	if (ticks->facts) {
		loop_defer(ticks->loop, go_on, ticks);
		return;
	}
	send(ticks->socket_fd, TICKS_STOP, strlen(TICKS_STOP), MSG_NOSIGNAL | MSG_DONTWAIT);
	await(ticks, TICKS_DONE_DEADLINE_US);
}

static void free_now(void *context)
{
	struct ticks *ticks = context;
	loop_timer_release(&ticks->deadline);
	json_free(ticks->facts);
	free(ticks);
}

void ticks_free(struct ticks *ticks)
{
	if (!ticks || ticks->freed)
		return;
	ticks->freed = true;
	let_go(ticks);
	loop_defer(ticks->loop, free_now, ticks);
}
