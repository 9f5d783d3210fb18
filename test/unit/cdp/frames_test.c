/* Frames in memory: what is read is written down as text, "T:hello P:ping C", so that rows can
 * be compared at every split of the bytes; then what breaks the protocol, and mutations. */
#include "cdp/frames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"

enum { CEILING = 1000 };

/* Feeds pieces of `step` bytes; the log of what came out, to be freed. */
static char *read_in_steps(const void *bytes, size_t length, size_t step)
{
	struct cdp_frames *frames = cdp_frames_new(CEILING);
	struct buf log;
	buf_init(&log, 100000);
	buf_append_text(&log, "");
	for (size_t at = 0; at < length; at += step) {
		size_t size = length - at < step ? length - at : step;
		char *exact = mem_strndup("", 0);
		exact = mem_resize(exact, size, 1); /* no byte behind: the sanitizer would see it read */
		memcpy(exact, (const char *)bytes + at, size);
		cdp_frames_feed(frames, exact, size);
		const char *payload;
		size_t payload_length;
		struct err err = {0};
		enum cdp_frame found;
		while ((found = cdp_frames_next(frames, &payload, &payload_length, &err)) != CDP_FRAME_NONE) {
			static const char *const names[] = {"", "T", "P", "C", "X"};
			buf_append_format(&log, "%s%s:%.*s", log.length ? " " : "", names[found],
				found == CDP_FRAME_BROKEN ? 99 : (int)payload_length,
				found == CDP_FRAME_BROKEN ? err_code_name(err.code) : payload);
			if (found == CDP_FRAME_TEXT)
				assert_int_equal(payload[payload_length], '\0');
		}
		free(exact);
	}
	if (cdp_frames_in_message(frames))
		buf_append_text(&log, " …");
	cdp_frames_free(frames);
	return buf_detach(&log);
}

#define B(text) text, sizeof text - 1

static const struct row {
	const char *bytes;
	size_t length;
	const char *log;
} rows[] = {
	{B("\x81\x02{}"), "T:{}"},
	{B("\x81\x00"), "T:"},
	{B("\x81\x02{}\x81\x01x"), "T:{} T:x"},
	{B("\x01\x01" "a\x80\x01" "b"), "T:ab"},
	{B("\x01\x01" "a\x00\x00\x00\x01" "b\x80\x00"), "T:ab"},
	{B("\x01\x01" "a\x89\x02" "hi\x80\x01" "b"), "P:hi T:ab"}, /* a ping amid the message */
	{B("\x89\x00\x89\x01" "x"), "P: P:x"},
	{B("\x8a\x03" "ign\x81\x01" "a"), "T:a"},
	{B("\x88\x02\x03\xe8\x81\x01" "a"), "C:\x03\xe8"}, /* nothing after it */
	{B("\x88\x00"), "C:"},
	{B("\x81\x7e\x00\x7e" "123456789012345678901234567890123456789012345678901234567890123"
		"123456789012345678901234567890123456789012345678901234567890123"),
		"T:123456789012345678901234567890123456789012345678901234567890123"
		"123456789012345678901234567890123456789012345678901234567890123"},
	{B("\x81\x03\xff\xfe\xc3"), "T:\xff\xfe\xc3"}, /* UTF-8 is the session's business */
	{B("\x81"), ""}, {B("\x81\x02{"), " …"}, {B("\x01\x01" "a"), " …"},
	{B("\x01\x01" "a\x89"), " …"},
	/* against the protocol; the good one behind is not read */
	{B("\x82\x02{}\x81\x01" "a"), "X:invalid"},
	{B("\x01\x01" "a\x82\x01" "b"), "X:invalid …"},
	{B("\x80\x01" "a\x81\x01" "a"), "X:closed"},
	{B("\x00\x01" "a\x81\x01" "a"), "X:closed"},
	{B("\x01\x01" "a\x81\x01" "b"), "X:closed …"},
	{B("\xc1\x02{}"), "X:closed"}, {B("\xa1\x02{}"), "X:closed"}, {B("\x91\x02{}"), "X:closed"},
	{B("\x83\x01x"), "X:closed"}, {B("\x87\x01x"), "X:closed"}, {B("\x8b\x01x"), "X:closed"},
	{B("\x8f\x01x"), "X:closed"},
	{B("\x81\x82zzzz{}"), "X:closed"},      /* masked */
	{B("\x09\x00x"), "X:closed"},           /* a control frame in pieces */
	{B("\x08\x01x"), "X:closed"},
	{B("\x89\x7e\x00\x7e"), "X:closed"},    /* a control frame of 126 bytes */
	{B("\x81\x7e\x00\x02{}"), "X:closed"},  /* not the shortest length */
	{B("\x81\x7f\x00\x00\x00\x00\x00\x00\x00\x02{}"), "X:closed"},
	{B("\x81\x7f\x80\x00\x00\x00\x00\x00\x00\x00xx"), "X:closed"}, /* 2^63 */
	{B("\x81\x7f\x40\x00\x00\x00\x00\x00\x00\x00xx"), "X:too_large"},
	{B("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xffxx"), "X:too_large"},
	{B("\x81\x7e\x03\xe9xx"), "X:too_large"}, /* 1001 */
	{B("\x01\x01" "a\x80\x7e\x03\xe8x"), "X:too_large …"},
	{B("\xf7\x7fnot a frame at all"), "X:closed"},
};

