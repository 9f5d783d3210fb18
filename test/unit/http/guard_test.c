#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "http/guard.h"

/* A good GET, to be spoilt in one field by each row. */
static struct http_guard_input good(void)
{
	return (struct http_guard_input){.method = "GET", .raw_uri = "/", .version = "HTTP/1.1",
		.header_count = 3, .host_count = 1, .host = "127.0.0.1:8437", .port = 8437,
		.body_ceiling = 1000};
}

static int check(const struct http_guard_input *input)
{
	const char *reason = "untouched";
	int status = http_guard_check(input, &reason);
	if (status == 0)
		assert_null(reason);
	else
		assert_true(strlen(reason) > 10 && strcmp(reason, "untouched") != 0);
	return status;
}

static void hosts_match_exactly(void **state)
{
	static const struct {
		int count;
		const char *host;
		int status;
	} rows[] = {
		{1, "127.0.0.1:8437", 0}, {1, "localhost:8437", 0},
		{0, NULL, 400}, {2, "127.0.0.1:8437", 400}, {1, "", 421},
		{1, "127.0.0.1", 421}, {1, "127.0.0.1:80", 421}, {1, "127.0.0.1:84370", 421},
		{1, "127.0.0.1:08437", 421}, {1, "127.0.0.1:8437.", 421}, {1, "127.0.0.1.:8437", 421},
		{1, "127.attacker.example:8437", 421}, {1, "127.0.0.1.attacker.example:8437", 421},
		{1, "localhost.attacker.example:8437", 421}, {1, "attacker.example:8437", 421},
		{1, "127.0.0.1:8437@attacker.example", 421}, {1, "attacker.example@127.0.0.1:8437", 421},
		{1, "LOCALHOST:8437", 421}, {1, "[::1]:8437", 421}, {1, "0.0.0.0:8437", 421},
		{1, "127.1:8437", 421}, {1, "2130706433:8437", 421}, {1, "127.0.0.2:8437", 421},
		{1, "127.0.0.1:8437,localhost:8437", 421}, {1, " 127.0.0.1:8437", 421},
		{1, "127.0.0.1:8437 ", 421}, {1, "localhost", 421}, {1, "localhost:8438", 421},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_guard_input input = good();
		input.host_count = rows[i].count;
		input.host = rows[i].host;
		if (check(&input) != rows[i].status)
			fail_msg("Host %s: %d", rows[i].host, check(&input));
	}
}

static void origins_must_fit_the_host(void **state)
{
	static const struct {
		const char *host, *origin;
		int count, status;
	} rows[] = {
		{"127.0.0.1:8437", "http://127.0.0.1:8437", 1, 0},
		{"localhost:8437", "http://localhost:8437", 1, 0},
		{"127.0.0.1:8437", "http://localhost:8437", 1, 403},
		{"localhost:8437", "http://127.0.0.1:8437", 1, 403},
		{"127.0.0.1:8437", "https://127.0.0.1:8437", 1, 403},
		{"127.0.0.1:8437", "http://127.0.0.1:8437/", 1, 403},
		{"127.0.0.1:8437", "http://127.0.0.1", 1, 403},
		{"127.0.0.1:8437", "http://127.0.0.1:84371", 1, 403},
		{"127.0.0.1:8437", "http://127.0.0.1:8437.attacker.example", 1, 403},
		{"127.0.0.1:8437", "HTTP://127.0.0.1:8437", 1, 403},
		{"127.0.0.1:8437", "null", 1, 403}, {"127.0.0.1:8437", "", 1, 403},
		{"127.0.0.1:8437", "*", 1, 403}, {"127.0.0.1:8437", "file://", 1, 403},
		{"127.0.0.1:8437", "http://127.0.0.1:8437", 2, 403},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_guard_input input = good();
		input.host = rows[i].host;
		input.origin = rows[i].origin;
		input.origin_count = rows[i].count;
		if (check(&input) != rows[i].status)
			fail_msg("Origin %s: %d", rows[i].origin, check(&input));
	}
}

