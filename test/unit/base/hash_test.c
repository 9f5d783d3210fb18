#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/hash.h"
#include "scratch.h"

/* FIPS 180-2, appendix B, and the empty message. */
static const struct {
	const char *text;
	int repeats;
	const char *digest;
} vectors[] = {
	{"", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"aaaaaaaaaa", 100000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void matches_fips_vectors_in_pieces(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		char hex[HASH_HEX_SIZE];
		struct hash_stream *stream = hash_stream_new();
		for (int r = 0; r < vectors[i].repeats; r++)
			hash_stream_add(stream, vectors[i].text, strlen(vectors[i].text));
		hash_stream_end(stream, hex);
		assert_string_equal(hex, vectors[i].digest);
		if (vectors[i].repeats == 1) {
			hash_bytes_hex(vectors[i].text, strlen(vectors[i].text), hex);
			assert_string_equal(hex, vectors[i].digest);
		}
	}
}

static void raw_and_hex_agree(void **state)
{
	(void)state;
	uint8_t raw[HASH_SIZE], streamed[HASH_SIZE];
	hash_bytes("abc", 3, raw);
	struct hash_stream *stream = hash_stream_new();
	hash_stream_add(stream, "ab", 2);
	hash_stream_add(stream, "c", 1);
	hash_stream_end_bytes(stream, streamed);
	assert_memory_equal(raw, streamed, HASH_SIZE);
	assert_int_equal(raw[0], 0xba);
	assert_int_equal(raw[31], 0xad);
}

static void texts_are_kept_apart(void **state)
{
	(void)state;
	static const char *const pairs[2][2] = {{"ab", "c"}, {"a", "bc"}};
	char hex[2][HASH_HEX_SIZE];
	for (int i = 0; i < 2; i++) {
		struct hash_stream *stream = hash_stream_new();
		hash_stream_add_text(stream, pairs[i][0]);
		hash_stream_add_text(stream, pairs[i][1]);
		hash_stream_end(stream, hex[i]);
	}
	assert_string_not_equal(hex[0], hex[1]);
	char expected[HASH_HEX_SIZE];
	hash_bytes_hex("ab\0c", 5, expected);
	assert_string_equal(hex[0], expected);
}

static void hashes_files(void **state)
{
	(void)state;
	char *folder = scratch_make("hash"), hex[HASH_HEX_SIZE];
	struct err err = {0};
	size_t length = 1000000;
	char *text = mem_alloc_zero(length + 1, 1);
	memset(text, 'a', length);
	scratch_write(folder, "million", text);
	free(text);
	char *path = fs_join(folder, "million");
	assert_int_equal(hash_file_hex(path, hex, &err), 0);
	assert_string_equal(hex, vectors[3].digest);
	free(path);

	path = fs_join(folder, "absent");
	assert_int_equal(hash_file_hex(path, hex, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_non_null(strstr(err.text, path));
	assert_string_equal(hex, "");
	free(path);
	assert_int_equal(hash_file_hex(folder, hex, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	scratch_remove(folder);
}

/* FIPS 180-2, appendix A. */
static void matches_the_sha1_vector(void **state)
{
	(void)state;
	static const uint8_t abc[HASH_SHA1_SIZE] = {0xa9, 0x99, 0x3e, 0x36, 0x47, 0x06, 0x81, 0x6a, 0xba, 0x3e,
		0x25, 0x71, 0x78, 0x50, 0xc2, 0x6c, 0x9c, 0xd0, 0xd8, 0x9d};
	uint8_t digest[HASH_SHA1_SIZE];
	hash_sha1("abc", 3, digest);
	assert_memory_equal(digest, abc, sizeof abc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_fips_vectors_in_pieces),
		cmocka_unit_test(raw_and_hex_agree),
		cmocka_unit_test(texts_are_kept_apart),
		cmocka_unit_test(hashes_files),
		cmocka_unit_test(matches_the_sha1_vector),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
