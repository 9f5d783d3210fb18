/* SHA-256 (libcrypto), in one call or in pieces; SHA-1 where a protocol wants it.
 *
 * Ownership: a stream is the caller's until hash_stream_end(). Any thread may use its
 * own. */
#ifndef WASMOGRAPH_BASE_HASH_H
#define WASMOGRAPH_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { HASH_SIZE = 32, HASH_HEX_SIZE = 65, HASH_SHA1_SIZE = 20 };

void hash_bytes(const void *bytes, size_t length, uint8_t out[HASH_SIZE]);
void hash_bytes_hex(const void *bytes, size_t length, char out[HASH_HEX_SIZE]);
/* ERR_NOT_FOUND, ERR_IO; `out` is "" then. */
int hash_file_hex(const char *path, char out[HASH_HEX_SIZE], struct err *err);

/* Proves nothing about who wrote the bytes: for RFC 6455's handshake alone. */
void hash_sha1(const void *bytes, size_t length, uint8_t out[HASH_SHA1_SIZE]);

/* In pieces. hash_stream_end() and _end_bytes() free the stream. */
struct hash_stream;
struct hash_stream *hash_stream_new(void);
void hash_stream_add(struct hash_stream *stream, const void *bytes, size_t length);
void hash_stream_add_text(struct hash_stream *stream, const char *text); /* with its NUL, so that "ab","c" ≠ "a","bc" */
void hash_stream_end(struct hash_stream *stream, char out[HASH_HEX_SIZE]);
void hash_stream_end_bytes(struct hash_stream *stream, uint8_t out[HASH_SIZE]);

#endif
