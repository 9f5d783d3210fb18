/* Base64: the RFC's own vectors, every length there and back, and what is none. */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"

/* RFC 4648 §10, and bytes that use the last two characters. */
static const struct {
	const char *bytes, *text;
} vectors[] = {
	{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="},
	{"foobar", "Zm9vYmFy"}, {"\xfb\xff\xbf", "+/+/"}, {"\xff\xff\xff", "////"},
};

static void matches_the_vectors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		char text[16], bytes[16];
		size_t length = strlen(vectors[i].bytes);
		base64_encode(vectors[i].bytes, length, text);
		assert_string_equal(text, vectors[i].text);
		assert_int_equal(base64_size(length), strlen(text));
		assert_int_equal(base64_decode(text, strlen(text), bytes), length);
		assert_memory_equal(bytes, vectors[i].bytes, length);
	}
}

static void every_length_returns_in_place(void **state)
{
	(void)state;
	enum { LONGEST = 200 };
	struct rng rng;
	rng_seed(&rng, 1, "base64");
	for (size_t length = 0; length <= LONGEST; length++) {
		uint8_t *bytes = mem_alloc_zero(length + 1, 1);
		for (size_t i = 0; i < length; i++)
			bytes[i] = (uint8_t)rng_next(&rng);
		/* Exactly as long as it must be, so that a sanitizer sees one byte too many. */
		char *text = mem_alloc_zero(base64_size(length) + 1, 1);
		base64_encode(bytes, length, text);
		assert_int_equal(strlen(text), base64_size(length));
		assert_int_equal(base64_decode(text, base64_size(length), text), length);
		assert_memory_equal(text, bytes, length);
		free(text);
		free(bytes);
	}
}

static void what_is_none(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"Z", "Zg", "Zg=", "Zg===", "=", "==", "===", "====", "Zg==Zg==", "Z===", "=Zm9", "Zm=9", "Zm9v=",
		"Zh==", "Zm9=", "Zm8=\n", "Zm 9", "Zm9v\n", "Zm-_", "Zm9\x80", "Zm9v====",
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char out[16];
		if (base64_decode(rows[i], strlen(rows[i]), out) != -1)
			fail_msg("accepted: %s", rows[i]);
	}
	char out[16];
	assert_int_equal(base64_decode("Zm\0v", 4, out), -1);
}

/* Of all texts of four characters around one byte: exactly those of the alphabet. */
static void every_character(void **state)
{
	(void)state;
	int accepted = 0;
	for (int byte = 0; byte < 256; byte++) {
		char text[4] = {'A', (char)byte, 'A', 'A'}, out[3];
		accepted += base64_decode(text, 4, out) == 3;
	}
	assert_int_equal(accepted, 64);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_the_vectors),
		cmocka_unit_test(every_length_returns_in_place),
		cmocka_unit_test(what_is_none),
		cmocka_unit_test(every_character),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
