/* Replies of IO.read: rows, truncations, changed bytes, and room. */
#include "cdp/piece.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static int read_piece(const char *text, size_t length, char *out, size_t room, struct cdp_piece *piece,
	struct err *err)
{
	char *exact = mem_alloc_zero(length ? length : 1, 1);
	memcpy(exact, text, length);
	int result = cdp_piece_read(exact, length, out, room, piece, err);
	free(exact);
	return result;
}

static const struct row {
	const char *text, *bytes;
	bool eof;
} good_rows[] = {
	{"{\"id\":7,\"result\":{\"base64Encoded\":false,\"data\":\"{\\\"a\\\":\\n1}\",\"eof\":false}}", "{\"a\":\n1}", false},
	{"{\"id\":7,\"result\":{\"base64Encoded\":false,\"data\":\"\",\"eof\":true},\"sessionId\":\"0123456789ABCDEF\"}", "", true},
	{"{\"id\":7,\"result\":{\"base64Encoded\":true,\"data\":\"Zm9vYg==\",\"eof\":false},\"sessionId\":\"S\"}", "foob", false},
	{"{\"id\":7,\"result\":{\"base64Encoded\":true,\"data\":\"\",\"eof\":true}}", "", true},
	/* legal JSON, whoever writes it */
	{"{\"id\":7,\"result\":{\"data\":\"+\\/+\\/\",\"eof\":true,\"base64Encoded\":true}}", "\xfb\xff\xbf", true},
	{"{\"result\":{\"eof\":false,\"data\":\"x\"},\"id\":7}", "x", false},
	{" {\"id\":7,\"result\":{\"eof\" : false,\"data\":\"x\"} }\n", "x", false},
};

static void test_what_is_a_piece(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		struct cdp_piece piece;
		struct err err = {0};
		char out[64];
		if (read_piece(good_rows[i].text, strlen(good_rows[i].text), out, sizeof out, &piece, &err) < 0)
			fail_msg("%s: %s", good_rows[i].text, err.text);
		assert_int_equal(piece.length, strlen(good_rows[i].bytes));
		assert_memory_equal(out, good_rows[i].bytes, piece.length);
		assert_int_equal(piece.eof, good_rows[i].eof);
	}
}

static const char *const bad_rows[] = {
	"", "{}", "{\"id\":7,\"result\":{}}", "{\"id\":7,\"result\":{\"eof\":true}}",
	"{\"id\":7,\"result\":{\"data\":\"x\"}}", "{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":0}}",
	"{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":null}}", "{\"id\":7,\"result\":{\"data\":null,\"eof\":true}}",
	"{\"id\":7,\"result\":{\"data\":7,\"eof\":true}}", "{\"id\":7,\"data\":\"x\",\"eof\":true}",
	"{\"id\":7,\"result\":{\"a\":{\"data\":\"x\"},\"eof\":true}}",
	"{\"id\":7,\"result\":{\"a\":\"\\\"data\":\"x\",\"eof\":true}}",
	/* data of something else */
	"{\"id\":7,\"result\":{\"a\":{\"data\":\"x\"},\"data\":\"\",\"eof\":true}}",
	"{\"id\":7,\"x\":{\"data\":\"x\"},\"result\":{\"data\":\"\",\"eof\":true}}",
	"{\"id\":7,\"data\":\"x\",\"result\":{\"data\":\"\",\"eof\":true}}",
	"{\"id\":7,\"result\":{\"a\\\"data\":\"x\",\"data\":\"\",\"eof\":true}}",
	"\"data\":\"x\",\"eof\":true}}",
	"{\"id\":7,\"result\":[{\"data\":\"x\"}]}",
	"{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":true,\"base64Encoded\":1}}",
	"{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":true,\"base64Encoded\":true}}",
	"{\"id\":7,\"result\":{\"data\":\"Zm9v\\n\",\"eof\":true,\"base64Encoded\":true}}",
	"{\"id\":7,\"result\":{\"data\":\"x\xff\",\"eof\":true}}", "{\"id\":7,\"result\":{\"data\":\"x\x01\",\"eof\":true}}",
	"{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":true}}}", "{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":true}} x",
	"{\"id\":7,\"result\":{\"data\":\"x\",\"eof\":true}", "{\"id\":7,\"result\":{\"data\":\"x\" \"eof\":true}}",
	"[{\"result\":{\"data\":\"x\",\"eof\":true}}]",
};

static void test_what_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
		struct cdp_piece piece;
		struct err err = {0};
		char out[64];
		if (read_piece(bad_rows[i], strlen(bad_rows[i]), out, sizeof out, &piece, &err) == 0)
			fail_msg("accepted: %s", bad_rows[i]);
		assert_int_equal(err.code, ERR_INVALID);
		assert_true(strlen(err.text) > 10);
	}
}

static void test_truncated_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		size_t end = strlen(good_rows[i].text);
		while (good_rows[i].text[end - 1] != '}')
			end--;
		for (size_t length = 0; length < end; length++) {
			struct cdp_piece piece;
			char out[64];
			assert_int_equal(read_piece(good_rows[i].text, length, out, sizeof out, &piece, NULL), -1);
		}
	}
}

/* What is accepted fits; the sanitizer sees the rest. */
static void test_every_byte_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		char *text = mem_strdup(good_rows[i].text);
		size_t length = strlen(text);
		for (size_t at = 0; at < length; at++) {
			char before = text[at];
			for (int byte = 0; byte < 256; byte++) {
				struct cdp_piece piece;
				char *out = mem_alloc_zero(16, 1);
				text[at] = (char)byte;
				if (read_piece(text, length, out, 16, &piece, NULL) == 0)
					assert_true(piece.length <= 16);
				free(out);
			}
			text[at] = before;
		}
		free(text);
	}
}

static void test_more_than_asked_for(void **state)
{
	(void)state;
	struct cdp_piece piece;
	struct err err = {0};
	char out[8];
	static const char text[] = "{\"id\":7,\"result\":{\"data\":\"123456789\",\"eof\":false}}";
	assert_int_equal(read_piece(text, sizeof text - 1, out, sizeof out, &piece, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	/* a text of a megabyte around an ordinary piece */
	char *long_text = mem_format("{\"id\":7,\"result\":{\"data\":\"1\",\"eof\":false},\"x\":\"%*s\"}", 1000000, "");
	assert_int_equal(read_piece(long_text, strlen(long_text), out, sizeof out, &piece, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	free(long_text);
}

/* The room for a read holds its bytes in either form. */
static void test_room(void **state)
{
	(void)state;
	assert_int_equal(CDP_PIECE_ROOM(0), 0);
	assert_int_equal(CDP_PIECE_ROOM(1), 4);
	assert_int_equal(CDP_PIECE_ROOM(3), 4);
	assert_int_equal(CDP_PIECE_ROOM(131072), 174764);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_a_piece),
		cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_truncated_everywhere),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_more_than_asked_for),
		cmocka_unit_test(test_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
