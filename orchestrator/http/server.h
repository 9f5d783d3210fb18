/* The HTTP listener of a run (and later of `serve`): libmicrohttpd without threads, its
 * epoll fd in our loop. This file keeps sockets and time, server_exchange.c one request,
 * server_reply.c one answer; only these three know libmicrohttpd.
 *
 * Every request passes the guard first: exact Host, one Host header, one Content-Length, no
 * NUL or encoded bytes in the path, known method, caps. Every answer of ours carries, where its handler does not ask for less,
 * COOP same-origin, COEP require-corp, CORP same-origin, nosniff, CSP, Cache-Control: no-store and
 * Connection: close: no kept-alive socket can wake us inside a measured window.
 * A socket is cut after 10 s in which nothing moved, and after 60 s whatever moved. No
 * timer is armed once no socket is open.
 * SIGPIPE is ignored from the first server on, for the whole process: sendfile needs it.
 * Ownership: the server is the caller's. Threads: the loop's. */
#ifndef WASMOGRAPH_HTTP_SERVER_H
#define WASMOGRAPH_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "loop/loop.h"

struct http_server;

enum {
	HTTP_CONNECTIONS_MAX = 64,   /* further ones wait in the kernel's queue, unaccepted */
	HTTP_IDLE_TIMEOUT_S = 10,
	HTTP_CONNECTION_TIMEOUT_S = 60, /* 64 MiB in a minute is 1.1 MB/s: only a drip is slower */
};

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST };

struct http_request {
	enum http_method method;
	const char *path;        /* raw, starts with '/', no query; guarded */
	const char *query;       /* "" if none */
	const char *content_type;   /* "" if none */
	const char *accept_encoding; /* "" if none */
	const void *body;        /* POST: complete */
	size_t body_length;
};

struct http_response {
	int status;              /* 200, 204, 400, 403, 404, 405, 409, 413, …; not set: 500 */
	const char *content_type;   /* static or outliving the call */
	/* Exactly one of these, or neither for an empty body: */
	const void *body;        /* copied before the handler's return value is used */
	size_t body_length;
	const char *file;        /* absolute path of a regular file to send (sendfile); a link
	                          * or a file that is gone is answered with 404 */
	const char *content_encoding; /* NULL, "gzip", "br" */
	const char *allow;       /* with 405 */
	bool without_coop, without_coep; /* leaves that header out: for a page that is to be without isolation */
};

/* Answers one complete request; *response is zeroed before. Called on the loop, never
 * inside a window. A HEAD is answered as if it were a GET; the body is left out here. */
typedef void (*http_handler_fn)(const struct http_request *request,
	struct http_response *response, void *context);

struct http_options {
	const char *address;     /* "127.0.0.1", the only one: the guard knows no other Host */
	int port;                /* 0 = ephemeral */
	size_t body_ceiling;     /* bytes of a POST body, e.g. 64 MiB */
	http_handler_fn handler;
	void *context;
	int idle_timeout_s;      /* 0 = HTTP_IDLE_TIMEOUT_S */
	int connection_timeout_s; /* 0 = HTTP_CONNECTION_TIMEOUT_S */
};

/* ERR_BUSY with the port in the text when it is taken; ERR_USAGE for another address. */
struct http_server *http_server_new(struct loop *loop, const struct http_options *options,
	struct err *err);
/* Cuts what is open. From inside the handler it is done after the current turn; before
 * loop_free(). NULL is fine. */
void http_server_free(struct http_server *server);

int http_server_port(const struct http_server *server);
const char *http_server_origin(const struct http_server *server); /* "http://127.0.0.1:PORT" */

/* Sockets now open; the launch waits for 0 before it enters the window. */
int http_server_connections(const struct http_server *server);

/* Cuts the sockets on which no request has begun: browsers open spare ones, which
 * would otherwise stay for the idle timeout. */
void http_server_drop_idle(struct http_server *server);

#endif
