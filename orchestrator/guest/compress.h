/* How large bytes are when a server compresses them as hard as it can, which it does once per
 * build: gzip at level 9 and brotli at quality 11, window 2^22.
 *
 * The same bytes and library versions give the same size. Pure; any thread. */
#ifndef WASMOGRAPH_GUEST_COMPRESS_H
#define WASMOGRAPH_GUEST_COMPRESS_H

#include <stddef.h>

size_t compress_gzip_size(const void *bytes, size_t length);
size_t compress_brotli_size(const void *bytes, size_t length);

#endif
