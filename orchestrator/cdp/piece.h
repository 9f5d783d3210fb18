/* One reply of IO.read, read without building its JSON: the data go straight to a buffer.
 *
 * {"id":N,"result":{"base64Encoded":false,"data":"…","eof":false},"sessionId":"…"}
 * https://chromedevtools.github.io/devtools-protocol/tot/IO/#method-read. Text or base64; the end
 * comes in a reply of its own, without data (seen with Chromium 156).
 * Pure; any thread. */
#ifndef WASMOGRAPH_CDP_PIECE_H
#define WASMOGRAPH_CDP_PIECE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct cdp_piece {
	size_t length; /* bytes of the stream, in the caller's buffer */
	bool eof;
};

/* The room that the reply to a read of `size` bytes needs: as base64 before it is decoded. */
#define CDP_PIECE_ROOM(size) (((size) + 2) / 3 * 4)

/* Reads a reply's whole text. −1: ERR_INVALID for anything but such a reply, ERR_TOO_LARGE for data
 * that do not fit. */
int cdp_piece_read(const char *text, size_t length, char *out, size_t room,
	struct cdp_piece *piece, struct err *err);

#endif
