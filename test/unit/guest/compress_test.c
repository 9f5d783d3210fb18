/* Sizes are compared with those of gzip and of brotli's one-call encoder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <brotli/encode.h>

#include "base/rng.h"
#include "guest/compress.h"
#include "scratch.h"

static size_t gzip_size(const char *file)
{
	char *command = mem_format("gzip -9 -n < '%s' | wc -c", file);
	FILE *out = popen(command, "r");
	size_t size = 0;
	assert_int_equal(fscanf(out, "%zu", &size), 1);
	assert_int_equal(pclose(out), 0);
	free(command);
	return size;
}

static size_t brotli_size(const char *bytes, size_t length)
{
	size_t size = BrotliEncoderMaxCompressedSize(length);
	uint8_t *out = malloc(size);
	assert_true(BrotliEncoderCompress(11, 22, BROTLI_MODE_GENERIC, length, (const uint8_t *)bytes,
		&size, out));
	free(out);
	return size;
}

/* Compressible text with random words in it, of any length. */
static char *make_bytes(size_t length)
{
	struct rng rng;
	char *bytes = mem_alloc_zero(length + 1, 1);
	rng_seed(&rng, 1, "compress");
	for (size_t i = 0; i < length; i++)
		bytes[i] = i % 7 ? "wasm graph"[i % 10] : (char)rng_next(&rng);
	return bytes;
}

static void test_sizes(void **state)
{
	static const size_t lengths[] = { 0, 1, 100, 65535, 65536, 300001, 2000000 };
	char *folder = scratch_make("compress");
	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct err err = { 0 };
		char *bytes = make_bytes(lengths[i]);
		char *file = fs_join(folder, "bytes");
		assert_int_equal(fs_write_atomic(file, bytes, lengths[i], 0644, &err), 0);
		size_t gzip = compress_gzip_size(bytes, lengths[i]);
		size_t theirs = gzip_size(file);
		/* zlib and gzip differ in how they cut blocks: 1 % and a few bytes */
		if (gzip > theirs + theirs / 100 + 16 || theirs > gzip + gzip / 100 + 16)
			fail_msg("%zu bytes: gzip says %zu, we %zu", lengths[i], theirs, gzip);
		assert_int_equal(compress_gzip_size(bytes, lengths[i]), gzip);
		assert_int_equal(compress_brotli_size(bytes, lengths[i]), brotli_size(bytes, lengths[i]));
		free(file);
		free(bytes);
	}
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sizes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
