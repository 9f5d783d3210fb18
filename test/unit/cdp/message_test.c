/* Messages as text: rows of what is one and what is not, then hostile input: every
 * truncation, every single-byte change, and random mutations from a fixed seed. Meant to be
 * run under AddressSanitizer and UBSan too. */
#include "cdp/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"

static const struct good_row {
	const char *text;
	enum cdp_message_kind kind;
	int64_t id;
	const char *session, *method;
	int64_t error_code;
	const char *error_text, *error_data;
	bool has_result;
} good_rows[] = {
	{"{\"id\":1,\"result\":{}}", CDP_REPLY, 1, "", NULL, 0, NULL, NULL, true},
	{" {\"result\":{\"a\":[1]} , \"id\":7,\"sessionId\":\"S\"}\n", CDP_REPLY, 7, "S", NULL, 0, NULL, NULL, true},
	{"{\"id\":9007199254740991,\"result\":{}}", CDP_REPLY, 9007199254740991, "", NULL, 0, NULL, NULL, true},
	{"{\"id\":1e3,\"result\":{}}", CDP_REPLY, 1000, "", NULL, 0, NULL, NULL, true},
	{"{\"id\":3,\"result\":{},\"unknown\":[{}]}", CDP_REPLY, 3, "", NULL, 0, NULL, NULL, true},
	{"{\"id\":2,\"id\":5,\"result\":{}}", CDP_REPLY, 2, "", NULL, 0, NULL, NULL, true},
	{"{\"id\":2,\"error\":{\"code\":-32601,\"message\":\"'X' wasn't found\"}}", CDP_ERROR_REPLY, 2, "",
		NULL, -32601, "'X' wasn't found", "", false},
	{"{\"error\":{\"code\":0,\"message\":\"\",\"data\":\"d\"},\"id\":2,\"sessionId\":\"T\"}",
		CDP_ERROR_REPLY, 2, "T", NULL, 0, "", "d", false},
	{"{\"id\":2,\"error\":{\"code\":1,\"message\":\"m\",\"data\":{\"a\":1}}}", CDP_ERROR_REPLY, 2, "",
		NULL, 1, "m", "", false},
	{"{\"method\":\"Page.loadEventFired\",\"params\":{\"timestamp\":1.5}}", CDP_EVENT, 0, "",
		"Page.loadEventFired", 0, NULL, NULL, true},
	{"{\"method\":\"Inspector.targetCrashed\",\"sessionId\":\"U\"}", CDP_EVENT, 0, "U",
		"Inspector.targetCrashed", 0, NULL, NULL, false},
	/* A page may say anything in a text: lone surrogates, escaped NUL. */
	{"{\"id\":1,\"result\":{\"value\":\"\\ud800 \\u0000 \\udc00\\ud83d\\ude00\"}}", CDP_REPLY, 1, "",
		NULL, 0, NULL, NULL, true},
};

static void assert_text(const char *got, const char *want)
{
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
}

static void test_what_is_a_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		const struct good_row *row = &good_rows[i];
		struct cdp_message message;
		struct err err = {0};
		if (cdp_message_parse(row->text, strlen(row->text), &message, &err) < 0)
			fail_msg("%s: %s", row->text, err.text);
		assert_int_equal(message.kind, row->kind);
		assert_int_equal(message.id, row->id);
		assert_string_equal(message.session, row->session);
		assert_text(message.method, row->method);
		assert_int_equal(message.error_code, row->error_code);
		assert_text(message.error_text, row->error_text);
		assert_text(message.error_data, row->error_data);
		assert_int_equal(message.result != NULL, row->has_result);
		cdp_message_release(&message);
		cdp_message_release(&message); /* harmless */
	}
}