static void methods_and_versions(void **state)
{
	static const struct {
		const char *method, *version;
		int status;
	} rows[] = {
		{"GET", "HTTP/1.1", 0}, {"HEAD", "HTTP/1.1", 0}, {"GET", "HTTP/1.0", 0},
		{"POST", "HTTP/1.1", 411}, {"PUT", "HTTP/1.1", 405}, {"DELETE", "HTTP/1.1", 405},
		{"OPTIONS", "HTTP/1.1", 405}, {"TRACE", "HTTP/1.1", 405}, {"PATCH", "HTTP/1.1", 405},
		{"CONNECT", "HTTP/1.1", 405}, {"get", "HTTP/1.1", 501}, {"GETX", "HTTP/1.1", 501},
		{"", "HTTP/1.1", 501}, {"PROPFIND", "HTTP/1.1", 501}, {"GET", "HTTP/2.0", 505},
		{"GET", "HTTP/1.2", 505}, {"GET", "HTTP/0.9", 505}, {"GET", "", 505},
		{"GET", NULL, 505}, {"GET", "http/1.1", 505}, {"GET", "HTTP/1.1 ", 505},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_guard_input input = good();
		input.method = rows[i].method;
		input.version = rows[i].version;
		if (check(&input) != rows[i].status)
			fail_msg("%s %s: %d", rows[i].method, rows[i].version, check(&input));
	}
}

static void paths_are_plain(void **state)
{
	static const struct {
		const char *uri;
		int status;
	} rows[] = {
		{"/", 0}, {"/web/harness.js", 0}, {"/a-b_c~d.0/Z", 0}, {"/folder/", 0}, {"/.hidden", 0},
		{"/..a/a..", 0}, {"/...", 0}, {"/x?", 0}, {"/x?a=%2e%2e/&b=c", 0}, {"/?/../", 0},
		{"", 400}, {"x", 400}, {"*", 400}, {"?x", 400}, {"http://127.0.0.1:8437/", 400},
		{"//", 400}, {"//x", 400}, {"/x//y", 400}, {"/x//", 400},
		{"/..", 400}, {"/.", 400}, {"/../x", 400}, {"/./x", 400}, {"/x/..", 400}, {"/x/.", 400},
		{"/x/../y", 400}, {"/x/../", 400}, {"/..?x", 400},
		{"/%2e%2e/x", 400}, {"/%2E%2E/x", 400}, {"/x%00", 400}, {"/x%00.js", 400}, {"/%", 400},
		{"/%252e", 400}, {"/a%2fb", 400}, {"/a%5cb", 400}, {"/a\\b", 400}, {"/..\\x", 400},
		{"/a b", 400}, {"/a\tb", 400}, {"/a\nb", 400}, {"/a\x7f", 400}, {"/\xc0\xae\xc0\xae/", 400},
		{"/\xe2\x80\xa6", 400}, {"/a;b", 400}, {"/a:b", 400}, {"/a*", 400}, {"/a|b", 400},
		{"/a#b", 400}, {"/x?a b", 400}, {"/x?a#b", 400}, {"/x?\xff", 400}, {"/x?\x01", 400},
		{"/x?<script>", 400}, {"/x?\\", 400},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_guard_input input = good();
		input.raw_uri = rows[i].uri;
		if (check(&input) != rows[i].status)
			fail_msg("URI %s: %d", rows[i].uri, check(&input));
	}
}

static void long_and_many(void **state)
{
	char uri[HTTP_PATH_MAX + 2];
	struct http_guard_input input = good();
	(void)state;
	memset(uri, 'a', sizeof uri);
	uri[0] = '/';
	input.raw_uri = uri;
	uri[HTTP_PATH_MAX] = '\0';
	assert_int_equal(check(&input), 0);
	uri[HTTP_PATH_MAX] = 'a';
	uri[HTTP_PATH_MAX + 1] = '\0';
	assert_int_equal(check(&input), 414);
	uri[2] = '?'; /* the query counts, too */
	assert_int_equal(check(&input), 414);
	input = good();
	input.header_count = HTTP_HEADERS_MAX;
	assert_int_equal(check(&input), 0);
	input.header_count++;
	assert_int_equal(check(&input), 431);
	input = good();
	input.raw_uri = NULL;
	assert_int_equal(check(&input), 414);
}

