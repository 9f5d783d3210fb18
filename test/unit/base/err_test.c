#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

static void fills_and_returns_minus_one(void **state)
{
	(void)state;
	struct err err = {0};
	assert_int_equal(err_set(&err, ERR_INVALID, "row %d of %s", 7, "x.csv"), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.text, "row 7 of x.csv");
	assert_int_equal(err_set(NULL, ERR_IO, "nobody listens"), -1);
	assert_int_equal(err_set_errno(NULL, ERR_IO, EIO, "nobody listens"), -1);
	assert_int_equal(err_prefix(NULL, "nobody listens"), -1);
	err_clear(NULL);
	err_clear(&err);
	assert_int_equal(err.code, ERR_NONE);
	assert_string_equal(err.text, "");
}

static void errno_decides_no_space(void **state)
{
	(void)state;
	static const struct {
		int errnum;
		enum err_code given, stored;
		const char *text;
	} rows[] = {
		{ENOSPC, ERR_IO, ERR_NO_SPACE, "cannot write a: No space left on device"},
		{EDQUOT, ERR_ENVIRONMENT, ERR_NO_SPACE, "cannot write a: Disk quota exceeded"},
		{EFBIG, ERR_IO, ERR_NO_SPACE, "cannot write a: File too large"},
		{EACCES, ERR_ENVIRONMENT, ERR_ENVIRONMENT, "cannot write a: Permission denied"},
		{99999, ERR_IO, ERR_IO, "cannot write a: error 99999"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct err err = {0};
		assert_int_equal(
			err_set_errno(&err, rows[i].given, rows[i].errnum, "cannot write %s", "a"), -1);
		assert_int_equal(err.code, rows[i].stored);
		assert_string_equal(err.text, rows[i].text);
	}
}

static void prefix_keeps_code_and_text(void **state)
{
	(void)state;
	struct err err = {0};
	err_set(&err, ERR_TIMEOUT, "no answer");
	assert_int_equal(err_prefix(&err, "launch %d", 3), -1);
	assert_int_equal(err.code, ERR_TIMEOUT);
	assert_string_equal(err.text, "launch 3: no answer");
}

static void own_text_may_be_an_argument(void **state)
{
	(void)state;
	struct err err = {0};
	err_set(&err, ERR_IO, "inner");
	err_set(&err, ERR_GUEST, "outer (%s), again %s", err.text, err.text);
	assert_string_equal(err.text, "outer (inner), again inner");
	err_prefix(&err, "%s", err.text);
	assert_string_equal(err.text,
		"outer (inner), again inner: outer (inner), again inner");
}

/* Every cut, whatever its place in a sequence, leaves whole characters. */
static void long_texts_are_cut_between_characters(void **state)
{
	(void)state;
	char text[ERR_TEXT_SIZE * 2];
	for (int lead = 0; lead < 8; lead++) {
		size_t at = 0;
		while (at < (size_t)lead)
			text[at++] = 'a';
		while (at + 5 < sizeof text) {
			memcpy(text + at, "\xF0\x9F\x98\x80", 4);
			at += 4;
		}
		text[at] = '\0';
		struct err err = {0}, prefixed = {0}, numbered = {0};
		err_set(&err, ERR_IO, "%s", text);
		err_set_errno(&numbered, ERR_IO, EIO, "%s", text);
		err_set(&prefixed, ERR_IO, "%s", text);
		err_prefix(&prefixed, "%.*s", lead, "abcdefgh");
		const char *results[] = {err.text, prefixed.text, numbered.text};
		for (size_t r = 0; r < 3; r++) {
			size_t length = strlen(results[r]);
			assert_in_range(length, ERR_TEXT_SIZE - 5, ERR_TEXT_SIZE - 1);
			for (size_t i = 0; i < length;) {
				size_t step = utf8_sequence(results[r] + i, length - i);
				assert_int_not_equal(step, 0);
				i += step;
			}
		}
	}
}

static void every_code_has_its_own_name(void **state)
{
	(void)state;
	for (int a = ERR_NONE; a <= ERR_INTERRUPTED; a++) {
		assert_string_not_equal(err_code_name((enum err_code)a), "unknown");
		for (int b = ERR_NONE; b < a; b++)
			assert_string_not_equal(err_code_name((enum err_code)a), err_code_name((enum err_code)b));
	}
	assert_string_equal(err_code_name(ERR_TIMEOUT), "timeout");
	assert_string_equal(err_code_name((enum err_code)(ERR_INTERRUPTED + 1)), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills_and_returns_minus_one),
		cmocka_unit_test(errno_decides_no_space),
		cmocka_unit_test(prefix_keeps_code_and_text),
		cmocka_unit_test(own_text_may_be_an_argument),
		cmocka_unit_test(long_texts_are_cut_between_characters),
		cmocka_unit_test(every_code_has_its_own_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
