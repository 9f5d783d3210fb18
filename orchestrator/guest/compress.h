/* How large bytes are when a server compresses them as hard as it can, which it does once per
 * build: gzip at level 9 and brotli at quality 11, window 2^22. And what one sends that compresses what it
 * sends: gzip at level 9, brotli at quality 9, which takes a twentieth of the time.
 *
 * The same bytes and library versions give the same size. Pure; any thread. */
#ifndef WASMOGRAPH_GUEST_COMPRESS_H
#define WASMOGRAPH_GUEST_COMPRESS_H

#include <stddef.h>

size_t compress_gzip_size(const void *bytes, size_t length);
size_t compress_brotli_size(const void *bytes, size_t length);

/* malloc'ed, of *out_length bytes; the caller frees. `length` < 2^30. */
unsigned char *compress_gzip(const void *bytes, size_t length, size_t *out_length);
unsigned char *compress_brotli(const void *bytes, size_t length, size_t *out_length);

#endif
