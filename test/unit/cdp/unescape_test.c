/* JSON strings to bytes: rows, every code unit, the room at every size, every truncation, and
 * random texts against a slow and obvious reader. */
#include "cdp/unescape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"
#include "base/utf8.h"

struct outcome {
	ssize_t written;
	size_t used;
	enum err_code code;
	char *bytes; /* to be freed */
};

/* Input and output are exactly as long as they may be, so that a sanitizer sees one byte too many. */
static struct outcome unescape(const char *text, size_t length, size_t room)
{
	char *in = mem_alloc_zero(length ? length : 1, 1), *out = mem_alloc_zero(room ? room : 1, 1);
	memcpy(in, text, length);
	const char *at = in;
	struct err err = {0};
	ssize_t written = cdp_unescape(&at, in + length, out, room, &err);
	struct outcome outcome = {written, (size_t)(at - in), err.code, out};
	assert_true(written < 0 ? strlen(err.text) > 10 : (size_t)written <= room);
	free(in);
	return outcome;
}

#define B(text) text, sizeof text - 1

static const struct row {
	const char *text;
	size_t length;
	const char *bytes;
	size_t bytes_length;
} rows[] = {
	{B("\""), B("")}, {B("abc\""), B("abc")}, {B("\\\"\\\\\\/\\b\\f\\n\\r\\t\""), B("\"\\/\b\f\n\r\t")},
	{B("{\\\"ph\\\":\\\"X\\\",\\\"name\\\":\\\"RunTask\\\"}\""), B("{\"ph\":\"X\",\"name\":\"RunTask\"}")},
	{B("\\u0041\\u00e4\\u20AC\\u20ac\""), B("A\xc3\xa4\xe2\x82\xac\xe2\x82\xac")},
	{B("\\u0000\\u001f\\u007f\\u0080\\u07ff\\u0800\\uffff\""),
		B("\0\x1f\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf")},
	{B("\\ud83d\\ude00\\uD83D\\uDE00\""), B("\xf0\x9f\x98\x80\xf0\x9f\x98\x80")},
	{B("\\ud800\\udc00\\udbff\\udfff\""), B("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")},
	/* halves without their partner */
	{B("\\ud83d\""), B("\xef\xbf\xbd")}, {B("\\ude00\""), B("\xef\xbf\xbd")},
	{B("\\ud83dx\""), B("\xef\xbf\xbdx")}, {B("\\ud83d\\n\""), B("\xef\xbf\xbd\n")},
	{B("\\ud83d\\u0041\""), B("\xef\xbf\xbd" "A")},
	{B("\\ude00\\ud83d\""), B("\xef\xbf\xbd\xef\xbf\xbd")},
	{B("\\ud83d\\ud83d\\ude00\""), B("\xef\xbf\xbd\xf0\x9f\x98\x80")},
	/* bytes beyond ASCII stand for themselves */
	{B("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f\""), B("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\x7f")},
	{B("a backslash \\\\\" and not this"), B("a backslash \\")},
	{B("sixteen bytes...sixteen bytes...\\nsixteen bytes...\""),
		B("sixteen bytes...sixteen bytes...\nsixteen bytes...")},
};

static void test_what_it_stands_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outcome outcome = unescape(rows[i].text, rows[i].length, 100);
		size_t used = rows[i].length;
		while (rows[i].text[used - 1] != '"')
			used--;
		if (outcome.written != (ssize_t)rows[i].bytes_length ||
		    memcmp(outcome.bytes, rows[i].bytes, rows[i].bytes_length) != 0)
			fail_msg("%s: %zd bytes", rows[i].text, outcome.written);
		assert_int_equal(outcome.used, used);
		free(outcome.bytes);
	}
}

static void test_every_truncation_and_room(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct outcome whole = unescape(rows[i].text, rows[i].length, 100);
		size_t end = whole.used;
		free(whole.bytes);
		for (size_t length = 0; length < end; length++) {
			struct outcome outcome = unescape(rows[i].text, length, 100);
			assert_int_equal(outcome.written, -1);
			assert_int_equal(outcome.code, ERR_INVALID);
			assert_int_equal(outcome.used, 0);
			free(outcome.bytes);
		}
		for (size_t room = 0; room < 100; room++) {
			struct outcome outcome = unescape(rows[i].text, rows[i].length, room);
			bool fits = room >= rows[i].bytes_length;
			assert_int_equal(outcome.written, fits ? (ssize_t)rows[i].bytes_length : -1);
			assert_int_equal(outcome.code, fits ? ERR_NONE : ERR_TOO_LARGE);
			free(outcome.bytes);
		}
	}
}

static void test_what_is_no_string(void **state)
{
	(void)state;
	static const struct { const char *text; size_t length; } bad[] = {
		{B("\\x\"")}, {B("\\\0\"")}, {B("\\a\"")}, {B("\\U0041\"")}, {B("\\u004\"")}, {B("\\u00g0\"")},
		{B("\\u 041\"")}, {B("\\u+041\"")}, {B("\\u004\\n\"")}, {B("a\nb\"")}, {B("\0\"")}, {B("\x1f\"")},
		{B("\t\"")}, {B("\xff\"")}, {B("\x80\"")}, {B("\xc3\"")}, {B("\xc3\x28\"")}, {B("\xc0\x80\"")},
		{B("\xed\xa0\x80\"")}, {B("\xf4\x90\x80\x80\"")}, {B("\xe2\x82\"")},
		{B("sixteen bytes...sixteen \x01ytes...\"")}, {B("sixteen bytes...sixteen \xffytes...\"")},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct outcome outcome = unescape(bad[i].text, bad[i].length, 100);
		if (outcome.written != -1 || outcome.code != ERR_INVALID)
			fail_msg("accepted: %s", bad[i].text);
		free(outcome.bytes);
	}
}