static void test_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		for (size_t step = 1; step <= rows[i].length; step++) {
			char *log = read_in_steps(rows[i].bytes, rows[i].length, step);
			if (strcmp(log, rows[i].log) != 0)
				fail_msg("row %zu in steps of %zu:\n  got  %s\n  want %s", i, step, log, rows[i].log);
			free(log);
		}
	}
}

/* What we encode, as a server would read it. */
static size_t decode(const unsigned char *bytes, size_t encoded, unsigned char *payload)
{
	uint64_t length = bytes[1] & 127;
	size_t at = 2;
	assert_int_equal(bytes[1] & 128, 128); /* masked: RFC 6455 §5.1 */
	if (length >= 126) {
		int size = length == 126 ? 2 : 8;
		for (length = 0; size > 0; size--)
			length = length << 8 | bytes[at++];
		assert_true(length >= 126);
	}
	const unsigned char *mask = bytes + at;
	for (size_t i = 0; i < length; i++)
		payload[i] = bytes[at + 4 + i] ^ mask[i % 4];
	assert_int_equal(at + 4 + length, encoded);
	return length;
}

static void test_encoding(void **state)
{
	(void)state;
	static const size_t lengths[] = {0, 1, 125, 126, 127, 4095, 4096, 4097, 65535, 65536, 65537, 1000000};
	struct cdp_frames *frames = cdp_frames_new(CEILING);
	unsigned char *text = mem_alloc_zero(1000001, 1), *decoded = mem_alloc_zero(1000001, 1);
	uint32_t masks[2] = {0};
	for (size_t i = 0; i < 1000000; i++)
		text[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		unsigned char *out = mem_alloc_zero(lengths[i] + CDP_FRAMES_HEADER_SIZE, 1);
		size_t encoded = cdp_frames_encode(frames, CDP_FRAMES_TEXT, text, lengths[i], out);
		assert_true(encoded <= lengths[i] + CDP_FRAMES_HEADER_SIZE);
		assert_int_equal(out[0], 0x81);
		assert_int_equal(decode(out, encoded, decoded), lengths[i]);
		assert_memory_equal(decoded, text, lengths[i]);
		if (i < 2)
			memcpy(&masks[i], out + 2, 4);
		free(out);
	}
	assert_int_not_equal(masks[0], masks[1]); /* fresh for each frame: RFC 6455 §5.3 */
	unsigned char out[125 + CDP_FRAMES_HEADER_SIZE];
	size_t encoded = cdp_frames_encode(frames, CDP_FRAMES_PONG, text, 125, out);
	assert_int_equal(out[0], 0x8a);
	assert_int_equal(decode(out, encoded, decoded), 125);
	cdp_frames_free(frames);
	free(text);
	free(decoded);
}

/* Sending between two pieces of a frame being read does not disturb it. */
static void test_both_ways_at_once(void **state)
{
	(void)state;
	struct cdp_frames *frames = cdp_frames_new(CEILING);
	const char *payload;
	size_t length;
	struct err err;
	unsigned char out[64];
	cdp_frames_feed(frames, "\x81\x04" "ab", 4);
	assert_int_equal(cdp_frames_next(frames, &payload, &length, &err), CDP_FRAME_NONE);
	assert_true(cdp_frames_encode(frames, CDP_FRAMES_TEXT, "xyz", 3, out) > 0);
	cdp_frames_feed(frames, "cd", 2);
	assert_int_equal(cdp_frames_next(frames, &payload, &length, &err), CDP_FRAME_TEXT);
	assert_int_equal(length, 4);
	assert_string_equal(payload, "abcd");
	cdp_frames_free(frames);
}

static void test_random_mutations(void **state)
{
	(void)state;
	enum { ROUNDS = 20000 };
	struct rng rng;
	rng_seed(&rng, 20261125, "cdp/frames");
	int broken = 0;
	for (int round = 0; round < ROUNDS; round++) {
		char bytes[512];
		size_t length = 0;
		for (int i = 0; i < 3; i++) {
			const struct row *row = &rows[rng_below(&rng, 11)];
			memcpy(bytes + length, row->bytes, row->length);
			length += row->length;
		}
		for (uint32_t changes = rng_below(&rng, 4); changes > 0; changes--)
			bytes[rng_below(&rng, (uint32_t)length)] = (char)rng_next(&rng);
		char *log = read_in_steps(bytes, length, 1 + rng_below(&rng, (uint32_t)length));
		broken += strstr(log, "X:") != NULL;
		free(log);
	}
	assert_in_range(broken, ROUNDS / 20, ROUNDS - ROUNDS / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_split),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_both_ways_at_once),
		cmocka_unit_test(test_random_mutations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
