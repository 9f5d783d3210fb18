/* The opening handshake of a WebSocket client (RFC 6455 §4.1), as text.
 *
 * Bare and strict: no Origin (Chromium refuses unlisted ones), no extension and no subprotocol
 * is asked for, and none is taken; no redirect is followed.
 * Ownership: values; the request is the caller's. Pure; any thread. */
#ifndef WASMOGRAPH_CDP_HANDSHAKE_H
#define WASMOGRAPH_CDP_HANDSHAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	CDP_HANDSHAKE_NONCE_SIZE = 16,
	CDP_HANDSHAKE_KEY_SIZE = 25, /* base64 of the nonce, and a NUL */
	/* Bytes of an answer; Chromium's has 129. */
	CDP_HANDSHAKE_CEILING = 8192,
};

/* The nonce must be random and fresh: it is what keeps an answer from being an echo. */
void cdp_handshake_key(const uint8_t nonce[CDP_HANDSHAKE_NONCE_SIZE],
	char key[CDP_HANDSHAKE_KEY_SIZE]);

/* The request. `path` must be cdp_handshake_path_ok(). */
char *cdp_handshake_request(const char *host, int port, const char *path, const char *key);

/* Whether a path can stand in a request line: it begins with '/', and all of it is visible ASCII. */
bool cdp_handshake_path_ok(const char *path);

/* Reads the answer to the request with `key`: the length of its header when it opens the
 * connection (frames follow), 0 when more bytes are needed, −1 with ERR_CLOSED and the reason
 * when it does not open it. A status other than 101 is told at the end of its line. */
ssize_t cdp_handshake_answer(const char *key, const char *bytes, size_t length, struct err *err);

#endif
