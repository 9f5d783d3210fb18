#include "cdp/frames.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <wslay/wslay.h>

#include "base/buf.h"
#include "base/mem.h"

enum { CONTROL_MAX = 125 }; /* RFC 6455 §5.5 */

struct cdp_frames {
	wslay_frame_context_ptr wslay;
	const uint8_t *fed; /* received, not taken by wslay yet */
	size_t fed_length;
	struct buf message;
	bool in_message;  /* a data frame has begun, and its final one is not whole */
	bool handed_out;  /* `message` was whole, and the caller has seen it */
	uint64_t missing; /* of the frame under way; 0: the next one begins a frame */
	char control[CONTROL_MAX];
	size_t control_length;
	bool ended; /* closed or broken */
	unsigned char *encoded; /* where the frame being encoded goes on */
};

static ssize_t on_wslay_wants_bytes(uint8_t *out, size_t size, int flags, void *context)
{
	struct cdp_frames *frames = context;
	(void)flags;
	size_t length = frames->fed_length < size ? frames->fed_length : size;
	if (length == 0)
		return -1; /* WSLAY_ERR_WANT_READ */
	memcpy(out, frames->fed, length);
	frames->fed += length;
	frames->fed_length -= length;
	return (ssize_t)length;
}

static ssize_t on_wslay_has_bytes(const uint8_t *bytes, size_t length, int flags, void *context)
{
	struct cdp_frames *frames = context;
	(void)flags;
	memcpy(frames->encoded, bytes, length);
	frames->encoded += length;
	return (ssize_t)length;
}

static int on_wslay_wants_mask(uint8_t *key, size_t size, void *context)
{
	(void)context;
	while (getrandom(key, size, 0) != (ssize_t)size) {
		if (errno != EINTR) {
			perror("wasmograph: the kernel gives no random bytes");
			abort();
		}
	}
	return 0;
}

struct cdp_frames *cdp_frames_new(size_t ceiling_bytes)
{
	struct cdp_frames *frames = mem_alloc_zero(1, sizeof *frames);
	const struct wslay_frame_callbacks callbacks = {on_wslay_has_bytes, on_wslay_wants_bytes,
		on_wslay_wants_mask};
	wslay_frame_context_init(&frames->wslay, &callbacks, frames);
	mem_check(frames->wslay);
	buf_init(&frames->message, ceiling_bytes);
	return frames;
}

void cdp_frames_free(struct cdp_frames *frames)
{
	if (!frames)
		return;
	wslay_frame_context_free(frames->wslay);
	buf_release(&frames->message);
	free(frames);
}

void cdp_frames_feed(struct cdp_frames *frames, const void *bytes, size_t length)
{
	frames->fed = bytes;
	frames->fed_length = length;
}

bool cdp_frames_in_message(const struct cdp_frames *frames)
{
	return frames->in_message;
}

static int violation(struct err *err, const char *what)
{
	return err_set(err, ERR_CLOSED, "the connection to the browser was closed: it sent %s, "
		"against RFC 6455", what);
}

/* Wslay reads frames one by one: their sequence is checked here. */
static int begin_data(struct cdp_frames *frames, const struct wslay_frame_iocb *frame,
	struct err *err)
{
	bool continues = frame->opcode == WSLAY_CONTINUATION_FRAME;
	if (frame->opcode == WSLAY_BINARY_FRAME)
		return err_set(err, ERR_INVALID, "the browser sent a binary WebSocket message, "
			"which is not CDP; is something else listening on that port?");
	if (continues != frames->in_message)
		return violation(err, continues ? "a continuation of no message" : "a message inside another");
	/* The frame's header says how much is still to come: no need to wait for it. */
	if (frame->payload_length > frames->message.ceiling - frames->message.length)
		return err_set(err, ERR_TOO_LARGE, "the browser sent a message of more than %zu bytes",
			frames->message.ceiling);
	frames->in_message = true;
	return 0;
}

