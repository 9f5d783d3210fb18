#include "supervisor/supervisor.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "supervisor/message.h"
#include "supervisor/spawn.h"

/* From "stop" to the supervisor's end. Killing and deleting took 3–171 ms in 50 trials
 * (525 ms at worst); a supervisor that needs longer than this is stopped or stuck. */
enum { STOP_DEADLINE_US = 4000000 };

struct supervisor {
	struct loop *loop;
	struct supervisor_events events;
	pid_t pid;
	int socket_fd;            /* −1 once closed */
	struct loop_fd *socket;
	struct loop_child *child; /* NULL once the supervisor has gone */
	struct loop_timer deadline;
	bool stopping;
	bool said_clean;
	bool freed;               /* no callback any more */
};

static void close_socket(struct supervisor *supervisor)
{
	loop_unwatch_fd(supervisor->socket);
	supervisor->socket = NULL;
	if (supervisor->socket_fd >= 0)
		close(supervisor->socket_fd);
	supervisor->socket_fd = -1;
}

static void deliver(struct supervisor *supervisor, const struct supervisor_message *message)
{
	const struct supervisor_events *events = &supervisor->events;
	struct err why;
	switch (message->kind) {
	case SUPERVISOR_GROUP:
		if (events->on_group)
			events->on_group(message->version, message->text, events->context);
		break;
	case SUPERVISOR_CPUSET:
		if (events->on_cpuset)
			events->on_cpuset(message->version, message->text, events->context);
		break;
	case SUPERVISOR_STARTED:
		events->on_started(message->pid, events->context);
		break;
	case SUPERVISOR_FAILED:
		err_set(&why, ERR_ENVIRONMENT, "%s", message->text);
		events->on_failed(&why, events->context);
		break;
	case SUPERVISOR_EXITED:
		events->on_exited(message->code, message->signal, events->context);
		break;
	case SUPERVISOR_CLEAN:
		supervisor->said_clean = true;
		break;
	}
}

/* Reads what is there; a callback may free us meanwhile. */
static void on_readable(void *context)
{
	struct supervisor *supervisor = context;
	while (!supervisor->freed && supervisor->socket_fd >= 0) {
		char line[SUPERVISOR_LINE_SIZE];
		struct supervisor_message message;
		ssize_t got = recv(supervisor->socket_fd, line, sizeof line, MSG_DONTWAIT);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0)
			close_socket(supervisor); /* it is ending: on_ended follows */
		else if (supervisor_message_parse(line, (size_t)got, &message) == 0)
			deliver(supervisor, &message);
	}
}

/* Its last lines may still lie in the socket: the pidfd can be seen first. */
static void on_ended(int code, int signal, void *context)
{
	struct supervisor *supervisor = context;
	(void)signal;
	supervisor->child = NULL;
	loop_timer_cancel(&supervisor->deadline);
	on_readable(supervisor);
	close_socket(supervisor);
	if (!supervisor->freed)
		supervisor->events.on_gone(supervisor->said_clean && code == 0, supervisor->events.context);
}

/* It does not end: killed, so that the caller's wait is bounded. on_gone(false) follows; the
 * browser has its parent-death signal, and the caller sweeps the rest. */
static void on_stop_deadline(void *context)
{
	struct supervisor *supervisor = context;
	if (supervisor->child)
		kill(supervisor->pid, SIGKILL); /* not reaped yet: the pid is still its own */
}

static int watch(struct supervisor *supervisor, struct err *err)
{
	supervisor->child = loop_watch_child(supervisor->loop, supervisor->pid, on_ended, supervisor, err);
	if (!supervisor->child)
		return -1;
	supervisor->socket = loop_watch_fd(supervisor->loop, supervisor->socket_fd, on_readable,
		supervisor, err);
	return supervisor->socket ? 0 : -1;
}

struct supervisor *supervisor_start(struct loop *loop, const struct supervisor_options *options,
	const struct supervisor_events *events, struct err *err)
{
	struct supervisor *supervisor = mem_alloc_zero(1, sizeof *supervisor);
	supervisor->loop = loop;
	supervisor->events = *events;
	supervisor->pid = supervisor_spawn(options, &supervisor->socket_fd, err);
	if (supervisor->pid < 0) {
		free(supervisor);
		return NULL;
	}
	loop_timer_init(&supervisor->deadline, loop, on_stop_deadline, supervisor);
	if (watch(supervisor, err)) {
		supervisor_free(supervisor);
		return NULL;
	}
	return supervisor;
}

pid_t supervisor_pid(const struct supervisor *supervisor)
{
	return supervisor->pid;
}

void supervisor_stop(struct supervisor *supervisor)
{
	if (supervisor->stopping || !supervisor->child)
		return;
	supervisor->stopping = true;
	if (supervisor->socket_fd >= 0)
		send(supervisor->socket_fd, SUPERVISOR_STOP, strlen(SUPERVISOR_STOP),
			MSG_NOSIGNAL | MSG_DONTWAIT);
	loop_timer_set(&supervisor->deadline, STOP_DEADLINE_US);
}

static void on_forgotten_ended(int code, int signal, void *context)
{
	(void)code, (void)signal, (void)context;
}

static void free_now(void *context)
{
	struct supervisor *supervisor = context;
	loop_timer_release(&supervisor->deadline);
	free(supervisor);
}

void supervisor_free(struct supervisor *supervisor)
{
	if (!supervisor || supervisor->freed)
		return;
	supervisor->freed = true;
	close_socket(supervisor);
	if (supervisor->child) {
		/* Nobody waits for it any more, but somebody must reap it. */
		loop_unwatch_child(supervisor->child);
		loop_watch_child(supervisor->loop, supervisor->pid, on_forgotten_ended, NULL, NULL);
	}
	loop_defer(supervisor->loop, free_now, supervisor);
}
