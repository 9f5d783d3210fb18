#include "http/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mono.h"
#include "http/server_exchange.h"

/* Request line and headers of one connection, and the size of the pieces in which a body
 * arrives. Chromium's requests are under 1 KiB; what does not fit is answered by
 * libmicrohttpd with 414 or 431. */
enum { CONNECTION_MEMORY_BYTES = 32 * 1024 };
enum { BACKLOG = 128, US_PER_MS = 1000, US_PER_S = 1000 * 1000 };

/* One accepted socket, in the order of acceptance, so that the head is the oldest. */
struct connection {
	struct connection *previous, *next;
	int fd; /* libmicrohttpd's */
	int64_t opened_us;
	bool began; /* a request line has come */
	bool cut;
};

struct http_server {
	struct loop *loop;
	struct http_service service;
	struct MHD_Daemon *daemon;
	struct loop_fd *watch;
	struct loop_timer work_timer; /* libmicrohttpd's: work left over, or its idle timeout */
	struct loop_timer cut_timer;  /* the oldest socket's end */
	int64_t connection_timeout_us;
	struct connection *oldest, *newest;
	int connections;
	bool running;  /* inside MHD_run() */
	bool closed_one; /* in the pass under way */
	char origin[32];
};

/* Ends a socket that libmicrohttpd owns: it sees the hang-up, tells us and closes it. */
static void cut(struct connection *connection)
{
	if (!connection->cut)
		shutdown(connection->fd, SHUT_RDWR);
	connection->cut = true;
}

/* One pass over what is ready. Its sockets are edge-triggered: the timer must follow every
 * pass, or what did not fit into this one would stay. A pass that closed a socket is
 * followed by another: at the connection limit libmicrohttpd takes the listener out of
 * its epoll set, closes sockets at a pass's end and puts the listener back only at the
 * next one's beginning, for which no event and no timeout of its own would come. */
static void pump(struct http_server *server)
{
	MHD_UNSIGNED_LONG_LONG wait_ms = 0;
	server->running = true;
	server->closed_one = false;
	MHD_run(server->daemon);
	server->running = false;
	if (server->closed_one)
		loop_timer_set(&server->work_timer, 0);
	else if (MHD_get_timeout(server->daemon, &wait_ms) == MHD_YES)
		loop_timer_set(&server->work_timer, (int64_t)wait_ms * US_PER_MS);
	else
		loop_timer_cancel(&server->work_timer);
}

static void on_work(void *context)
{
	pump(context);
}

static void arm_cut_timer(struct http_server *server)
{
	const struct connection *first = server->oldest;
	while (first && first->cut)
		first = first->next;
	if (!first) {
		loop_timer_cancel(&server->cut_timer);
		return;
	}
	int64_t left_us = first->opened_us + server->connection_timeout_us - mono_now_us();
	loop_timer_set(&server->cut_timer, left_us > 0 ? left_us : 0);
}

static void on_cut_time(void *context)
{
	struct http_server *server = context;
	int64_t now_us = mono_now_us();
	for (struct connection *c = server->oldest; c; c = c->next)
		if (now_us - c->opened_us >= server->connection_timeout_us)
			cut(c);
	arm_cut_timer(server);
	pump(server);
}

