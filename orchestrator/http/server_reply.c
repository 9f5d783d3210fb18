#include "http/server_reply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

struct header {
	const char *name;
	const char *value;
};

static const char COOP[] = "Cross-Origin-Opener-Policy", COEP[] = "Cross-Origin-Embedder-Policy";

/* Isolation (COOP, COEP; CORP so that they may load from here) gives performance.now()
 * its 5 µs steps and is asked of worker scripts too. The policy of a worker comes with
 * its own script: 'wasm-unsafe-eval' must stand on it, too (CSP3 §4.1.2). No answer is
 * stored: the bytes measured are the bytes sent. */
static const struct header EVERY_ANSWER[] = {
	{"Connection", "close"},
	{"Cache-Control", "no-store"},
	{COOP, "same-origin"},
	{COEP, "require-corp"},
	{"Cross-Origin-Resource-Policy", "same-origin"},
	{"X-Content-Type-Options", "nosniff"},
	{"Content-Security-Policy", "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; "
		"worker-src 'self'; connect-src 'self'; style-src 'self'; base-uri 'none'; "
		"form-action 'none'; frame-ancestors 'none'"},
};

static const char ALLOW[] = "GET, HEAD, POST";

/* A header that cannot be added would be a hole in the policy, and only exhausted
 * memory or a value with a line break can be the reason: both abort. */
static void add_header(struct MHD_Response *answer, const char *name, const char *value)
{
	if (MHD_add_response_header(answer, name, value) != MHD_YES)
		mem_check(NULL);
}

static bool is_left_out(const struct http_response *response, const char *name)
{
	return (response->without_coop && strcmp(name, COOP) == 0)
		|| (response->without_coep && strcmp(name, COEP) == 0);
}

static void add_headers(struct MHD_Response *answer, const struct http_response *response)
{
	for (size_t i = 0; i < sizeof EVERY_ANSWER / sizeof *EVERY_ANSWER; i++) {
		if (!is_left_out(response, EVERY_ANSWER[i].name))
			add_header(answer, EVERY_ANSWER[i].name, EVERY_ANSWER[i].value);
	}
	if (response->content_type)
		add_header(answer, "Content-Type", response->content_type);
	if (response->content_encoding) {
		add_header(answer, "Content-Encoding", response->content_encoding);
		add_header(answer, "Vary", "Accept-Encoding");
	}
	if (response->allow || response->status == MHD_HTTP_METHOD_NOT_ALLOWED)
		add_header(answer, "Allow", response->allow ? response->allow : ALLOW);
}

/* O_NONBLOCK: opening a FIFO must not stop the loop; it is refused by its type. */
static int open_regular(const char *path, uint64_t *size_bytes)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -1;
	struct stat status;
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
		close(fd);
		errno = ENOENT;
		return -1;
	}
	*size_bytes = (uint64_t)status.st_size;
	return fd;
}

static enum MHD_Result queue(struct MHD_Connection *connection, struct MHD_Response *answer,
	const struct http_response *response)
{
	mem_check(answer);
	add_headers(answer, response);
	enum MHD_Result queued = MHD_queue_response(connection, (unsigned)response->status, answer);
	MHD_destroy_response(answer);
	return queued;
}

static enum MHD_Result send_file(struct MHD_Connection *connection,
	const struct http_response *response)
{
	uint64_t size_bytes = 0;
	int fd = open_regular(response->file, &size_bytes);
	if (fd >= 0)
		return queue(connection, MHD_create_response_from_fd64(size_bytes, fd), response);
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return http_reply_refuse(connection, MHD_HTTP_NOT_FOUND, "The file is gone.");
	return http_reply_refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
		"The file cannot be opened.");
}

enum MHD_Result http_reply_send(struct MHD_Connection *connection,
	const struct http_response *response)
{
	if (response->status < 200 || response->status > 599)
		return http_reply_refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
			"The request was not answered.");
	if (response->file)
		return send_file(connection, response);
	/* libmicrohttpd takes a pointer to mutable bytes and only copies from it. */
	return queue(connection, MHD_create_response_from_buffer(response->body_length,
		(void *)(uintptr_t)response->body, MHD_RESPMEM_MUST_COPY), response);
}

enum MHD_Result http_reply_refuse(struct MHD_Connection *connection, int status,
	const char *reason)
{
	char text[256];
	int length = snprintf(text, sizeof text, "%s\n", reason);
	struct http_response response = {
		.status = status,
		.content_type = "text/plain; charset=utf-8",
		.body = text,
		.body_length = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1,
	};
	return http_reply_send(connection, &response);
}
