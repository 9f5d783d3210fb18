/* One request, from its first line to its answer: the raw URI is kept as it came, the
 * headers are counted and given to the guard, the body is collected, and the handler is
 * called once it is complete: never for a truncated one.
 *
 * Ownership: an exchange belongs to libmicrohttpd's connection (its client context) and is
 * freed when that says that the request has ended. The service outlives its exchanges.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_HTTP_SERVER_EXCHANGE_H
#define WASMOGRAPH_HTTP_SERVER_EXCHANGE_H

#include <microhttpd.h>
#include <stddef.h>

#include "http/server.h"

/* What all exchanges of a server share. */
struct http_service {
	int port;
	size_t body_ceiling;
	size_t announced_bytes; /* bodies under way, by their Content-Length */
	http_handler_fn handler;
	void *context;
};

struct http_exchange;

struct http_exchange *http_exchange_new(struct http_service *service, const char *raw_uri);
void http_exchange_free(struct http_exchange *exchange); /* NULL is fine */

/* libmicrohttpd's access handler: once with the headers, once for each piece of the body,
 * once at the end with *length 0. */
enum MHD_Result http_exchange_step(struct http_exchange *exchange,
	struct MHD_Connection *connection, const char *method, const char *version,
	const char *piece, size_t *length);

#endif
