#include "guest/compress.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>

#include <brotli/encode.h>
#include <zlib.h>

#include "base/mem.h"

enum { CHUNK = 64 * 1024, GZIP_LEVEL = 9, GZIP_MEMORY = 9 };
enum { GZIP_WINDOW = 15 + 16 }; /* zlib.h: +16 writes the gzip header */
enum { BROTLI_QUALITY = BROTLI_MAX_QUALITY, BROTLI_QUALITY_SENT = 9, BROTLI_WINDOW = 22 };

size_t compress_gzip_size(const void *bytes, size_t length)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)bytes };
	unsigned char *out = mem_alloc_zero(CHUNK, 1);
	size_t left = length, written = 0;
	int state = deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
		Z_DEFAULT_STRATEGY);
	if (state != Z_OK)
		abort(); /* out of memory, or a zlib that is not zlib */
	do {
		if (stream.avail_in == 0) { /* its counter has 32 bits */
			stream.avail_in = left > UINT_MAX ? UINT_MAX : (uInt)left;
			left -= stream.avail_in;
		}
		stream.next_out = out;
		stream.avail_out = CHUNK;
		state = deflate(&stream, left ? Z_NO_FLUSH : Z_FINISH);
		written += CHUNK - stream.avail_out;
	} while (state == Z_OK || (state == Z_BUF_ERROR && left));
	deflateEnd(&stream);
	free(out);
	return written;
}

size_t compress_brotli_size(const void *bytes, size_t length)
{
	BrotliEncoderState *encoder = mem_check(BrotliEncoderCreateInstance(NULL, NULL, NULL));
	const uint8_t *in = bytes;
	size_t in_left = length, written = 0;
	BrotliEncoderSetParameter(encoder, BROTLI_PARAM_QUALITY, BROTLI_QUALITY);
	BrotliEncoderSetParameter(encoder, BROTLI_PARAM_LGWIN, BROTLI_WINDOW);
	BrotliEncoderSetParameter(encoder, BROTLI_PARAM_SIZE_HINT,
		length > UINT32_MAX ? UINT32_MAX : (uint32_t)length);
	while (!BrotliEncoderIsFinished(encoder)) {
		size_t no_room = 0, taken = 0;
		if (!BrotliEncoderCompressStream(encoder, BROTLI_OPERATION_FINISH, &in_left, &in, &no_room,
			    NULL, NULL))
			abort(); /* only out of memory or misuse end here */
		BrotliEncoderTakeOutput(encoder, &taken);
		written += taken;
	}
	BrotliEncoderDestroyInstance(encoder);
	return written;
}

unsigned char *compress_gzip(const void *bytes, size_t length, size_t *out_length)
{
	z_stream stream = { .next_in = (Bytef *)(uintptr_t)bytes, .avail_in = (uInt)length };
	if (deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY, Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	size_t room = deflateBound(&stream, length);
	unsigned char *out = mem_alloc_zero(room, 1);
	stream.next_out = out;
	stream.avail_out = (uInt)room;
	if (deflate(&stream, Z_FINISH) != Z_STREAM_END)
		abort(); /* the bound is zlib's own */
	*out_length = stream.total_out;
	deflateEnd(&stream);
	return out;
}

unsigned char *compress_brotli(const void *bytes, size_t length, size_t *out_length)
{
	*out_length = BrotliEncoderMaxCompressedSize(length);
	unsigned char *out = mem_alloc_zero(*out_length, 1);
	if (!BrotliEncoderCompress(BROTLI_QUALITY_SENT, BROTLI_WINDOW, BROTLI_MODE_GENERIC, length, bytes,
		    out_length, out))
		abort(); /* the bound is brotli's own */
	return out;
}
