/* The handshake as text: RFC 6455's own example, rows of what is no answer, and hostile input. */
#include "cdp/handshake.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/rng.h"

/* RFC 6455 §1.2 and §1.3. */
#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

static void test_the_key_is_the_rfcs(void **state)
{
	(void)state;
	char key[CDP_HANDSHAKE_KEY_SIZE];
	cdp_handshake_key((const uint8_t *)"the sample nonce", key);
	assert_string_equal(key, KEY);
}

static void test_the_request(void **state)
{
	(void)state;
	char *request = cdp_handshake_request("127.0.0.1", 9222, "/devtools/browser/x", KEY);
	assert_string_equal(request, "GET /devtools/browser/x HTTP/1.1\r\nHost: 127.0.0.1:9222\r\n"
		"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " KEY "\r\n"
		"Sec-WebSocket-Version: 13\r\n\r\n");
	free(request);
}

static void test_paths(void **state)
{
	(void)state;
	static const struct { const char *path; bool ok; } rows[] = {
		{"/", true}, {"/devtools/browser/1-2?a=b", true}, {"", false}, {"a", false}, {"/a b", false},
		{"/a\r\nHost: b", false}, {"/a\tb", false}, {"/\x7f", false}, {"/\xc3\xa4", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (cdp_handshake_path_ok(rows[i].path) != rows[i].ok)
			fail_msg("%s", rows[i].path);
}

#define HEAD "HTTP/1.1 101 Switching Protocols\r\n"
#define UP "Upgrade: websocket\r\n"
#define CONNECTION "Connection: Upgrade\r\n"
#define YES "Sec-WebSocket-Accept: " ACCEPT "\r\n"

static const char *const good_rows[] = {
	HEAD UP CONNECTION YES "\r\n",
	/* Chromium's own */
	"HTTP/1.1 101 WebSocket Protocol Handshake\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n" YES "\r\n",
	"HTTP/1.1 101\r\n" YES CONNECTION UP "\r\n",
	"HTTP/1.1 101 \r\n" YES CONNECTION UP "Server: any: thing\r\n\r\n",
	HEAD "UPGRADE:WEBSOCKET \t\r\nconnection: keep-alive ,\tupgrade, x\r\nSEC-websocket-accept:\t" ACCEPT " \r\n\r\n",
	HEAD UP "Connection: close\r\n" CONNECTION YES "X:\r\n\r\n",
};

static void test_what_opens(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		const char *text = good_rows[i];
		struct err err = {0};
		size_t whole = strlen(text);
		for (size_t length = 0; length < whole; length++) { /* at every split */
			char *exact = mem_strndup(text, length);
			assert_int_equal(cdp_handshake_answer(KEY, exact, length, &err), 0);
			free(exact);
		}
		char *followed = mem_format("%s\x81\x02{}", text);
		if (cdp_handshake_answer(KEY, followed, strlen(followed), &err) != (ssize_t)whole)
			fail_msg("%s: %s", text, err.text);
		free(followed);
	}
}

static const struct {
	const char *text, *says;
} bad_rows[] = {
	{"HTTP/1.1 403 Forbidden\r\n", "it answered HTTP/1.1 403 Forbidden"}, /* told before the end */
	{"HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", "302 Found"},
	{"HTTP/1.1 200 OK\r\n" UP CONNECTION YES "\r\n", "200 OK"},
	{"HTTP/1.0 101 Old\r\n" UP CONNECTION YES "\r\n", "HTTP/1.0 101 Old"},
	{"HTTP/1.1 1011 More\r\n" UP CONNECTION YES "\r\n", "1011"},
	{"HTTP/1.1 101x\r\n" UP CONNECTION YES "\r\n", "101x"},
	{"HTTP/2 101\r\n" UP CONNECTION YES "\r\n", "no HTTP"},
	{"SSH-2.0-OpenSSH_9.2p1 Debian\r\n", "no HTTP"},
	{"\r\n\r\n", "no HTTP"},
	{"HTTP/1.1 500 \x1b[31mred\r\n", "no HTTP"},
	{HEAD "\r\n", "lacks \"Upgrade"},
	{HEAD CONNECTION YES "\r\n", "lacks \"Upgrade"},
	{HEAD "Upgrade: websocket2\r\n" CONNECTION YES "\r\n", "lacks \"Upgrade"},
	{HEAD UP YES "\r\n", "lacks \"Connection"},
	{HEAD UP "Connection: upgraded\r\n" YES "\r\n", "lacks \"Connection"},
	{HEAD UP "Connection: , ,\r\n" YES "\r\n", "lacks \"Connection"},
	{HEAD UP CONNECTION "\r\n", "lacks Sec-WebSocket-Accept"},
	{HEAD UP CONNECTION "Sec-WebSocket-Accept: \r\n\r\n", "does not belong"},
	{HEAD UP CONNECTION "Sec-WebSocket-Accept: " KEY "\r\n\r\n", "does not belong"},
	{HEAD UP CONNECTION "Sec-WebSocket-Accept: S3PPLMBITXAQ9KYGZZHZRBK+XOO=\r\n\r\n", "does not belong"},
	{HEAD UP CONNECTION YES YES "\r\n", "twice"},
	{HEAD UP CONNECTION YES "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n", "none was asked for"},
	{HEAD UP CONNECTION YES "Sec-WebSocket-Protocol: chat\r\n\r\n", "none was asked for"},
	{HEAD UP CONNECTION YES "no colon\r\n\r\n", "is none"},
	{HEAD UP CONNECTION YES ": no name\r\n\r\n", "is none"},
	{HEAD UP CONNECTION " folded: line\r\n" YES "\r\n", "is none"},
	{HEAD UP CONNECTION "X: a\nb\r\n" YES "\r\n", "is none"},
	{HEAD UP CONNECTION "X: a\rb\r\n" YES "\r\n", "is none"},
};

static void test_what_does_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_rows / sizeof *bad_rows; i++) {
		struct err err = {0};
		ssize_t result = cdp_handshake_answer(KEY, bad_rows[i].text, strlen(bad_rows[i].text), &err);
		if (result != -1 || err.code != ERR_CLOSED || !strstr(err.text, bad_rows[i].says))
			fail_msg("%s: %d, %s", bad_rows[i].text, (int)result, err.text);
	}
	static const char with_nul[] = HEAD UP CONNECTION YES "X: a\0b\r\n\r\n";
	assert_int_equal(cdp_handshake_answer(KEY, with_nul, sizeof with_nul - 1, NULL), -1);
}

