/* The frames of a WebSocket client (RFC 6455 §5), in memory: received bytes in, whole text
 * messages and control frames out; and masked frames to send. The only file that knows wslay.
 *
 * Ownership: the reader is the caller's; what it hands out is borrowed until the next call.
 * Threads: one at a time. No sockets; the mask keys are random. */
#ifndef WASMOGRAPH_CDP_FRAMES_H
#define WASMOGRAPH_CDP_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct cdp_frames;

enum cdp_frame {
	CDP_FRAME_NONE,   /* all bytes are used: feed more */
	CDP_FRAME_TEXT,   /* a whole message, put together; with a NUL behind, maybe no UTF-8 */
	CDP_FRAME_PING,   /* its payload is to be sent back as a pong */
	CDP_FRAME_CLOSE,  /* its payload is the status and a reason; nothing follows */
	CDP_FRAME_BROKEN, /* nothing follows: ERR_TOO_LARGE, a message beyond the ceiling, told by its
	                   * header; ERR_INVALID, a binary message; ERR_CLOSED, no WebSocket frames */
};

struct cdp_frames *cdp_frames_new(size_t ceiling_bytes);
void cdp_frames_free(struct cdp_frames *frames); /* NULL is fine */

/* Gives received bytes, which are borrowed until cdp_frames_next() says CDP_FRAME_NONE; not before
 * it said so of those before. */
void cdp_frames_feed(struct cdp_frames *frames, const void *bytes, size_t length);
enum cdp_frame cdp_frames_next(struct cdp_frames *frames, const char **payload, size_t *length,
	struct err *err);

/* Whether a message has begun that is not whole. */
bool cdp_frames_in_message(const struct cdp_frames *frames);

enum { CDP_FRAMES_HEADER_SIZE = 14 }; /* the most there is, the mask key included */

enum cdp_frames_opcode { CDP_FRAMES_TEXT = 1, CDP_FRAMES_CLOSE = 8, CDP_FRAMES_PONG = 10 };

/* Writes one whole frame, which takes at most CDP_FRAMES_HEADER_SIZE + length bytes; how many
 * it took. A control frame's payload has at most 125 bytes. */
size_t cdp_frames_encode(struct cdp_frames *frames, enum cdp_frames_opcode opcode,
	const void *payload, size_t length, unsigned char *out);

#endif