/* All 65,536 units, alone: UTF-8 that is well-formed, or U+FFFD for the halves. */
static void test_every_unit(void **state)
{
	(void)state;
	for (unsigned unit = 0; unit < 0x10000; unit++) {
		char text[16];
		snprintf(text, sizeof text, unit % 2 ? "\\u%04x\"" : "\\u%04X\"", unit);
		struct outcome outcome = unescape(text, 7, 3);
		assert_true(outcome.written > 0);
		assert_int_equal(utf8_sequence(outcome.bytes, (size_t)outcome.written), outcome.written);
		if (unit >= 0xd800 && unit < 0xe000)
			assert_memory_equal(outcome.bytes, "\xef\xbf\xbd", 3);
		free(outcome.bytes);
	}
}

/* --- against a reader that goes byte by byte --- */

static int slow_unit(const char *text, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	int unit = 0;
	if (length < 6 || text[0] != '\\' || text[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		char lower = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + 32) : text[i];
		const char *digit = lower ? strchr(digits, lower) : NULL;
		if (!digit)
			return -1;
		unit = unit * 16 + (int)(digit - digits);
	}
	return unit;
}

static size_t slow_utf8(unsigned code, char *out)
{
	if (code < 0x80)
		return out[0] = (char)code, 1;
	if (code < 0x800)
		return out[0] = (char)(0xc0 + code / 64), out[1] = (char)(0x80 + code % 64), 2;
	if (code < 0x10000)
		return out[0] = (char)(0xe0 + code / 4096), out[1] = (char)(0x80 + code / 64 % 64),
			out[2] = (char)(0x80 + code % 64), 3;
	return out[0] = (char)(0xf0 + code / 262144), out[1] = (char)(0x80 + code / 4096 % 64),
		out[2] = (char)(0x80 + code / 64 % 64), out[3] = (char)(0x80 + code % 64), 4;
}

static ssize_t slow(const char *text, size_t length, char *out, size_t *used)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	size_t at = 0, written = 0;
	while (at < length && text[at] != '"') {
		size_t sequence = utf8_sequence(text + at, length - at);
		int unit = slow_unit(text + at, length - at);
		if (unit >= 0xd800 && unit < 0xdc00) {
			int low = slow_unit(text + at + 6, length - at - 6);
			bool pair = low >= 0xdc00 && low < 0xe000;
			written += slow_utf8(pair ? 0x10000 + (unsigned)(unit - 0xd800) * 1024 + (unsigned)(low - 0xdc00)
				: 0xfffd, out + written);
			at += pair ? 12 : 6;
		} else if (unit >= 0) {
			written += slow_utf8(unit >= 0xdc00 && unit < 0xe000 ? 0xfffd : (unsigned)unit, out + written);
			at += 6;
		} else if (text[at] == '\\') {
			const char *letter = at + 1 < length && text[at + 1] ? strchr(letters, text[at + 1]) : NULL;
			if (!letter)
				return -1;
			out[written++] = meanings[letter - letters];
			at += 2;
		} else if (sequence == 0 || (sequence == 1 && (unsigned char)text[at] < 32)) {
			return -1;
		} else {
			memcpy(out + written, text + at, sequence);
			written += sequence;
			at += sequence;
		}
	}
	*used = at + 1;
	return at < length ? (ssize_t)written : -1;
}

static size_t random_text(struct rng *rng, char *text, size_t size)
{
	static const char *const parts[] = {
		"\\\"", "\\\"", "\\\"", "\\\\", "\\n", "\\/", "\\u00e4", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\u0000",
		"name", "a longer run of plain bytes, over sixteen", "1234567890123456", "123456789012345", "ä", "€", "😀",
		"\\", "\\x", "\x01", "\xff", "\xe2\x82", "\\u12", "\"",
	};
	/* The last seven end or break it: rarely. */
	size_t length = 0, count = sizeof parts / sizeof *parts;
	while (length + 64 < size) {
		const char *part = parts[rng_below(rng, rng_below(rng, 30) ? (uint32_t)count - 7 : (uint32_t)count)];
		memcpy(text + length, part, strlen(part));
		length += strlen(part);
		if (rng_below(rng, 40) == 0)
			break;
	}
	text[length++] = '"';
	for (uint32_t changes = rng_below(rng, 8) == 0 ? 1 : 0; changes > 0; changes--)
		text[rng_below(rng, (uint32_t)length)] = (char)rng_next(rng);
	return length;
}

static void test_against_the_slow_reader(void **state)
{
	(void)state;
	enum { ROUNDS = 100000, SIZE = 1024 };
	struct rng rng;
	rng_seed(&rng, 20261125, "cdp/unescape");
	char text[SIZE], want[SIZE];
	int accepted = 0;
	for (int round = 0; round < ROUNDS; round++) {
		size_t length = random_text(&rng, text, sizeof text), used = 0;
		ssize_t written = slow(text, length, want, &used);
		struct outcome outcome = unescape(text, length, written < 0 ? SIZE : (size_t)written);
		assert_int_equal(outcome.written, written);
		if (written >= 0) {
			assert_memory_equal(outcome.bytes, want, (size_t)written);
			assert_int_equal(outcome.used, used);
			accepted++;
		}
		free(outcome.bytes);
	}
	assert_in_range(accepted, ROUNDS / 10, ROUNDS - ROUNDS / 10); /* neither all nor none */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_it_stands_for),
		cmocka_unit_test(test_every_truncation_and_room),
		cmocka_unit_test(test_what_is_no_string),
		cmocka_unit_test(test_every_unit),
		cmocka_unit_test(test_against_the_slow_reader),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