static void bodies_have_one_length(void **state)
{
	static const struct {
		const char *method;
		int count;
		const char *length;
		bool chunked;
		int status;
		size_t body_length;
	} rows[] = {
		{"POST", 1, "0", false, 0, 0}, {"POST", 1, "1000", false, 0, 1000},
		{"POST", 1, "0000000000000000000000007", false, 0, 7},
		{"POST", 1, "1001", false, 413, 1001}, {"POST", 0, NULL, false, 411, 0},
		{"POST", 1, "999999999999999999", false, 413, 999999999999999999},
		{"POST", 1, "18446744073709551616", false, 413, SIZE_MAX},
		{"POST", 1, "18446744073709551617", false, 413, SIZE_MAX},
		{"POST", 1, "99999999999999999999999999", false, 413, SIZE_MAX},
		{"POST", 0, NULL, true, 411, 0}, {"GET", 0, NULL, true, 411, 0},
		{"POST", 1, "5", true, 400, 5}, {"POST", 2, "5", false, 400, 0},
		{"POST", 1, "-1", false, 400, 0}, {"POST", 1, "+5", false, 400, 0},
		{"POST", 1, "", false, 400, 0}, {"POST", 1, " 5", false, 400, 0},
		{"POST", 1, "5 ", false, 400, 0}, {"POST", 1, "5,5", false, 400, 0},
		{"POST", 1, "0x5", false, 400, 0}, {"POST", 1, "5e1", false, 400, 0},
		{"POST", 1, "5.0", false, 400, 0}, {"POST", 1, NULL, false, 400, 0},
		{"GET", 1, "0", false, 0, 0}, {"GET", 1, "5", false, 400, 5},
		{"HEAD", 1, "5", false, 400, 5}, {"GET", 1, "x", false, 400, 0},
		{"GET", 2, "0", false, 400, 0},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_guard_input input = good();
		input.method = rows[i].method;
		input.content_length_count = rows[i].count;
		input.content_length = rows[i].length;
		input.chunked = rows[i].chunked;
		if (check(&input) != rows[i].status ||
		    http_guard_body_length(&input) != rows[i].body_length)
			fail_msg("row %zu, Content-Length %s: %d, %zu", i, rows[i].length, check(&input),
				http_guard_body_length(&input));
	}
}

/* Wrong in several ways: the Host decides, and nothing else is said to a stranger. */
static void a_foreign_host_learns_nothing_else(void **state)
{
	struct http_guard_input input = {.method = "BREW", .raw_uri = "/%00", .version = "HTTP/1.1",
		.host_count = 1, .host = "attacker.example", .origin_count = 1, .origin = "null",
		.content_length_count = 2, .chunked = true, .port = 8437};
	(void)state;
	assert_int_equal(check(&input), 421);
	input.host = "127.0.0.1:8437";
	assert_int_equal(check(&input), 403);
	input.origin = "http://127.0.0.1:8437";
	assert_int_equal(check(&input), 501);
}

static void secrets_compare(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{"", "", true}, {"a", "a", true}, {"0123456789abcdef", "0123456789abcdef", true},
		{"a", "", false}, {"", "a", false}, {"a", "b", false}, {"ab", "a", false},
		{"a", "ab", false}, {"aaaa", "aaa", false}, {"\xff", "\x7f", false},
		{"0123456789abcdef", "0123456789abcdeF", false}, {"x123", "y123", false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(http_guard_equal(rows[i].a, rows[i].b), rows[i].equal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts_match_exactly),
		cmocka_unit_test(origins_must_fit_the_host),
		cmocka_unit_test(methods_and_versions),
		cmocka_unit_test(paths_are_plain),
		cmocka_unit_test(long_and_many),
		cmocka_unit_test(bodies_have_one_length),
		cmocka_unit_test(a_foreign_host_learns_nothing_else),
		cmocka_unit_test(secrets_compare),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
