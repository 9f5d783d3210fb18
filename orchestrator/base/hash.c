#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"

enum { FILE_CHUNK = 64 * 1024 };

struct hash_stream {
	EVP_MD_CTX *context;
};

/* libcrypto refuses these only when it is broken or without memory. */
static void require(int ok)
{
	if (ok != 1) {
		fputs("wasmograph: libcrypto cannot compute a digest; reinstall libssl\n", stderr);
		abort();
	}
}

static void to_hex(const uint8_t digest[HASH_SIZE], char out[HASH_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < HASH_SIZE; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[HASH_HEX_SIZE - 1] = '\0';
}

void hash_bytes(const void *bytes, size_t length, uint8_t out[HASH_SIZE])
{
	require(EVP_Digest(bytes, length, out, NULL, EVP_sha256(), NULL));
}

void hash_bytes_hex(const void *bytes, size_t length, char out[HASH_HEX_SIZE])
{
	uint8_t digest[HASH_SIZE];
	hash_bytes(bytes, length, digest);
	to_hex(digest, out);
}

void hash_sha1(const void *bytes, size_t length, uint8_t out[HASH_SHA1_SIZE])
{
	require(EVP_Digest(bytes, length, out, NULL, EVP_sha1(), NULL));
}

struct hash_stream *hash_stream_new(void)
{
	struct hash_stream *stream = mem_alloc_zero(1, sizeof *stream);
	stream->context = mem_check(EVP_MD_CTX_new());
	require(EVP_DigestInit_ex(stream->context, EVP_sha256(), NULL));
	return stream;
}

void hash_stream_add(struct hash_stream *stream, const void *bytes, size_t length)
{
	require(EVP_DigestUpdate(stream->context, bytes, length));
}

void hash_stream_add_text(struct hash_stream *stream, const char *text)
{
	hash_stream_add(stream, text, strlen(text) + 1);
}

void hash_stream_end_bytes(struct hash_stream *stream, uint8_t out[HASH_SIZE])
{
	require(EVP_DigestFinal_ex(stream->context, out, NULL));
	EVP_MD_CTX_free(stream->context);
	free(stream);
}

void hash_stream_end(struct hash_stream *stream, char out[HASH_HEX_SIZE])
{
	uint8_t digest[HASH_SIZE];
	hash_stream_end_bytes(stream, digest);
	to_hex(digest, out);
}

/* 0, or the errno of the read that failed. */
static int add_descriptor(struct hash_stream *stream, int fd)
{
	char chunk[FILE_CHUNK];
	for (;;) {
		ssize_t got = read(fd, chunk, sizeof chunk);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got < 0 ? errno : 0;
		hash_stream_add(stream, chunk, (size_t)got);
	}
}

int hash_file_hex(const char *path, char out[HASH_HEX_SIZE], struct err *err)
{
	out[0] = '\0';
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		enum err_code code = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
		return err_set_errno(err, code, errno, "cannot open %s to hash it", path);
	}
	struct hash_stream *stream = hash_stream_new();
	int errnum = add_descriptor(stream, fd);
	close(fd);
	hash_stream_end(stream, out);
	if (errnum == 0)
		return 0;
	out[0] = '\0';
	return err_set_errno(err, ERR_IO, errnum, "cannot read %s to hash it", path);
}
