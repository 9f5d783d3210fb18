#include "run/encoded.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fs.h"
#include "base/mem.h"
#include "guest/compress.h"

enum { ORIGINAL_CEILING = 64 * 1024 * 1024 };

static const struct kind {
	const char *prefix, *encoding;
	unsigned char *(*compress)(const void *bytes, size_t length, size_t *out_length);
} KINDS[ENCODED_KINDS] = {
	{ "/guest/gzip/", "gzip", compress_gzip },
	{ "/guest/br/", "br", compress_brotli },
};

static int make(struct encoded_copy *copy, const struct kind *kind, const char *path)
{
	struct buf original;
	int result = fs_read(path, ORIGINAL_CEILING, &original, NULL);
	if (!result)
		copy->bytes = kind->compress(original.data, original.length, &copy->length);
	buf_release(&original);
	return result;
}

static const struct http_file *original_of(const struct http_files *files, const char *name)
{
	char *url = mem_format("/guest/%s", name);
	const struct http_file *file = http_files_find(files, url);
	free(url);
	return file;
}

static int respond(struct encoded_copy *copy, const struct kind *kind, const struct http_file *file,
	struct http_response *response)
{
	if (!copy->bytes && make(copy, kind, file->path))
		return 0;
	*response = (struct http_response){ .status = 200, .content_type = file->content_type,
		.body = copy->bytes, .body_length = copy->length, .content_encoding = kind->encoding };
	return 1;
}

/* A launch has one guest, and its glue is small: the copies need no names. */
int encoded_respond(struct encoded *encoded, const struct http_files *files, const char *url,
	struct http_response *response)
{
	for (size_t i = 0; i < ENCODED_KINDS; i++) {
		size_t length = strlen(KINDS[i].prefix);
		if (strncmp(url, KINDS[i].prefix, length) != 0)
			continue;
		const struct http_file *file = original_of(files, url + length);
		return file && strcmp(file->content_type, "application/wasm") == 0
			? respond(&encoded->copies[i], &KINDS[i], file, response) : 0;
	}
	return 0;
}

void encoded_release(struct encoded *encoded)
{
	for (size_t i = 0; i < ENCODED_KINDS; i++)
		free(encoded->copies[i].bytes);
	*encoded = (struct encoded){ 0 };
}