static const char *const bad_rows[] = {
	"", " ", "null", "true", "1", "\"id\"", "[]", "[{\"id\":1,\"result\":{}}]", "{}", "{", "}",
	"{\"id\":1}", "{\"result\":{}}", "{\"id\":1,\"result\":{}}x", "{\"id\":1,\"result\":{}}{}",
	"{\"id\":1,\"result\":{}\"}", "{id:1,result:{}}", "{'id':1,'result':{}}",
	"{\"id\":0,\"result\":{}}", "{\"id\":-1,\"result\":{}}", "{\"id\":1.5,\"result\":{}}",
	"{\"id\":9007199254740992,\"result\":{}}", "{\"id\":18446744073709551617,\"result\":{}}",
	"{\"id\":1e308,\"result\":{}}", "{\"id\":1e999,\"result\":{}}", "{\"id\":-1e999,\"result\":{}}",
	"{\"id\":NaN,\"result\":{}}", "{\"id\":Infinity,\"result\":{}}", "{\"id\":0x10,\"result\":{}}",
	"{\"id\":null,\"result\":{}}", "{\"id\":true,\"result\":{}}", "{\"id\":\"1\",\"result\":{}}",
	"{\"id\":[1],\"result\":{}}", "{\"id\":{},\"result\":{}}",
	"{\"id\":1,\"result\":null}", "{\"id\":1,\"result\":[]}", "{\"id\":1,\"result\":\"{}\"}",
	"{\"id\":1,\"result\":7}", "{\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"m\"}}",
	"{\"id\":1,\"result\":{},\"error\":null}", "{\"id\":1,\"result\":{},\"method\":\"A.b\"}",
	"{\"id\":1,\"method\":\"A.b\",\"params\":{}}",
	"{\"id\":1,\"error\":null}", "{\"id\":1,\"error\":\"no\"}", "{\"id\":1,\"error\":{}}",
	"{\"id\":1,\"error\":{\"code\":\"1\",\"message\":\"m\"}}", "{\"id\":1,\"error\":{\"code\":1}}",
	"{\"id\":1,\"error\":{\"code\":1.5,\"message\":\"m\"}}", "{\"id\":1,\"error\":{\"message\":\"m\"}}",
	"{\"id\":1,\"error\":{\"code\":1,\"message\":2}}", "{\"id\":1,\"error\":{\"code\":1e300,\"message\":\"m\"}}",
	"{\"error\":{\"code\":-32700,\"message\":\"JSON: unterminated\"}}", "{\"error\":5}",
	"{\"method\":\"\"}", "{\"method\":7}", "{\"method\":null}", "{\"method\":[\"A.b\"]}",
	"{\"method\":\"A.b\",\"params\":[]}", "{\"method\":\"A.b\",\"params\":null}",
	"{\"method\":\"A.b\",\"params\":\"x\"}", "{\"method\":\"A.b\",\"params\":3}",
	"{\"method\":\"A.b\",\"sessionId\":1}", "{\"method\":\"A.b\",\"sessionId\":null}",
	"{\"id\":1,\"result\":{},\"sessionId\":{}}",
	"{\"id\":1,\"result\":{\"a\":\"\xc3\x28\"}}", "{\"id\":1,\"result\":{\"a\":\"\xff\"}}",
	"{\"id\":1,\"result\":{\"a\":\"\xed\xa0\x80\"}}", "{\"id\":1,\"result\":{\"a\":\"\x01\"}}",
	"{\"id\":1,\"result\":{\"a\":\"\\x\"}}", "{\"id\":1,\"result\":{\"a\":\"\\u12\"}}",
	"\xef\xbb\xbf{\"id\":1,\"result\":{}}",
};

static void test_what_is_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
		struct cdp_message message;
		struct err err = {0};
		if (cdp_message_parse(bad_rows[i], strlen(bad_rows[i]), &message, &err) == 0)
			fail_msg("accepted: %s", bad_rows[i]);
		assert_int_equal(err.code, ERR_INVALID);
		assert_true(strlen(err.text) > 10);
		assert_null(message.root);
	}
	struct cdp_message message;
	static const char with_nul[] = "{\"id\":1,\0\"result\":{}}";
	assert_int_equal(cdp_message_parse(with_nul, sizeof with_nul - 1, &message, NULL), -1);
}

static void test_the_browsers_own_words_are_kept(void **state)
{
	(void)state;
	static const char text[] = "{\"error\":{\"code\":-32600,\"message\":\"Message must have integer 'id'\"}}";
	struct cdp_message message;
	struct err err;
	assert_int_equal(cdp_message_parse(text, sizeof text - 1, &message, &err), -1);
	assert_non_null(strstr(err.text, "Message must have integer 'id'"));
}

