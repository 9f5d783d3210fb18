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
	static const size_t lengths[] = { 0, 1, 100, 65535, 65536, 300001, 700000 };
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

/* What `program` makes of a file with these bytes in it. */
static struct buf unpacked(const char *folder, const char *program, const unsigned char *packed, size_t length)
{
	struct err err = { 0 };
	struct buf bytes;
	char *in = fs_join(folder, "packed"), *out = fs_join(folder, "unpacked");
	char *command = mem_format("%s < '%s' > '%s'", program, in, out);
	assert_int_equal(fs_write_atomic(in, packed, length, 0644, &err), 0);
	assert_int_equal(system(command), 0);
	assert_int_equal(fs_read(out, 1 << 24, &bytes, &err), 0);
	free(command);
	free(in);
	free(out);
	return bytes;
}

static void test_what_is_sent_is_what_was_there(void **state)
{
	static const struct {
		unsigned char *(*compress)(const void *bytes, size_t length, size_t *out_length);
		const char *program;
	} rows[] = {
		{ compress_gzip, "gzip -dc" },
		/* Node's is the decoder of brotli that is there wherever these tests run. */
		{ compress_brotli, "node -e 'process.stdout.write(require(\"zlib\").brotliDecompressSync(require(\"fs\").readFileSync(0)))'" },
	};
	static const size_t lengths[] = { 0, 100, 300001 };
	char *folder = scratch_make("compress");
	(void)state;
	for (size_t i = 0; i < 2 * sizeof(lengths) / sizeof(lengths[0]); i++) {
		size_t length = lengths[i / 2], packed_length;
		char *bytes = make_bytes(length);
		unsigned char *packed = rows[i % 2].compress(bytes, length, &packed_length);
		struct buf back = unpacked(folder, rows[i % 2].program, packed, packed_length);
		assert_int_equal(back.length, length);
		assert_memory_equal(back.data, bytes, length);
		assert_true(length < 1000 || packed_length < length);
		buf_release(&back);
		free(packed);
		free(bytes);
	}
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_what_is_sent_is_what_was_there) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
