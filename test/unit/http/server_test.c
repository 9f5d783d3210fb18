/* What the server answers: a table of good requests and attacks by raw socket, and the
 * headers of every answer. Load, time and endings are in server_stress_test.c. */
#include "http/server_fixture.h"

#define H "Host: 127.0.0.1:PORT\r\n"
#define TEXT(literal) literal, sizeof(literal) - 1

/* Who answers: our handlers, whose answers carry the policy; libmicrohttpd itself, which
 * cannot be given headers (facts found with 0.9.75: the rows say which); or nobody, when
 * the connection is cut. */
enum by { OURS, LIBRARY, NOBODY };

struct attack {
	const char *name;
	const char *request;
	size_t length;
	int status;
	enum by by;
	bool handled; /* whether the handler is called */
};

static const struct attack ATTACKS[] = {
	{"plain GET", TEXT("GET / HTTP/1.1\r\n" H "\r\n"), 200, OURS, true},
	{"localhost", TEXT("GET / HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n"), 200, OURS, true},
	{"own origin", TEXT("GET / HTTP/1.1\r\n" H "Origin: http://127.0.0.1:PORT\r\n\r\n"), 200,
		OURS, true},
	{"no such path", TEXT("GET /none HTTP/1.1\r\n" H "\r\n"), 404, OURS, true},
	{"keep-alive asked for", TEXT("GET / HTTP/1.1\r\n" H "Connection: keep-alive\r\n\r\n"), 200,
		OURS, true},
	{"two requests at once", TEXT("GET / HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "\r\n"), 200,
		OURS, true},
	{"empty line first", TEXT("\r\nGET / HTTP/1.1\r\n" H "\r\n"), 200, OURS, true},
	{"bare line feeds", TEXT("GET / HTTP/1.1\nHost: 127.0.0.1:PORT\n\n"), 200, OURS, true},

	/* Host and Origin */
	{"no Host", TEXT("GET / HTTP/1.1\r\n\r\n"), 400, OURS, false},
	{"HTTP/1.0 without Host", TEXT("GET / HTTP/1.0\r\n\r\n"), 400, OURS, false},
	{"HTTP/1.0 with Host", TEXT("GET / HTTP/1.0\r\n" H "\r\n"), 200, OURS, true},
	{"HTTP/1.0 keep-alive", TEXT("GET / HTTP/1.0\r\n" H "Connection: keep-alive\r\n\r\n"), 200,
		OURS, true},
	{"double Host", TEXT("GET / HTTP/1.1\r\n" H H "\r\n"), 400, OURS, false},
	{"good, then bad Host", TEXT("GET / HTTP/1.1\r\n" H "Host: attacker.example\r\n\r\n"), 400,
		OURS, false},
	{"bad, then good Host", TEXT("GET / HTTP/1.1\r\nhost: attacker.example\r\n" H "\r\n"), 400,
		OURS, false},
	{"rebound Host", TEXT("GET / HTTP/1.1\r\nHost: attacker.example:PORT\r\n\r\n"), 421, OURS,
		false},
	{"prefix of Host", TEXT("GET / HTTP/1.1\r\nHost: 127.attacker.example:PORT\r\n\r\n"), 421,
		OURS, false},
	{"Host without port", TEXT("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), 421, OURS, false},
	{"empty Host", TEXT("GET / HTTP/1.1\r\nHost:\r\n\r\n"), 421, OURS, false},
	{"folded Host", TEXT("GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n .attacker.example\r\n\r\n"),
		400, OURS, false},
	{"Host after NUL", TEXT("GET / HTTP/1.1\r\nHost: attacker.example\0127.0.0.1:PORT\r\n\r\n"),
		421, OURS, false},
	{"X-Forwarded-Host", TEXT("GET / HTTP/1.1\r\nHost: attacker.example\r\n"
		"X-Forwarded-Host: 127.0.0.1:PORT\r\n\r\n"), 421, OURS, false},
	{"foreign Origin", TEXT("GET / HTTP/1.1\r\n" H "Origin: http://attacker.example\r\n\r\n"),
		403, OURS, false},
	{"Origin null", TEXT("GET / HTTP/1.1\r\n" H "Origin: null\r\n\r\n"), 403, OURS, false},
	{"other local port", TEXT("GET / HTTP/1.1\r\n" H "Origin: http://127.0.0.1:1\r\n\r\n"), 403,
		OURS, false},
	{"two Origins", TEXT("GET / HTTP/1.1\r\n" H "Origin: http://127.0.0.1:PORT\r\n"
		"Origin: http://127.0.0.1:PORT\r\n\r\n"), 403, OURS, false},
	{"foreign POST", TEXT("POST /upload HTTP/1.1\r\n" H "Origin: http://attacker.example\r\n"
		"Content-Length: 3\r\n\r\nabc"), 403, OURS, false},

	/* Methods */
	{"PUT", TEXT("PUT / HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\nx"), 405, OURS, false},
	{"DELETE", TEXT("DELETE / HTTP/1.1\r\n" H "\r\n"), 405, OURS, false},
	{"OPTIONS", TEXT("OPTIONS / HTTP/1.1\r\n" H "\r\n"), 405, OURS, false},
	{"OPTIONS *", TEXT("OPTIONS * HTTP/1.1\r\n" H "\r\n"), 405, OURS, false},
	{"TRACE", TEXT("TRACE / HTTP/1.1\r\n" H "\r\n"), 405, OURS, false},
	{"CONNECT", TEXT("CONNECT attacker.example:443 HTTP/1.1\r\n" H "\r\n"), 405, OURS, false},
	{"unknown method", TEXT("BREW / HTTP/1.1\r\n" H "\r\n"), 501, OURS, false},
	{"lower case", TEXT("get / HTTP/1.1\r\n" H "\r\n"), 501, OURS, false},
	{"GET of a POST path", TEXT("GET /upload HTTP/1.1\r\n" H "\r\n"), 405, OURS, true},
	{"WebSocket", TEXT("GET /none HTTP/1.1\r\n" H "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n"),
		404, OURS, true},

	/* Paths */
	{"encoded dots", TEXT("GET /%2e%2e/etc/passwd HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"dots", TEXT("GET /../etc/passwd HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"dots inside", TEXT("GET /x/../page.html HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"%00", TEXT("GET /page.html%00x HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"encoded slash", TEXT("GET /a%2f..%2fb HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"encoded letter", TEXT("GET /p%61ge.html HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"overlong UTF-8", TEXT("GET /\xc0\xae\xc0\xae/x HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"two slashes", TEXT("GET //page.html HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"backslash", TEXT("GET /..\\page.html HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"absolute form", TEXT("GET http://127.0.0.1:PORT/ HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"absolute form of another", TEXT("GET http://attacker.example/ HTTP/1.1\r\n" H "\r\n"), 400,
		OURS, false},
	{"no slash", TEXT("GET page.html HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"space in the path", TEXT("GET /a b HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"tab in the path", TEXT("GET /a\tb HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"fragment", TEXT("GET /#x HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},
	{"query with dots", TEXT("GET /?../%2e HTTP/1.1\r\n" H "\r\n"), 200, OURS, true},
	{"query with a raw byte", TEXT("GET /?\xff HTTP/1.1\r\n" H "\r\n"), 400, OURS, false},

	/* Bodies */
	{"POST", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"), 204, OURS, true},
	{"empty POST", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"), 204, OURS,
		true},
	{"POST without length", TEXT("POST /upload HTTP/1.1\r\n" H "\r\n"), 411, OURS, false},
	{"chunks", TEXT("POST /upload HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"
		"3\r\nabc\r\n0\r\n\r\n"), 411, OURS, false},
	{"chunks, no body yet", TEXT("POST /upload HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n"),
		411, OURS, false},
	{"gzip, chunked", TEXT("POST /upload HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n"),
		411, OURS, false},
	{"length and chunks", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3\r\n"
		"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 400, OURS, false},
	{"chunks and length", TEXT("POST /upload HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n"
		"Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), 400, OURS, false},
	{"two equal lengths", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3\r\n"
		"Content-Length: 3\r\n\r\nabc"), 400, OURS, false},
	{"two lengths", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3\r\n"
		"Content-Length: 40\r\n\r\nabc"), 400, OURS, false},
	{"too long", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 67108865\r\n\r\nabc"), 413,
		OURS, false},
	{"too long, waiting", TEXT("POST /upload HTTP/1.1\r\n" H "Expect: 100-continue\r\n"
		"Content-Length: 67108865\r\n\r\n"), 413, OURS, false},
	{"negative length", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\nabc"), 400,
		LIBRARY, false},
	{"signed length", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: +3\r\n\r\nabc"), 400,
		LIBRARY, false},
	{"huge length", TEXT("POST /upload HTTP/1.1\r\n" H
		"Content-Length: 99999999999999999999999999\r\n\r\nabc"), 413, LIBRARY, false},
	{"length of 2^64", TEXT("POST /upload HTTP/1.1\r\n" H
		"Content-Length: 18446744073709551616\r\n\r\nabc"), 413, LIBRARY, false},
	{"length in hexadecimal", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 0x3\r\n\r\nabc"),
		400, LIBRARY, false},
	{"length list", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3, 3\r\n\r\nabc"), 400,
		LIBRARY, false},
	{"empty length", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length:\r\n\r\nabc"), 400,
		LIBRARY, false},
	{"GET with a body", TEXT("GET / HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"), 400, OURS,
		false},
	{"GET with chunks", TEXT("GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
		411, OURS, false},
	{"request behind a body", TEXT("POST /upload HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\nabc"
		"GET /none HTTP/1.1\r\n" H "\r\n"), 204, OURS, true},

	/* Versions and garbage */
	{"HTTP/2.0", TEXT("GET / HTTP/2.0\r\n" H "\r\n"), 505, LIBRARY, false},
	{"HTTP/1.2", TEXT("GET / HTTP/1.2\r\n" H "\r\n"), 505, OURS, false},
	{"no version", TEXT("GET /\r\n" H "\r\n"), 400, LIBRARY, false},
	{"HTTP/2 preface", TEXT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505, LIBRARY, false},
	{"TLS hello", TEXT("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 0, NOBODY, false},
	{"header without colon", TEXT("GET / HTTP/1.1\r\nHost\r\n\r\n"), 400, LIBRARY, false},
};

static const char *const POLICY[] = {
	"Connection: close",
	"Cache-Control: no-store",
	"Cross-Origin-Opener-Policy: same-origin",
	"Cross-Origin-Embedder-Policy: require-corp",
	"Cross-Origin-Resource-Policy: same-origin",
	"X-Content-Type-Options: nosniff",
	"Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
		"worker-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; "
		"form-action 'none'; frame-ancestors 'none'",
};

static bool has_policy(const struct buf *answer)
{
	for (size_t i = 0; i < sizeof POLICY / sizeof *POLICY; i++)
		if (answer_count(answer, POLICY[i]) != 1)
			return false;
	return strstr(answer->data, "Keep-Alive") == NULL;
}

/* libmicrohttpd's own answers (some with their head twice) are told by the lack of the one header of ours that
 * nobody else would send. */
static bool answered_by(const struct buf *answer, enum by by)
{
	switch (by) {
	case OURS:
		return has_policy(answer);
	case LIBRARY:
		return answer->length > 0 && answer_count(answer, POLICY[2]) == 0;
	default:
		return answer->length == 0;
	}
}

static int answers_in(const struct buf *answer)
{
	int count = 0;
	for (const char *at = answer->data; at && (at = strstr(at, "HTTP/1.1 ")); at++)
		count += at == answer->data || at[-1] == '\n';
	return count;
}

static bool attack_passes(struct fixture *fixture, const struct attack *attack)
{
	struct buf answer;
	int calls = fixture->seen->calls;
	buf_init(&answer, 1 << 20);
	client_exchange(fixture, attack->request, attack->length, &answer);
	bool passes = answer_status(&answer) == attack->status && answered_by(&answer, attack->by) &&
		fixture->seen->calls - calls == attack->handled &&
		(attack->by == LIBRARY || answers_in(&answer) == (attack->by == OURS));
	if (!passes)
		print_error("%s: %d handler calls, answer %s\n", attack->name,
			fixture->seen->calls - calls, answer.length ? answer.data : "(none)");
	buf_release(&answer);
	return passes;
}

static void attacks(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	int failed = 0;
	(void)state;
	for (size_t i = 0; i < sizeof ATTACKS / sizeof *ATTACKS; i++)
		failed += !attack_passes(fixture, &ATTACKS[i]);
	assert_int_equal(failed, 0);
	fixture_stop(fixture);
}

static void get(const struct fixture *fixture, const char *line, struct buf *answer)
{
	char *request = mem_format("%s HTTP/1.1\r\n" H "\r\n", line);
	buf_init(answer, FIXTURE_BIG_FILE + (1 << 20));
	client_exchange(fixture, request, strlen(request), answer);
	free(request);
}

static void allow_is_said(void **state)
{
	static const struct {
		const char *line, *allow;
	} rows[] = {{"DELETE /", "Allow: GET, HEAD, POST"}, {"GET /upload", "Allow: POST"},
		{"GET /", NULL}};
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf answer;
		get(fixture, rows[i].line, &answer);
		assert_int_equal(answer_status(&answer), rows[i].allow ? 405 : 200);
		if (rows[i].allow)
			assert_int_equal(answer_count(&answer, rows[i].allow), 1);
		else
			assert_null(strstr(answer.data, "Allow:"));
		buf_release(&answer);
	}
	fixture_stop(fixture);
}

/* Only what the handler asks for is left out, and of its own answers alone. */
static void isolation_can_be_left_out(void **state)
{
	static const struct { const char *line; int coop, coep; } rows[] = {{"GET /without-coop", 0, 1}, {"GET /without-coep", 1, 0},
		{"GET /without-coop-and-coep", 0, 0}, {"GET /", 1, 1}};
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf answer;
		get(fixture, rows[i].line, &answer);
		assert_int_equal(answer_count(&answer, POLICY[2]), rows[i].coop);
		assert_int_equal(answer_count(&answer, POLICY[3]), rows[i].coep);
		assert_int_equal(answer_count(&answer, POLICY[4]), 1);
		assert_int_equal(answer_count(&answer, POLICY[6]), 1);
		buf_release(&answer);
	}
	fixture_stop(fixture);
}

static void files_and_heads(void **state)
{
	static const struct {
		const char *line;
		int status;
		const char *length; /* the header line */
		size_t body_length;
	} rows[] = {
		{"GET /page.html", 200, "Content-Length: 7", 7},
		{"HEAD /page.html", 200, "Content-Length: 7", 0},
		{"GET /big.wasm", 200, "Content-Length: 33554432", FIXTURE_BIG_FILE},
		{"HEAD /big.wasm", 200, "Content-Length: 33554432", 0},
		{"HEAD /", 200, "Content-Length: 5", 0},
		{"HEAD /none", 404, "Content-Length: 0", 0},
		{"HEAD /%00", 400, NULL, 0},
		/* Opened without following links, and only when regular. */
		{"GET /link.js", 404, "Content-Length: 18", 18},
		{"GET /fifo.js", 404, "Content-Length: 18", 18},
		{"GET /folder.js", 404, "Content-Length: 18", 18},
		{"GET /gone.js", 404, "Content-Length: 18", 18},
		{"GET /silent", 500, "Content-Length: 30", 30},
	};
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf answer;
		get(fixture, rows[i].line, &answer);
		if (answer_status(&answer) != rows[i].status || !has_policy(&answer))
			fail_msg("%s: %.600s", rows[i].line, answer.data);
		if (rows[i].length && answer_count(&answer, rows[i].length) != 1)
			fail_msg("%s: no %s: %.600s", rows[i].line, rows[i].length, answer.data);
		size_t head = (size_t)(answer_body(&answer) - answer.data);
		assert_int_equal(answer.length - head, rows[i].body_length);
		buf_release(&answer);
	}
	fixture_stop(fixture);
}

static void what_the_handler_sees(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	struct seen *seen = fixture->seen;
	struct buf answer;
	(void)state;
	buf_init(&answer, 1 << 20);
	client_exchange(fixture, TEXT("POST /echo?a=%41&b HTTP/1.1\r\n" H "Content-Length: 4\r\n"
		"Content-Type: application/x-www-form-urlencoded\r\n\r\na=\0b"), &answer);
	assert_int_equal(seen->method, HTTP_POST);
	assert_string_equal(seen->path, "/echo");
	assert_string_equal(seen->query, "a=%41&b");
	assert_string_equal(seen->content_type, "application/x-www-form-urlencoded");
	assert_int_equal(seen->body_length, 4);
	assert_memory_equal(answer_body(&answer), "a=\0b", 4);
	buf_release(&answer);
	get(fixture, "GET /encoded", &answer);
	assert_string_equal(seen->query, "");
	assert_string_equal(seen->content_type, "");
	assert_int_equal(seen->body_length, 0);
	assert_int_equal(answer_count(&answer, "Content-Encoding: br"), 1);
	assert_int_equal(answer_count(&answer, "Vary: Accept-Encoding"), 1);
	buf_release(&answer);
	get(fixture, "HEAD /page.html", &answer);
	assert_int_equal(seen->method, HTTP_HEAD);
	buf_release(&answer);
	fixture_stop(fixture);
}

/* A request of `length` bytes whose path, or one header, or many headers fill it. */
static void fill(struct buf *request, const char *head, char byte, size_t length, const char *tail)
{
	buf_init(request, 1 << 22);
	buf_append_text(request, head);
	for (size_t i = 0; i < length; i++)
		buf_append(request, &byte, 1);
	buf_append_text(request, tail);
}

static void lengths_are_capped(void **state)
{
	static const struct {
		const char *head, *tail;
		size_t length;
		int status;
		enum by by;
	} rows[] = {
		{"GET /", " HTTP/1.1\r\n" H "\r\n", 511, 404, OURS},
		{"GET /", " HTTP/1.1\r\n" H "\r\n", 512, 414, OURS},
		{"GET /?", " HTTP/1.1\r\n" H "\r\n", 511, 414, OURS},
		{"GET /", " HTTP/1.1\r\n" H "\r\n", 8000, 414, OURS},
		{"GET /", " HTTP/1.1\r\n" H "\r\n", 100000, 414, LIBRARY},
		{"GET / HTTP/1.1\r\n" H "X: ", "\r\n\r\n", 8000, 200, OURS},
		{"GET / HTTP/1.1\r\n" H "X: ", "\r\n\r\n", 100000, 431, LIBRARY},
		{"GET / HTTP/1.1\r\n" H "X", ": y\r\n\r\n", 100000, 431, LIBRARY},
		{"", " / HTTP/1.1\r\n" H "\r\n", 100000, 414, LIBRARY},
		{"GET / HTTP/1.1\r\nHost: ", "\r\n\r\n", 8000, 421, OURS},
	};
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf request, answer;
		fill(&request, rows[i].head, 'a', rows[i].length, rows[i].tail);
		buf_init(&answer, 1 << 20);
		client_exchange(fixture, request.data, request.length, &answer);
		if (answer_status(&answer) != rows[i].status || !answered_by(&answer, rows[i].by))
			fail_msg("row %zu: %.300s", i, answer.length ? answer.data : "(none)");
		buf_release(&answer);
		buf_release(&request);
	}
	fixture_stop(fixture);
}

static void headers_are_counted(void **state)
{
	static const struct {
		int lines, status;
		enum by by;
	} rows[] = {{63, 200, OURS}, {64, 431, OURS}, {300, 431, OURS}, {20000, 431, LIBRARY}};
	struct fixture *fixture = fixture_start((struct http_options){0});
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf request, answer;
		buf_init(&request, 1 << 20);
		buf_init(&answer, 1 << 20);
		buf_append_text(&request, "GET / HTTP/1.1\r\n" H);
		for (int line = 0; line < rows[i].lines; line++)
			buf_append_text(&request, "X: y\r\n");
		buf_append_text(&request, "\r\n");
		client_exchange(fixture, request.data, request.length, &answer);
		if (answer_status(&answer) != rows[i].status || !answered_by(&answer, rows[i].by))
			fail_msg("%d lines: %.300s", rows[i].lines, answer.length ? answer.data : "(none)");
		buf_release(&answer);
		buf_release(&request);
	}
	fixture_stop(fixture);
}

/* A raw NUL in the request line: libmicrohttpd hands the URI over as a C string, so the
 * path ends there. What is looked up is then what was guarded, and the rest is lost. */
static void a_raw_nul_gives_nothing_new(void **state)
{
	struct fixture *fixture = fixture_start((struct http_options){0});
	struct buf answer;
	(void)state;
	buf_init(&answer, 1 << 20);
	client_exchange(fixture, TEXT("GET /page.html\0/../../etc/passwd HTTP/1.1\r\n" H "\r\n"),
		&answer);
	assert_int_equal(answer_status(&answer), 200);
	assert_string_equal(answer_body(&answer), "<p>page");
	assert_string_equal(fixture->seen->path, "/page.html");
	buf_release(&answer);
	fixture_stop(fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attacks),
		cmocka_unit_test(allow_is_said), cmocka_unit_test(isolation_can_be_left_out),
		cmocka_unit_test(files_and_heads),
		cmocka_unit_test(what_the_handler_sees),
		cmocka_unit_test(lengths_are_capped),
		cmocka_unit_test(headers_are_counted),
		cmocka_unit_test(a_raw_nul_gives_nothing_new),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
