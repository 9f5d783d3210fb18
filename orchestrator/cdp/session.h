/* A CDP connection with its commands: ids, deadlines, sessions, events.
 *
 * Every command has a deadline and its callback is called exactly once: with the reply,
 * with ERR_REFUSED (the browser's error), ERR_TIMEOUT, or ERR_CLOSED when the socket is lost
 * (which fails every pending command once, in the order sent, before on_closed).
 * A reply that comes after its deadline is dropped and counted; an unknown id or a malformed
 * message closes the connection with ERR_INVALID. All deadlines share one timer, set to the
 * earliest and to nothing when no command waits.
 * Ownership: the connection is the caller's; results given to callbacks are borrowed for
 * the call. Freeing inside a callback is allowed (deferred); free it before its loop.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_CDP_SESSION_H
#define WASMOGRAPH_CDP_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "loop/loop.h"

struct cdp_connection;

/* None may be NULL; none is called from inside cdp_connect() or cdp_send(). */
struct cdp_connection_events {
	void (*on_open)(void *context);
	/* Every event of every session; session "" is the browser's. */
	void (*on_event)(const char *session, const char *method, const struct json *params,
		void *context);
	/* At most once, and nothing after it but the callbacks of commands sent later:
	 * ERR_CLOSED, ERR_TIMEOUT (handshake), ERR_INVALID, ERR_TOO_LARGE (cdp/message.h). */
	void (*on_closed)(const struct err *why, void *context);
	void *context;
};

/* `open_deadline_us`: time for the handshake, from now; then on_closed with ERR_TIMEOUT. NULL as
 * cdp_transport_open(). */
struct cdp_connection *cdp_connect(struct loop *loop, const char *host, int port,
	const char *path, int64_t open_deadline_us, const struct cdp_connection_events *events,
	struct err *err);
/* Pending callbacks get ERR_CLOSED before this returns; on_closed is not called. NULL is fine. */
void cdp_connection_free(struct cdp_connection *connection);

/* result (an object) is NULL when err is not. */
typedef void (*cdp_reply_fn)(const struct json *result, const struct err *err, void *context);

/* Sends METHOD on `session` (NULL or "" = browser), also before on_open. `params_taken` may be
 * NULL, and so may `on_reply`. `deadline_us` counts from now. The callback is called later, never
 * from inside cdp_send(), even when the connection is gone already. */
void cdp_send(struct cdp_connection *connection, const char *session, const char *method,
	struct json *params_taken, int64_t deadline_us, cdp_reply_fn on_reply, void *context);

/* As cdp_send(), for replies that are not worth reading as JSON, such as those of IO.read: `text` is
 * the whole reply as it came, borrowed for the call, of which nothing but its id was read;
 * NULL when err is not. */
typedef void (*cdp_raw_fn)(const char *text, size_t length, const struct err *err, void *context);
void cdp_send_raw(struct cdp_connection *connection, const char *session, const char *method,
	struct json *params_taken, int64_t deadline_us, cdp_raw_fn on_reply, void *context);

/* Commands waiting for a reply, and replies that came too late. */
int cdp_pending(const struct cdp_connection *connection);
int64_t cdp_late_replies(const struct cdp_connection *connection);

#endif