static void test_the_id_of_a_reply_at_its_beginning(void **state)
{
	(void)state;
	static const struct { const char *text; int64_t id; } rows[] = {
		{"{\"id\":1,\"result\":", 1}, {"{\"id\":907,\"result\":{}}", 907}, {"{\"id\":7,\"result\":garbage", 7},
		{"{\"id\":999999999999999,\"result\":{}}", 999999999999999},
		/* the long way */
		{"{\"id\":1000000000000000,\"result\":{}}", 0}, {"{\"id\":1,\"error\":{}}", 0},
		{"{\"id\": 1,\"result\":{}}", 0}, {" {\"id\":1,\"result\":{}}", 0}, {"{\"id\":01,\"result\":{}}", 0},
		{"{\"id\":0,\"result\":{}}", 0}, {"{\"id\":-1,\"result\":{}}", 0}, {"{\"id\":1.0,\"result\":{}}", 0},
		{"{\"id\":,\"result\":{}}", 0}, {"{\"result\":{},\"id\":1}", 0}, {"", 0},
		{"{\"method\":\"A.b\"}", 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t length = strlen(rows[i].text);
		char *exact = mem_alloc_zero(length ? length : 1, 1);
		memcpy(exact, rows[i].text, length);
		if (cdp_message_reply_id(exact, length) != rows[i].id)
			fail_msg("%s", rows[i].text);
		free(exact);
	}
	static const char shortest[] = "{\"id\":1,\"result\":";
	for (size_t length = 0; length < sizeof shortest - 1; length++) {
		char *exact = mem_alloc_zero(length ? length : 1, 1);
		memcpy(exact, shortest, length);
		assert_int_equal(cdp_message_reply_id(exact, length), 0);
		free(exact);
	}
}

/* --- hostile input --- */

/* Parses a copy without terminator, so that reading one byte too many is seen by the
 * sanitizer; what is accepted must be coherent. */
static bool parse_exact(const char *text, size_t length)
{
	char *exact = mem_alloc_zero(length ? length : 1, 1);
	memcpy(exact, text, length);
	struct cdp_message message;
	struct err err = {0};
	bool accepted = cdp_message_parse(exact, length, &message, &err) == 0;
	free(exact); /* nothing may point into the input */
	if (accepted) {
		assert_non_null(message.root);
		assert_non_null(message.session);
		if (message.kind == CDP_EVENT)
			assert_true(message.method[0] != '\0');
		else
			assert_true(message.id >= 1 && message.id <= INT64_C(9007199254740991));
		assert_int_equal(message.kind == CDP_ERROR_REPLY, message.error_text != NULL);
		cdp_message_release(&message);
	} else {
		assert_true(err.code == ERR_INVALID || err.code == ERR_TOO_LARGE);
	}
	return accepted;
}

static void test_truncated_everywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		const char *text = good_rows[i].text;
		size_t end = strlen(text);
		while (text[end - 1] != '}')
			end--;
		assert_true(parse_exact(text, end));
		for (size_t length = 0; length < end; length++)
			assert_false(parse_exact(text, length));
	}
}

static void test_no_end_of_a_message_is_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		const char *text = good_rows[i].text;
		size_t length = strlen(text), start = strspn(text, " ");
		for (size_t at = start + 1; at < length && text[at] != '\n'; at++)
			assert_false(parse_exact(text + at, length - at));
	}
}

static void test_every_byte_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		char *text = mem_strdup(good_rows[i].text);
		size_t length = strlen(text);
		for (size_t at = 0; at < length; at++) {
			char before = text[at];
			for (int byte = 0; byte < 256; byte++) {
				text[at] = (char)byte;
				parse_exact(text, length);
			}
			text[at] = before;
		}
		free(text);
	}
}

/* Pieces that a mutation may splice in. */
static const char *const pieces[] = {
	"{", "}", "[", "]", "\"", ":", ",", "\\", "\\u", "\\ud800", "\\udc00", "null", "true", "-", "1e999",
	"99999999999999999999999999", "-0", "0.0000000000000000000000000001", "\"id\":", "\"method\":",
	"\"params\":{}", "\"error\":", "\"result\":", "\"sessionId\":", "\xff", "\xc0\x80", "\xf4\x90\x80\x80",
	"{\"a\":{\"a\":{\"a\":", "[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]",
};

static void mutate(struct rng *rng, struct buf *text)
{
	size_t at = text->length ? rng_below(rng, (uint32_t)text->length) : 0;
	const char *piece = pieces[rng_below(rng, sizeof pieces / sizeof *pieces)];
	char *tail = mem_strndup(text->data ? text->data + at : "", text->length - at);
	size_t tail_length = text->length - at;
	switch (rng_below(rng, 4)) {
	case 0: /* a byte of any value, NUL too */
		if (text->length)
			text->data[at] = (char)rng_next(rng);
		break;
	case 1: /* splice in */
		text->length = at;
		buf_append_text(text, piece);
		buf_append(text, tail, strlen(tail));
		break;
	case 2: /* cut out up to 8 bytes */
		text->length = at;
		if (tail_length > 8)
			buf_append(text, tail + 8, strlen(tail) > 8 ? strlen(tail) - 8 : 0);
		break;
	default: /* repeat the tail */
		buf_append(text, tail, strlen(tail));
	}
	free(tail);
}

