#include "cdp/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/mono.h"
#include "cdp/commands.h"
#include "cdp/message.h"
#include "cdp/transport.h"

struct cdp_connection {
	struct loop *loop;
	struct cdp_transport *transport; /* NULL once lost */
	struct cdp_connection_events events;
	struct cdp_commands commands;
	struct loop_timer opening;  /* the handshake's deadline */
	struct loop_timer deadline; /* the earliest of all commands */
	int64_t deadline_us;        /* what `deadline` is set to; INT64_MAX: to nothing */
	int64_t open_limit_us;
	int64_t last_id;
	int64_t late_replies;
	struct err why; /* once lost */
	bool lost;
	bool freed; /* by the caller; the memory goes with a deferred call */
	bool failing_later; /* on_fail_later is deferred */
};

/* A century: now + deadline must stay inside 63 bits. */
static const int64_t longest_deadline_us = INT64_C(100) * 365 * 86400 * 1000 * 1000;

static void fail(const struct cdp_command *command, const struct err *err)
{
	if (command->on_raw)
		command->on_raw(NULL, 0, err, command->context);
	else if (command->on_reply)
		command->on_reply(NULL, err, command->context);
}

/* A timer that is set to a command already answered would wake us inside a window. */
static void set_deadline(struct cdp_connection *connection)
{
	int64_t earliest_us = cdp_commands_earliest_us(&connection->commands);
	if (earliest_us == connection->deadline_us)
		return;
	connection->deadline_us = earliest_us;
	if (earliest_us == INT64_MAX)
		loop_timer_cancel(&connection->deadline);
	else
		loop_timer_set(&connection->deadline, earliest_us - mono_now_us());
}

/* Fails, in the order sent, what waits now; what the callbacks send is left for later. */
static void fail_waiting(struct cdp_connection *connection)
{
	int64_t last_id = connection->last_id;
	struct cdp_command command;
	while (cdp_commands_take_first(&connection->commands, last_id, &command)) {
		struct err err;
		err_set(&err, ERR_CLOSED, "%s was not answered: %s", command.method, connection->why.text);
		fail(&command, &err);
	}
}

static void on_fail_later(void *context)
{
	struct cdp_connection *connection = context;
	connection->failing_later = false;
	fail_waiting(connection);
}

static void fail_later(struct cdp_connection *connection)
{
	if (connection->failing_later)
		return;
	connection->failing_later = true;
	loop_defer(connection->loop, on_fail_later, connection);
}

static void disconnect(struct cdp_connection *connection, const struct err *why)
{
	connection->lost = true;
	connection->why = *why;
	cdp_transport_free(connection->transport);
	connection->transport = NULL;
	loop_timer_release(&connection->opening);
	loop_timer_release(&connection->deadline);
}

static void lose(struct cdp_connection *connection, const struct err *why)
{
	disconnect(connection, why);
	fail_waiting(connection); /* a callback may free the connection */
	if (!connection->freed)
		connection->events.on_closed(&connection->why, connection->events.context);
}

static void on_transport_open(void *context)
{
	struct cdp_connection *connection = context;
	loop_timer_cancel(&connection->opening);
	connection->events.on_open(connection->events.context);
}

static void on_transport_closed(const struct err *why, void *context)
{
	lose(context, why);
}

static void on_opening_expired(void *context)
{
	struct cdp_connection *connection = context;
	struct err why;
	err_set(&why, ERR_TIMEOUT, "the browser did not accept the debugging connection within %.1f s",
		(double)connection->open_limit_us / 1e6);
	lose(connection, &why);
}

static void on_deadline(void *context)
{
	struct cdp_connection *connection = context;
	int64_t now_us = mono_now_us();
	struct cdp_command command;
	connection->deadline_us = INT64_MAX; /* the timer is spent */
	while (!connection->lost && cdp_commands_take_expired(&connection->commands, now_us, &command)) {
		struct err err;
		err_set(&err, ERR_TIMEOUT, "%s was not answered by its deadline", command.method);
		fail(&command, &err);
	}
	if (!connection->lost)
		set_deadline(connection);
}

static void answer_refused(const struct cdp_command *command, const struct cdp_message *reply)
{
	struct err err;
	err_set(&err, ERR_REFUSED, "the browser refused %s: %s%s%s (%" PRId64 ")", command->method,
		reply->error_text, reply->error_data[0] ? ": " : "", reply->error_data, reply->error_code);
	fail(command, &err);
}

static void answer(const struct cdp_command *command, const struct cdp_message *reply,
	const char *text, size_t length)
{
	if (reply->kind == CDP_ERROR_REPLY)
		answer_refused(command, reply);
	else if (command->on_raw)
		command->on_raw(text, length, NULL, command->context);
	else if (command->on_reply)
		command->on_reply(reply->result, NULL, command->context);
}

static void reply_arrived(struct cdp_connection *connection, const struct cdp_message *reply,
	const char *text, size_t length)
{
	struct cdp_command command;
	if (cdp_commands_take(&connection->commands, reply->id, &command)) {
		set_deadline(connection);
		answer(&command, reply, text, length);
		return;
	}
	if (cdp_commands_forget_expired(&connection->commands, reply->id)) {
		connection->late_replies++;
		return;
	}
	struct err why;
	err_set(&why, ERR_INVALID, "the browser answered command %" PRId64 ", which was not waiting",
		reply->id);
	lose(connection, &why);
}

