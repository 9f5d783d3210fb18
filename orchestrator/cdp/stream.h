/* Pulls a stream of the browser (IO domain: a trace, a snapshot) to a descriptor, in bounded
 * memory: no JSON is built, and at most two pieces are on their way.
 *
 * Ownership: the handle is the caller's, free it any time, at the latest before the loop; the
 * descriptor is borrowed until then or until on_done. Pulling writes with blocking calls: not
 * for inside a measured window. Threads: the loop's. */
#ifndef WASMOGRAPH_CDP_STREAM_H
#define WASMOGRAPH_CDP_STREAM_H

#include <stdint.h>

#include "base/err.h"
#include "cdp/session.h"
#include "loop/loop.h"

struct cdp_stream;

/* Once, never from inside cdp_stream_pull(): all is written, or err. ERR_NO_SPACE: the disk is full;
 * ERR_IO: another error of the descriptor; ERR_REFUSED: the browser cannot read or does not know
 * the stream; ERR_INVALID: replies out of order or malformed; ERR_TIMEOUT; ERR_CLOSED. What was
 * written before an error stays. The handle is still to be freed. */
typedef void (*cdp_stream_fn)(const struct err *err, void *context);

/* Reads the stream `handle` on `session` (as cdp_send()) to its end, writes it to `fd` from where
 * that stands, and closes the stream at the browser, whatever happens. `deadline_us` from now, for
 * all of it. */
struct cdp_stream *cdp_stream_pull(struct loop *loop, struct cdp_connection *connection,
	const char *session, const char *handle, int fd, int64_t deadline_us, cdp_stream_fn on_done,
	void *context);

int64_t cdp_stream_bytes(const struct cdp_stream *stream); /* written so far */

/* Before on_done: stops, without calling back. NULL is fine. */
void cdp_stream_free(struct cdp_stream *stream);

/* Closes a stream that nobody will pull. */
void cdp_stream_drop(struct cdp_connection *connection, const char *session, const char *handle);

#endif