/* A header without an end is given up at the ceiling; one that ends right there is not. */
static void test_the_ceiling(void **state)
{
	(void)state;
	static const char end[] = "\r\n" UP CONNECTION YES "\r\n";
	for (int over = 0; over < 2; over++) {
		size_t length = CDP_HANDSHAKE_CEILING + (size_t)over;
		char *text = mem_alloc_zero(length, 1);
		memset(text, 'x', length);
		memcpy(text, HEAD "X: ", sizeof HEAD "X: " - 1);
		memcpy(text + length - (sizeof end - 1), end, sizeof end - 1);
		struct err err = {0};
		assert_int_equal(cdp_handshake_answer(KEY, text, length, &err),
			over ? -1 : CDP_HANDSHAKE_CEILING);
		if (over)
			assert_non_null(strstr(err.text, "no end"));
		assert_int_equal(cdp_handshake_answer(KEY, text, CDP_HANDSHAKE_CEILING - 1, &err), 0);
		memset(text, 'y', length); /* not even a first line */
		assert_int_equal(cdp_handshake_answer(KEY, text, length, &err), -1);
		free(text);
	}
}

/* One changed byte never makes us read outside, nor take an answer without its proof. */
static void test_every_byte_changed(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof good_rows / sizeof *good_rows; i++) {
		size_t length = strlen(good_rows[i]);
		char *text = mem_strndup(good_rows[i], length);
		for (size_t at = 0; at < length; at++) {
			for (int byte = 0; byte < 256; byte++) {
				text[at] = (char)byte;
				ssize_t result = cdp_handshake_answer(KEY, text, length, NULL);
				assert_true(result >= -1 && result <= (ssize_t)length);
				if (result > 0)
					assert_non_null(strstr(text, ACCEPT));
			}
			text[at] = good_rows[i][at];
		}
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_key_is_the_rfcs),
		cmocka_unit_test(test_the_request),
		cmocka_unit_test(test_paths),
		cmocka_unit_test(test_what_opens),
		cmocka_unit_test(test_what_does_not),
		cmocka_unit_test(test_the_ceiling),
		cmocka_unit_test(test_every_byte_changed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