/* The short way of a reply that its command wants raw; false when this is none. */
static bool raw_reply_arrived(struct cdp_connection *connection, const char *text, size_t length)
{
	int64_t id = cdp_message_reply_id(text, length);
	const struct cdp_command *waiting = id ? cdp_commands_find(&connection->commands, id) : NULL;
	struct cdp_command command;
	if (!waiting || !waiting->on_raw || !cdp_commands_take(&connection->commands, id, &command))
		return false;
	set_deadline(connection);
	command.on_raw(text, length, NULL, command.context);
	return true;
}

static void on_transport_message(const char *text, size_t length, void *context)
{
	struct cdp_connection *connection = context;
	if (raw_reply_arrived(connection, text, length))
		return;
	struct cdp_message message;
	struct err err;
	if (cdp_message_parse(text, length, &message, &err) < 0) {
		lose(connection, &err);
		return;
	}
	if (message.kind == CDP_EVENT)
		connection->events.on_event(message.session, message.method, message.result,
			connection->events.context);
	else
		reply_arrived(connection, &message, text, length);
	cdp_message_release(&message);
}

static struct cdp_connection *new_connection(struct loop *loop,
	const struct cdp_connection_events *events)
{
	struct cdp_connection *connection = mem_alloc_zero(1, sizeof *connection);
	connection->loop = loop;
	connection->events = *events;
	connection->deadline_us = INT64_MAX;
	cdp_commands_init(&connection->commands);
	loop_timer_init(&connection->opening, loop, on_opening_expired, connection);
	loop_timer_init(&connection->deadline, loop, on_deadline, connection);
	return connection;
}

struct cdp_connection *cdp_connect(struct loop *loop, const char *host, int port,
	const char *path, int64_t open_deadline_us, const struct cdp_connection_events *events,
	struct err *err)
{
	struct cdp_connection *connection = new_connection(loop, events);
	const struct cdp_transport_events transport_events = {
		.on_open = on_transport_open,
		.on_message = on_transport_message,
		.on_closed = on_transport_closed,
		.context = connection,
	};
	connection->transport = cdp_transport_open(loop, host, port, path, CDP_MESSAGE_CEILING,
		&transport_events, err);
	if (!connection->transport) {
		free(connection);
		return NULL;
	}
	connection->open_limit_us = open_deadline_us;
	loop_timer_set(&connection->opening, open_deadline_us);
	return connection;
}

/* What callbacks sent while the connection was being freed gets its answer first. */
static void on_free(void *context)
{
	struct cdp_connection *connection = context;
	fail_waiting(connection);
	if (connection->failing_later || connection->commands.waiting_count > 0) {
		loop_defer(connection->loop, on_free, connection);
		return;
	}
	cdp_commands_release(&connection->commands);
	free(connection);
}

void cdp_connection_free(struct cdp_connection *connection)
{
	if (!connection || connection->freed)
		return;
	connection->freed = true;
	if (!connection->lost) {
		struct err why;
		err_set(&why, ERR_CLOSED, "the connection to the browser was closed by us");
		disconnect(connection, &why);
	}
	fail_waiting(connection);
	loop_defer(connection->loop, on_free, connection);
}

static int64_t deadline_from_now(int64_t deadline_us)
{
	return mono_now_us() + (deadline_us < longest_deadline_us ? deadline_us : longest_deadline_us);
}

static void transmit(struct cdp_connection *connection, const char *text)
{
	/* When the transport is gone already, its on_closed is on the way and fails the command. */
	struct err ignored;
	if (connection->lost)
		fail_later(connection);
	else if (cdp_transport_send(connection->transport, text, strlen(text), &ignored) == 0)
		set_deadline(connection);
}

static void send_command(struct cdp_connection *connection, const char *session,
	const char *method, struct json *params_taken, int64_t deadline_us, struct cdp_command *command)
{
	command->id = ++connection->last_id;
	command->deadline_us = deadline_from_now(deadline_us);
	snprintf(command->method, sizeof command->method, "%s", method);
	cdp_commands_add(&connection->commands, command);
	char *text = cdp_message_command(command->id, session, method, params_taken);
	transmit(connection, text);
	free(text);
	json_free(params_taken);
}

void cdp_send(struct cdp_connection *connection, const char *session, const char *method,
	struct json *params_taken, int64_t deadline_us, cdp_reply_fn on_reply, void *context)
{
	struct cdp_command command = {.on_reply = on_reply, .context = context};
	send_command(connection, session, method, params_taken, deadline_us, &command);
}

void cdp_send_raw(struct cdp_connection *connection, const char *session, const char *method,
	struct json *params_taken, int64_t deadline_us, cdp_raw_fn on_reply, void *context)
{
	struct cdp_command command = {.on_raw = on_reply, .context = context};
	send_command(connection, session, method, params_taken, deadline_us, &command);
}

int cdp_pending(const struct cdp_connection *connection)
{
	return connection->commands.waiting_count;
}

int64_t cdp_late_replies(const struct cdp_connection *connection)
{
	return connection->late_replies;
}
