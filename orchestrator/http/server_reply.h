/* One answer: an http_response turned into libmicrohttpd's, with the headers that every
 * answer of ours carries.
 *
 * Ownership: nothing is kept; bodies are copied, files are opened here and closed by
 * libmicrohttpd. Threads: the loop's. */
#ifndef WASMOGRAPH_HTTP_SERVER_REPLY_H
#define WASMOGRAPH_HTTP_SERVER_REPLY_H

#include <microhttpd.h>

#include "http/server.h"

/* What libmicrohttpd's callback returns: MHD_NO cuts the connection, when not even an
 * answer could be queued. */
enum MHD_Result http_reply_send(struct MHD_Connection *connection,
	const struct http_response *response);

/* A refusal: `reason` and a newline as text/plain. */
enum MHD_Result http_reply_refuse(struct MHD_Connection *connection, int status,
	const char *reason);

#endif
