/* What a request must be before anything is routed. Pure.
 *
 * Host is matched exactly against "127.0.0.1:PORT" and "localhost:PORT" (DNS rebinding:
 * prefix checks have fallen to 127.attacker.example). Paths are plain: unreserved bytes
 * of RFC 3986 §2.3 and '/', so there is nothing to decode and nothing to normalise.
 * Threads: any. */
#ifndef WASMOGRAPH_HTTP_GUARD_H
#define WASMOGRAPH_HTTP_GUARD_H

#include <stdbool.h>
#include <stddef.h>

enum {
	HTTP_PATH_MAX = 512,    /* bytes of path and query together */
	HTTP_HEADERS_MAX = 64,  /* header lines; Chromium sends about 15 */
};

/* The request line and headers that matter, as received. */
struct http_guard_input {
	const char *method;
	const char *raw_uri;        /* undecoded, with query */
	const char *version;        /* "HTTP/1.1" */
	int header_count;           /* all header lines */
	int host_count;             /* Host headers */
	const char *host;           /* the first, or NULL */
	int origin_count;           /* Origin headers */
	const char *origin;         /* or NULL; must be "http://" and the Host when present */
	int content_length_count;
	const char *content_length; /* or NULL */
	bool chunked;               /* any Transfer-Encoding header */
	int port;
	size_t body_ceiling;
};

/* 0 when the request may be routed; else the HTTP status to answer (400, 403, 405, 411, 413, 414,
 * 421, 431, 501, 505), with a static reason. */
int http_guard_check(const struct http_guard_input *input, const char **reason);

/* Bytes of body that a checked request announces; 0 when none. */
size_t http_guard_body_length(const struct http_guard_input *input);

/* Whether `length` bytes are a path that the guard lets through: '/', then segments of
 * unreserved bytes, none empty but the last, none "." or "..". */
bool http_guard_path(const char *path, size_t length);

/* Comparison of secrets whose time depends on the length of `a`, the presented one, alone. */
bool http_guard_equal(const char *a, const char *b);

#endif