static void test_random_mutations(void **state)
{
	(void)state;
	enum { ROUNDS = 60000, LIMIT = 4096 };
	struct rng rng;
	rng_seed(&rng, 20261123, "cdp/message");
	struct buf text;
	buf_init(&text, LIMIT);
	int accepted = 0;
	for (int round = 0; round < ROUNDS; round++) {
		buf_clear(&text);
		buf_append_text(&text, good_rows[rng_below(&rng, sizeof good_rows / sizeof *good_rows)].text);
		uint32_t changes = 1 + rng_below(&rng, 6);
		while (changes-- > 0)
			mutate(&rng, &text);
		accepted += parse_exact(text.data, text.length);
	}
	buf_release(&text);
	/* Some survive (a digit changed), most must not; neither 0 nor all, or this tests nothing. */
	assert_in_range(accepted, ROUNDS / 1000, ROUNDS / 2);
}

static void test_deep_nesting(void **state)
{
	(void)state;
	static const struct { int depth; bool accepted; } depths[] = {
		{1, true}, {JSON_DEPTH_MAX - 2, true}, {JSON_DEPTH_MAX + 1, false}, {1000, false}, {2000000, false},
	};
	for (size_t i = 0; i < sizeof depths / sizeof *depths; i++) {
		for (int object = 0; object < 2; object++) {
			struct buf text;
			buf_init(&text, CDP_MESSAGE_CEILING);
			buf_append_text(&text, "{\"id\":1,\"result\":{\"a\":");
			for (int d = 0; d < depths[i].depth; d++)
				buf_append_text(&text, object ? "{\"\":" : "[");
			buf_append_text(&text, "0");
			for (int d = 0; d < depths[i].depth; d++)
				buf_append_text(&text, object ? "}" : "]");
			buf_append_text(&text, "}}");
			assert_int_equal(parse_exact(text.data, text.length), depths[i].accepted);
			buf_release(&text);
		}
	}
}

static void test_the_ceiling(void **state)
{
	(void)state;
	static const char head[] = "{\"id\":1,\"result\":{\"a\":\"", tail[] = "\"}}";
	size_t around = sizeof head - 1 + sizeof tail - 1;
	for (int over = 0; over < 2; over++) {
		size_t length = CDP_MESSAGE_CEILING + (size_t)over;
		char *text = mem_alloc_zero(length, 1);
		memset(text, 'x', length);
		memcpy(text, head, sizeof head - 1);
		memcpy(text + length - (sizeof tail - 1), tail, sizeof tail - 1);
		assert_true(length > around);
		struct cdp_message message;
		struct err err = {0};
		int result = cdp_message_parse(text, length, &message, &err);
		assert_int_equal(result, over ? -1 : 0);
		assert_int_equal(err.code, over ? ERR_TOO_LARGE : ERR_NONE);
		if (result == 0)
			cdp_message_release(&message);
		free(text);
	}
}

/* --- commands --- */

static void test_commands(void **state)
{
	(void)state;
	static const struct { int64_t id; const char *session, *method, *params, *text; } command_rows[] = {
		{1, NULL, "Browser.getVersion", NULL, "{\"id\":1,\"method\":\"Browser.getVersion\",\"params\":{}}"},
		{2, "", "A.b", "{\"x\":[1,\"\\\"\"]}", "{\"id\":2,\"method\":\"A.b\",\"params\":{\"x\":[1,\"\\\"\"]}}"},
		{9007199254740991, "S\"1", "A.b", NULL,
			"{\"id\":9007199254740991,\"method\":\"A.b\",\"params\":{},\"sessionId\":\"S\\\"1\"}"},
	};
	for (size_t i = 0; i < sizeof command_rows / sizeof *command_rows; i++) {
		const char *params = command_rows[i].params;
		struct json *value = params ? json_parse(params, strlen(params), 1000, "params", NULL) : NULL;
		char *text = cdp_message_command(command_rows[i].id, command_rows[i].session,
			command_rows[i].method, value);
		assert_string_equal(text, command_rows[i].text);
		free(text);
		json_free(value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_a_message),
		cmocka_unit_test(test_what_is_none),
		cmocka_unit_test(test_the_browsers_own_words_are_kept),
		cmocka_unit_test(test_the_id_of_a_reply_at_its_beginning),
		cmocka_unit_test(test_truncated_everywhere),
		cmocka_unit_test(test_no_end_of_a_message_is_one),
		cmocka_unit_test(test_every_byte_changed),
		cmocka_unit_test(test_random_mutations),
		cmocka_unit_test(test_deep_nesting),
		cmocka_unit_test(test_the_ceiling),
		cmocka_unit_test(test_commands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