static void on_connected(struct http_server *server, struct MHD_Connection *mhd,
	void **socket_context)
{
	struct connection *connection = mem_alloc_zero(1, sizeof *connection);
	connection->fd = MHD_get_connection_info(mhd,
		MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	connection->opened_us = mono_now_us();
	connection->previous = server->newest;
	if (server->newest)
		server->newest->next = connection;
	else
		server->oldest = connection;
	server->newest = connection;
	server->connections++;
	*socket_context = connection;
	if (server->oldest == connection)
		arm_cut_timer(server);
}

static void on_disconnected(struct http_server *server, void **socket_context)
{
	struct connection *connection = *socket_context;
	bool was_oldest = server->oldest == connection;
	if (connection->previous)
		connection->previous->next = connection->next;
	else
		server->oldest = connection->next;
	if (connection->next)
		connection->next->previous = connection->previous;
	else
		server->newest = connection->previous;
	server->connections--;
	server->closed_one = true;
	free(connection);
	*socket_context = NULL;
	if (was_oldest)
		arm_cut_timer(server);
}

static void on_connection(void *context, struct MHD_Connection *mhd, void **socket_context,
	enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		on_connected(context, mhd, socket_context);
	else
		on_disconnected(context, socket_context);
}

static void *on_request_line(void *context, const char *raw_uri, struct MHD_Connection *mhd)
{
	struct http_server *server = context;
	struct connection *connection = MHD_get_connection_info(mhd,
		MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
	connection->began = true;
	return http_exchange_new(&server->service, raw_uri);
}

/* `decoded_path` is what libmicrohttpd makes of %00 and the like: not looked at. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *mhd,
	const char *decoded_path, const char *method, const char *version, const char *piece,
	size_t *length, void **exchange)
{
	(void)context;
	(void)decoded_path;
	return http_exchange_step(*exchange, mhd, method, version, piece, length);
}

static void on_request_ended(void *context, struct MHD_Connection *mhd, void **exchange,
	enum MHD_RequestTerminationCode code)
{
	(void)context;
	(void)mhd;
	(void)code;
	http_exchange_free(*exchange);
	*exchange = NULL;
}

static int bind_error(int port, int errnum, struct err *err)
{
	if (errnum == EADDRINUSE)
		return err_set(err, ERR_BUSY, "port %d on 127.0.0.1 is taken by another program; "
			"end it, or choose another port", port);
	return err_set_errno(err, ERR_ENVIRONMENT, errnum, "cannot listen on 127.0.0.1 port %d",
		port);
}

/* A listening socket, or -1. SO_REUSEADDR: every answer is closed from this side, so the
 * port would be held by TIME_WAIT for a minute after a restart. */
static int open_listener(int port, struct err *err)
{
	const int on = 1;
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot open a socket");
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	int errnum = errno;
	close(fd);
	return bind_error(port, errnum, err);
}

static int port_of(int fd)
{
	struct sockaddr_in address = {0};
	socklen_t length = sizeof address;
	getsockname(fd, (struct sockaddr *)&address, &length);
	return ntohs(address.sin_port);
}

/* No MHD_ALLOW_SUSPEND_RESUME: nothing is ever suspended, and MHD_stop_daemon() would abort
 * on a suspended connection. No MHD_USE_ERROR_LOG: it writes what peers do wrong to
 * stderr. MHD_OPTION_SIGPIPE_HANDLED_BY_APP: without it there is no sendfile. */
static struct MHD_Daemon *start_daemon(struct http_server *server, int listener, int idle_timeout_s)
{
	return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, server,
		MHD_OPTION_LISTEN_SOCKET, listener,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)idle_timeout_s,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, server,
		MHD_OPTION_URI_LOG_CALLBACK, on_request_line, server,
		MHD_OPTION_NOTIFY_COMPLETED, on_request_ended, server,
		MHD_OPTION_END);
}

static int start(struct http_server *server, const struct http_options *options, struct err *err)
{
	int idle_timeout_s = options->idle_timeout_s ? options->idle_timeout_s : HTTP_IDLE_TIMEOUT_S;
	int listener = open_listener(options->port, err);
	if (listener < 0)
		return -1;
	server->service.port = port_of(listener);
	snprintf(server->origin, sizeof server->origin, "http://127.0.0.1:%d", server->service.port);
	server->daemon = start_daemon(server, listener, idle_timeout_s);
	if (!server->daemon) {
		close(listener);
		return err_set(err, ERR_ENVIRONMENT, "libmicrohttpd cannot start on port %d: too few "
			"file descriptors (ulimit -n), or a build of it without epoll",
			server->service.port);
	}
	int epoll_fd = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	server->watch = loop_watch_fd(server->loop, epoll_fd, on_work, server, err);
	return server->watch ? 0 : -1;
}

static void destroy(void *context)
{
	struct http_server *server = context;
	loop_unwatch_fd(server->watch);
	if (server->daemon)
		MHD_stop_daemon(server->daemon);
	loop_timer_release(&server->work_timer);
	loop_timer_release(&server->cut_timer);
	free(server);
}

struct http_server *http_server_new(struct loop *loop, const struct http_options *options,
	struct err *err)
{
	if (strcmp(options->address, "127.0.0.1") != 0) {
		err_set(err, ERR_USAGE, "cannot listen on %s: only 127.0.0.1 is served",
			options->address);
		return NULL;
	}
	signal(SIGPIPE, SIG_IGN);
	struct http_server *server = mem_alloc_zero(1, sizeof *server);
	server->loop = loop;
	server->service.body_ceiling = options->body_ceiling;
	server->service.handler = options->handler;
	server->service.context = options->context;
	server->connection_timeout_us = (int64_t)US_PER_S * (options->connection_timeout_s ?
		options->connection_timeout_s : HTTP_CONNECTION_TIMEOUT_S);
	loop_timer_init(&server->work_timer, loop, on_work, server);
	loop_timer_init(&server->cut_timer, loop, on_cut_time, server);
	if (start(server, options, err) == 0)
		return server;
	destroy(server);
	return NULL;
}

void http_server_free(struct http_server *server)
{
	if (!server)
		return;
	if (server->running)
		loop_defer(server->loop, destroy, server);
	else
		destroy(server);
}

int http_server_port(const struct http_server *server)
{
	return server->service.port;
}

const char *http_server_origin(const struct http_server *server)
{
	return server->origin;
}

int http_server_connections(const struct http_server *server)
{
	return server->connections;
}

void http_server_drop_idle(struct http_server *server)
{
	for (struct connection *c = server->oldest; c; c = c->next)
		if (!c->began)
			cut(c);
	if (!server->running)
		pump(server);
}
