/* Base64 (RFC 4648 §4), strictly: the standard alphabet, padding, no white space.
 *
 * Pure; any thread. */
#ifndef WASMOGRAPH_BASE_BASE64_H
#define WASMOGRAPH_BASE_BASE64_H

#include <stddef.h>
#include <sys/types.h>

/* Bytes of the text of `length` bytes, without a terminator. */
static inline size_t base64_size(size_t length)
{
	return (length + 2) / 3 * 4;
}

/* Writes base64_size(length) characters and a NUL. */
void base64_encode(const void *bytes, size_t length, char *text);

/* Decodes a whole text; the bytes written (at most length / 4 × 3), or −1 when it is none: a
 * foreign character, a length that is no multiple of 4, padding elsewhere than at the end, or
 * bits beyond the last byte. `out` may be the text itself. */
ssize_t base64_decode(const char *text, size_t length, void *out);

#endif
