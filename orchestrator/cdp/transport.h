/* One WebSocket client connection, whole text messages in and out: a non-blocking socket in the
 * loop, with cdp/handshake and cdp/frames, which know the protocol.
 *
 * No proxy and no redirect is followed, and no ping or keep-alive is ever due: an open connection
 * on which nothing is said costs no wake-up. Received messages are put together in one buffer;
 * what the socket does not take waits in a queue.
 * Ownership: the transport is the caller's; on_closed is called at most once and
 * after it no other call comes; free it any time before its loop, also inside a callback
 * (deferred).
 * Threads: the loop's. */
#ifndef WASMOGRAPH_CDP_TRANSPORT_H
#define WASMOGRAPH_CDP_TRANSPORT_H

#include <stddef.h>

#include "base/err.h"
#include "loop/loop.h"

struct cdp_transport;

/* None is called from inside cdp_transport_open() or cdp_transport_send(). */
struct cdp_transport_events {
	void (*on_open)(void *context);
	void (*on_message)(const char *text, size_t length, void *context); /* borrowed; maybe not UTF-8 */
	/* ERR_CLOSED: refused, cut or closed, or no WebSocket; ERR_TIMEOUT: no handshake in a minute;
	 * ERR_TOO_LARGE: a message above the ceiling; ERR_INVALID: a binary message. */
	void (*on_closed)(const struct err *why, void *context);
	void *context;
};

/* Connects to ws://HOST:PORT/PATH; HOST is a numeric IPv4 address, PATH starts with '/'.
 * Messages above `ceiling_bytes` close the connection with ERR_TOO_LARGE. Returns NULL only
 * for an impossible request (ERR_USAGE) or without a descriptor for the socket (ERR_IO); a
 * refused connection arrives as on_closed, and so does a handshake that takes a minute: callers
 * have their own deadline. */
struct cdp_transport *cdp_transport_open(struct loop *loop, const char *host, int port,
	const char *path, size_t ceiling_bytes, const struct cdp_transport_events *events,
	struct err *err);

/* Queues one text message (copied), also before on_open. −1 with ERR_CLOSED once the
 * connection is gone. */
int cdp_transport_send(struct cdp_transport *transport, const char *text, size_t length,
	struct err *err);

void cdp_transport_free(struct cdp_transport *transport); /* closes without calling back; NULL is fine */

#endif