static int begin_frame(struct cdp_frames *frames, const struct wslay_frame_iocb *frame,
	struct err *err)
{
	if (frame->mask)
		return violation(err, "a masked frame");
	if (frame->rsv != 0)
		return violation(err, "a frame with reserved bits");
	switch (frame->opcode) {
	case WSLAY_CONTINUATION_FRAME:
	case WSLAY_TEXT_FRAME:
	case WSLAY_BINARY_FRAME: return begin_data(frames, frame, err);
	case WSLAY_CONNECTION_CLOSE:
	case WSLAY_PING:
	case WSLAY_PONG: frames->control_length = 0; return 0;
	default: return violation(err, "a frame of no known kind");
	}
}

static void take_piece(struct cdp_frames *frames, const struct wslay_frame_iocb *frame)
{
	if (wslay_is_ctrl_frame(frame->opcode)) { /* at most 125 bytes: wslay has checked */
		memcpy(frames->control + frames->control_length, frame->data, frame->data_length);
		frames->control_length += frame->data_length;
	} else {
		buf_append(&frames->message, frame->data, frame->data_length); /* has room: begin_data() */
	}
}

/* A frame is whole: what that means for the caller. */
static enum cdp_frame end_frame(struct cdp_frames *frames, const struct wslay_frame_iocb *frame)
{
	switch (frame->opcode) {
	case WSLAY_CONNECTION_CLOSE: frames->ended = true; return CDP_FRAME_CLOSE;
	case WSLAY_PING: return CDP_FRAME_PING;
	case WSLAY_PONG: return CDP_FRAME_NONE; /* to no ping of ours: allowed, RFC 6455 §5.5.3 */
	}
	if (!frame->fin)
		return CDP_FRAME_NONE;
	frames->in_message = false;
	frames->handed_out = true;
	return CDP_FRAME_TEXT;
}

/* One piece of a frame from wslay: CDP_FRAME_NONE when it completes nothing. */
static enum cdp_frame piece_arrived(struct cdp_frames *frames, const struct wslay_frame_iocb *frame,
	struct err *err)
{
	if (frames->missing == 0) {
		if (begin_frame(frames, frame, err) < 0)
			return CDP_FRAME_BROKEN;
		frames->missing = frame->payload_length;
	}
	take_piece(frames, frame);
	frames->missing -= frame->data_length;
	return frames->missing == 0 ? end_frame(frames, frame) : CDP_FRAME_NONE;
}

static enum cdp_frame read_frame(struct cdp_frames *frames, struct err *err)
{
	struct wslay_frame_iocb frame;
	enum cdp_frame found = CDP_FRAME_NONE;
	while (found == CDP_FRAME_NONE) {
		memset(&frame, 0, sizeof frame);
		ssize_t result = wslay_frame_recv(frames->wslay, &frame);
		if (result == WSLAY_ERR_WANT_READ)
			return CDP_FRAME_NONE;
		if (result < 0) {
			violation(err, "a frame of impossible length");
			return CDP_FRAME_BROKEN;
		}
		found = piece_arrived(frames, &frame, err);
	}
	return found;
}

enum cdp_frame cdp_frames_next(struct cdp_frames *frames, const char **payload, size_t *length,
	struct err *err)
{
	if (frames->handed_out)
		buf_clear(&frames->message);
	frames->handed_out = false;
	if (frames->ended)
		return CDP_FRAME_NONE;
	enum cdp_frame found = read_frame(frames, err);
	if (found == CDP_FRAME_BROKEN)
		frames->ended = true;
	bool is_text = found == CDP_FRAME_TEXT;
	*payload = is_text ? (frames->message.data ? frames->message.data : "") : frames->control;
	*length = is_text ? frames->message.length : frames->control_length;
	return found;
}

size_t cdp_frames_encode(struct cdp_frames *frames, enum cdp_frames_opcode opcode,
	const void *payload, size_t length, unsigned char *out)
{
	struct wslay_frame_iocb frame = {.fin = 1, .opcode = (uint8_t)opcode, .mask = 1,
		.payload_length = length, .data = payload, .data_length = length};
	frames->encoded = out;
	wslay_frame_send(frames->wslay, &frame); /* whole: our callback takes all */
	return (size_t)(frames->encoded - out);
}
