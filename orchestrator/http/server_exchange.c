#include "http/server_exchange.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "http/guard.h"
#include "http/server_reply.h"

/* Complete bodies held at once, in units of the ceiling: one upload is the rule, and a
 * page that is reloaded while it uploads makes two. */
enum { BODIES_AT_ONCE = 2 };

struct http_exchange {
	struct http_service *service;
	char *path;         /* the raw URI; cut at '?' once it is guarded */
	const char *query;
	bool guarded;
	size_t announced_bytes; /* our part of the service's */
	struct buf body;
};

struct http_exchange *http_exchange_new(struct http_service *service, const char *raw_uri)
{
	struct http_exchange *exchange = mem_alloc_zero(1, sizeof *exchange);
	exchange->service = service;
	exchange->path = mem_strdup(raw_uri);
	exchange->query = "";
	buf_init(&exchange->body, 0);
	return exchange;
}

static void drop_body(struct http_exchange *exchange)
{
	exchange->service->announced_bytes -= exchange->announced_bytes;
	exchange->announced_bytes = 0;
	buf_release(&exchange->body);
}

void http_exchange_free(struct http_exchange *exchange)
{
	if (!exchange)
		return;
	drop_body(exchange);
	free(exchange->path);
	free(exchange);
}

/* libmicrohttpd keeps repeated headers and looks up the first, so they are counted here. */
static enum MHD_Result on_header(void *context, enum MHD_ValueKind kind, const char *name,
	const char *value)
{
	(void)kind;
	struct http_guard_input *input = context;
	input->header_count++;
	if (strcasecmp(name, "Host") == 0 && input->host_count++ == 0)
		input->host = value;
	else if (strcasecmp(name, "Origin") == 0 && input->origin_count++ == 0)
		input->origin = value;
	else if (strcasecmp(name, "Content-Length") == 0 && input->content_length_count++ == 0)
		input->content_length = value;
	else if (strcasecmp(name, "Transfer-Encoding") == 0)
		input->chunked = true;
	return MHD_YES;
}

static void read_headers(const struct http_exchange *exchange, struct MHD_Connection *connection,
	const char *method, const char *version, struct http_guard_input *input)
{
	*input = (struct http_guard_input){
		.method = method,
		.raw_uri = exchange->path,
		.version = version,
		.port = exchange->service->port,
		.body_ceiling = exchange->service->body_ceiling,
	};
	MHD_get_connection_values(connection, MHD_HEADER_KIND, on_header, input);
}

static bool announce(struct http_exchange *exchange, size_t length)
{
	struct http_service *service = exchange->service;
	size_t limit = service->body_ceiling * BODIES_AT_ONCE;
	if (length > limit - service->announced_bytes)
		return false;
	service->announced_bytes += length;
	exchange->announced_bytes = length;
	buf_init(&exchange->body, length);
	return true;
}

static void split_query(struct http_exchange *exchange)
{
	char *mark = strchr(exchange->path, '?');
	if (!mark)
		return;
	*mark = '\0';
	exchange->query = mark + 1;
}

/* An answer queued here, before the body, is sent without waiting for it. */
static enum MHD_Result begin(struct http_exchange *exchange, struct MHD_Connection *connection,
	const char *method, const char *version)
{
	struct http_guard_input input;
	const char *reason = NULL;
	exchange->guarded = true;
	read_headers(exchange, connection, method, version, &input);
	int status = http_guard_check(&input, &reason);
	if (status != 0)
		return http_reply_refuse(connection, status, reason);
	split_query(exchange);
	if (!announce(exchange, http_guard_body_length(&input)))
		return http_reply_refuse(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
			"Other uploads are still under way.");
	return MHD_YES;
}

static enum http_method method_of(const char *name)
{
	if (strcmp(name, "POST") == 0)
		return HTTP_POST;
	return strcmp(name, "HEAD") == 0 ? HTTP_HEAD : HTTP_GET;
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
	return value ? value : "";
}

static enum MHD_Result finish(struct http_exchange *exchange, struct MHD_Connection *connection,
	const char *method)
{
	if (exchange->body.length != exchange->announced_bytes)
		return MHD_NO; /* truncated: libmicrohttpd itself does not come here then */
	struct http_request request = {
		.method = method_of(method),
		.path = exchange->path,
		.query = exchange->query,
		.content_type = header(connection, "Content-Type"),
		.accept_encoding = header(connection, "Accept-Encoding"),
		.body = exchange->body.data ? exchange->body.data : "",
		.body_length = exchange->body.length,
	};
	struct http_response response = {0};
	exchange->service->handler(&request, &response, exchange->service->context);
	enum MHD_Result result = http_reply_send(connection, &response);
	drop_body(exchange); /* before the answer has gone out: its reader may be slow */
	return result;
}

enum MHD_Result http_exchange_step(struct http_exchange *exchange,
	struct MHD_Connection *connection, const char *method, const char *version,
	const char *piece, size_t *length)
{
	if (!exchange->guarded)
		return begin(exchange, connection, method, version);
	if (*length == 0)
		return finish(exchange, connection, method);
	if (buf_append(&exchange->body, piece, *length) < 0)
		return MHD_NO; /* more than was announced */
	*length = 0;
	return MHD_YES;
}
