#include "http/guard.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LENGTH_DIGITS_MAX = 18 }; /* 10^18 − 1 fits a 64-bit size without overflow */

struct refusal {
	int status;
	const char *reason;
};

static const struct refusal PASS = {0, NULL};

static bool is_one_of(const char *text, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(text, *list) == 0)
			return true;
	return false;
}

static bool is_post(const struct http_guard_input *input)
{
	return strcmp(input->method, "POST") == 0;
}

static struct refusal check_shape(const struct http_guard_input *input)
{
	static const char *const versions[] = {"HTTP/1.1", "HTTP/1.0", NULL};
	if (!input->version || !is_one_of(input->version, versions))
		return (struct refusal){505, "This server speaks HTTP/1.1 and HTTP/1.0."};
	if (input->header_count > HTTP_HEADERS_MAX)
		return (struct refusal){431, "There are more than 64 header lines."};
	return PASS;
}

static bool host_is_ours(const char *host, int port)
{
	char ours[32];
	snprintf(ours, sizeof ours, "127.0.0.1:%d", port);
	if (strcmp(host, ours) == 0)
		return true;
	snprintf(ours, sizeof ours, "localhost:%d", port);
	return strcmp(host, ours) == 0;
}

static struct refusal check_host(const struct http_guard_input *input)
{
	if (input->host_count != 1 || !input->host)
		return (struct refusal){400, "Exactly one Host header is required."};
	if (!host_is_ours(input->host, input->port))
		return (struct refusal){421, "Host must be 127.0.0.1 or localhost with this port."};
	return PASS;
}

/* A page of another origin may send requests here, and its browser says so in Origin. The
 * two spellings of our host are two origins, so the Origin must fit the Host. */
static struct refusal check_origin(const struct http_guard_input *input)
{
	static const char scheme[] = "http://";
	size_t length = sizeof scheme - 1;
	if (input->origin_count == 0)
		return PASS;
	if (input->origin_count > 1 || !input->origin ||
	    strncmp(input->origin, scheme, length) != 0 ||
	    strcmp(input->origin + length, input->host) != 0)
		return (struct refusal){403, "Origin must be this server's own."};
	return PASS;
}

static struct refusal check_method(const struct http_guard_input *input)
{
	static const char *const served[] = {"GET", "HEAD", "POST", NULL};
	static const char *const known[] = {"PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE",
		"PATCH", NULL}; /* RFC 9110 §9.3, RFC 5789 */
	if (is_one_of(input->method, served))
		return PASS;
	if (is_one_of(input->method, known))
		return (struct refusal){405, "Only GET, HEAD and POST are served."};
	return (struct refusal){501, "This method is not known here."};
}

static bool is_unreserved(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
		(byte >= '0' && byte <= '9') || byte == '-' || byte == '.' || byte == '_' ||
		byte == '~';
}

static bool is_dots(const char *segment, size_t length)
{
	return (length == 1 && segment[0] == '.') ||
		(length == 2 && segment[0] == '.' && segment[1] == '.');
}

bool http_guard_path(const char *path, size_t length)
{
	if (length == 0 || path[0] != '/')
		return false;
	size_t start = 1;
	for (size_t i = 1; i <= length; i++) {
		if (i < length && is_unreserved(path[i]))
			continue;
		if (i < length && path[i] != '/')
			return false;
		if (is_dots(path + start, i - start) || (i < length && i == start))
			return false;
		start = i + 1;
	}
	return true;
}

/* A query may hold encoded bytes; what it may not hold are bytes that no URI has
 * (RFC 3986 §3.4). */
static bool query_is_plain(const char *query)
{
	for (; *query; query++)
		if (*query <= ' ' || *query == 0x7f || strchr("#\"<>\\^`{|}", *query))
			return false;
	return true;
}

static struct refusal check_uri(const struct http_guard_input *input)
{
	if (!input->raw_uri || strlen(input->raw_uri) > HTTP_PATH_MAX)
		return (struct refusal){414, "Path and query are longer than 512 bytes."};
	size_t path_length = strcspn(input->raw_uri, "?");
	if (!http_guard_path(input->raw_uri, path_length) ||
	    !query_is_plain(input->raw_uri + path_length))
		return (struct refusal){400, "The path must be plain: letters, digits, '-', '.', "
			"'_', '~' and single '/', without dot segments."};
	return PASS;
}

/* Decimal digits alone: neither sign, space, list nor hexadecimal (RFC 9110 §8.6). -1
 * when it is none; SIZE_MAX when it is one beyond anything we could hold. */
static int parse_length(const char *text, size_t *length)
{
	size_t digits = text ? strspn(text, "0123456789") : 0;
	if (digits == 0 || text[digits] != '\0')
		return -1;
	while (digits > 1 && *text == '0') {
		text++;
		digits--;
	}
	*length = digits > LENGTH_DIGITS_MAX ? SIZE_MAX : 0;
	for (; *length != SIZE_MAX && *text; text++)
		*length = *length * 10 + (size_t)(*text - '0');
	return 0;
}

/* Two lengths, or a length and chunks, are how requests are smuggled past a reader that
 * believes the other one (RFC 9112 §6.3). */
static struct refusal check_framing(const struct http_guard_input *input)
{
	size_t length = 0;
	if (input->content_length_count > 1)
		return (struct refusal){400, "There is more than one Content-Length."};
	if (input->content_length_count == 1 && input->chunked)
		return (struct refusal){400, "Content-Length and Transfer-Encoding exclude each other."};
	if (input->chunked)
		return (struct refusal){411, "Send a Content-Length; chunks are not accepted."};
	if (input->content_length_count == 1 && parse_length(input->content_length, &length) < 0)
		return (struct refusal){400, "Content-Length must be decimal digits."};
	return PASS;
}

static struct refusal check_body(const struct http_guard_input *input)
{
	if (!is_post(input)) {
		if (http_guard_body_length(input) > 0)
			return (struct refusal){400, "Only a POST has a body here."};
		return PASS;
	}
	if (input->content_length_count == 0)
		return (struct refusal){411, "A POST needs a Content-Length."};
	if (http_guard_body_length(input) > input->body_ceiling)
		return (struct refusal){413, "The body is larger than this server accepts."};
	return PASS;
}

size_t http_guard_body_length(const struct http_guard_input *input)
{
	size_t length = 0;
	if (input->content_length_count == 1)
		parse_length(input->content_length, &length);
	return length;
}

int http_guard_check(const struct http_guard_input *input, const char **reason)
{
	/* Host first among what is about content: who asks for another name learns nothing. */
	static struct refusal (*const checks[])(const struct http_guard_input *) = {
		check_shape, check_host, check_origin, check_method, check_uri, check_framing,
		check_body,
	};
	for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
		struct refusal refusal = checks[i](input);
		if (refusal.status == 0)
			continue;
		*reason = refusal.reason;
		return refusal.status;
	}
	*reason = NULL;
	return 0;
}

/* Every byte of `a` is visited whatever the outcome, and b's index is kept inside b, so
 * neither the place of the first difference nor b's length shows. */
bool http_guard_equal(const char *a, const char *b)
{
	size_t a_length = strlen(a);
	size_t b_length = strlen(b);
	volatile unsigned char different = a_length != b_length;
	for (size_t i = 0, j = 0; i < a_length; i++) {
		different |= (unsigned char)(a[i] ^ b[j]);
		j += j < b_length; /* stays on b's terminator */
	}
	return different == 0;
}
