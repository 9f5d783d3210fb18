#include "cdp/transport.h"

#include <libwebsockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/mem.h"

#define LWS_NAME "wasmograph-cdp"

/* After this libwebsockets itself gives a handshake up; callers have earlier deadlines. It is
 * also how long the socket of a freed connection may wait for a frozen peer to close. */
enum { HANDSHAKE_LIMIT_S = 60 };

struct outgoing {
	STAILQ_ENTRY(outgoing) link;
	size_t length;
	unsigned char bytes[]; /* LWS_PRE bytes for the frame's header, then the text */
};

struct cdp_transport {
	struct loop *loop;
	struct cdp_transport_events events;
	struct lws *wsi; /* NULL before the attempt and once libwebsockets has closed it */
	struct buf incoming; /* the message being assembled; its ceiling is ours */
	STAILQ_HEAD(outgoing_queue, outgoing) outgoing;
	struct err why; /* the reason for on_closed once `lost` */
	bool open;
	bool lost;  /* gone; on_closed is deferred or done */
	bool freed; /* by the caller; the memory goes with a deferred call */
};

/* The first reason counts: what libwebsockets says while closing is only its echo. The
 * caller hears of it by a deferred call, so never from inside its own calls. */
static void on_lost(void *context)
{
	struct cdp_transport *transport = context;
	if (!transport->freed)
		transport->events.on_closed(&transport->why, transport->events.context);
}

static void lose(struct cdp_transport *transport)
{
	transport->lost = true;
	transport->open = false;
	loop_defer(transport->loop, on_lost, transport);
}

static int message_arrived(struct cdp_transport *transport)
{
	transport->events.on_message(transport->incoming.data, transport->incoming.length,
		transport->events.context);
	buf_clear(&transport->incoming); /* freed by the callback or not: the memory is still there */
	return transport->freed ? -1 : 0;
}

/* −1 closes the connection. */
static int fragment_arrived(struct cdp_transport *transport, struct lws *wsi, const void *bytes,
	size_t length)
{
	if (transport->lost)
		return -1;
	if (lws_frame_is_binary(wsi)) {
		err_set(&transport->why, ERR_INVALID, "the browser sent a binary WebSocket message, "
			"which is not CDP; is something else listening on that port?");
		lose(transport);
		return -1;
	}
	/* The frame's header says how much is still to come: no need to wait for it. */
	size_t remaining = lws_remaining_packet_payload(wsi);
	size_t room = transport->incoming.ceiling - transport->incoming.length;
	if (remaining > room || buf_append(&transport->incoming, bytes, length) < 0) {
		err_set(&transport->why, ERR_TOO_LARGE, "the browser sent a message of more than %zu bytes",
			transport->incoming.ceiling);
		lose(transport);
		return -1;
	}
	return remaining == 0 && lws_is_final_fragment(wsi) ? message_arrived(transport) : 0;
}

/* One message per call: libwebsockets keeps what the socket did not take, and must have
 * sent it before it is given more. */
static int socket_writeable(struct cdp_transport *transport, struct lws *wsi)
{
	struct outgoing *message = STAILQ_FIRST(&transport->outgoing);
	if (!message)
		return 0;
	STAILQ_REMOVE_HEAD(&transport->outgoing, link);
	int written = lws_write(wsi, message->bytes + LWS_PRE, message->length, LWS_WRITE_TEXT);
	free(message);
	if (written < 0)
		return -1; /* LWS_CALLBACK_CLIENT_CLOSED follows */
	if (!STAILQ_EMPTY(&transport->outgoing))
		lws_callback_on_writable(wsi);
	return 0;
}

static int connection_opened(struct cdp_transport *transport, struct lws *wsi)
{
	transport->open = true;
	if (!STAILQ_EMPTY(&transport->outgoing))
		lws_callback_on_writable(wsi);
	transport->events.on_open(transport->events.context);
	return transport->freed ? -1 : 0;
}

static void connection_failed(struct cdp_transport *transport, const char *reason, size_t length)
{
	transport->wsi = NULL;
	if (transport->lost)
		return;
	err_set(&transport->why, ERR_CLOSED, "cannot connect to the browser: %.*s",
		reason ? (int)length : 10, reason ? reason : "no reason");
	lose(transport);
}

static void connection_closed(struct cdp_transport *transport)
{
	transport->wsi = NULL;
	if (transport->lost)
		return;
	err_set(&transport->why, ERR_CLOSED, "the connection to the browser was closed%s",
		transport->incoming.length > 0 ? " in the middle of a message" : "");
	lose(transport);
}

static int on_lws_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
	size_t length)
{
	(void)user;
	struct cdp_transport *transport = wsi ? lws_get_opaque_user_data(wsi) : NULL;
	if (!transport) /* about the virtual host, or of a transport that was freed */
		return reason == LWS_CALLBACK_CLIENT_ESTABLISHED || reason == LWS_CALLBACK_CLIENT_RECEIVE ? -1 : 0;
	switch (reason) {
	case LWS_CALLBACK_CLIENT_ESTABLISHED: return connection_opened(transport, wsi);
	case LWS_CALLBACK_CLIENT_RECEIVE: return fragment_arrived(transport, wsi, in, length);
	case LWS_CALLBACK_CLIENT_WRITEABLE: return socket_writeable(transport, wsi);
	case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: connection_failed(transport, in, length); return 0;
	case LWS_CALLBACK_CLIENT_CLOSED: connection_closed(transport); return 0;
	case LWS_CALLBACK_WSI_DESTROY: connection_closed(transport); return 0;
	default: return 0;
	}
}

static const struct lws_protocols cdp_protocols[] = {
	{.name = LWS_NAME, .callback = on_lws_event},
	{0},
};

/* The longest there is, 18 hours: by default libwebsockets pings a connection that was
 * silent for 5 minutes, which may be inside a measured window. Deadlines are ours. */
static const lws_retry_bo_t never_ping = {
	.secs_since_valid_ping = UINT16_MAX - 1,
	.secs_since_valid_hangup = UINT16_MAX,
};

/* A virtual host of our own in the loop's context: it has our protocol, and an empty
 * proxy address, without which libwebsockets would obey http_proxy in the environment. */
static struct lws_vhost *find_vhost(struct lws_context *context)
{
	struct lws_vhost *vhost = lws_get_vhost_by_name(context, LWS_NAME);
	if (vhost)
		return vhost;
	struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN,
		.vhost_name = LWS_NAME,
		.protocols = cdp_protocols,
		.http_proxy_address = "",
		.timeout_secs = HANDSHAKE_LIMIT_S,
		.connect_timeout_secs = HANDSHAKE_LIMIT_S,
		.uid = -1,
		.gid = -1,
	};
	return lws_create_vhost(context, &info);
}

static void start_connecting(struct cdp_transport *transport, struct lws_vhost *vhost,
	const char *host, int port, const char *path)
{
	char *host_header = mem_format("%s:%d", host, port);
	struct lws_client_connect_info info = {
		.context = loop_lws_context(transport->loop),
		.vhost = vhost,
		.address = host,
		.port = port,
		.path = path,
		.host = host_header,
		.ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
		.ietf_version_or_minus_one = -1,
		.local_protocol_name = LWS_NAME,
		.opaque_user_data = transport,
		.retry_and_idle_policy = &never_ping,
	};
	struct lws *wsi = lws_client_connect_via_info(&info);
	transport->wsi = transport->lost ? NULL : wsi; /* it may have failed inside the call */
	free(host_header);
}

struct cdp_transport *cdp_transport_open(struct loop *loop, const char *host, int port,
	const char *path, size_t ceiling_bytes, const struct cdp_transport_events *events,
	struct err *err)
{
	if (port < 1 || port > 65535 || path[0] != '/') {
		err_set(err, ERR_USAGE, "ws://%s:%d%s is no address of a browser", host, port, path);
		return NULL;
	}
	struct lws_vhost *vhost = find_vhost(loop_lws_context(loop));
	if (!vhost) {
		err_set(err, ERR_IO, "libwebsockets cannot set up a client");
		return NULL;
	}
	struct cdp_transport *transport = mem_alloc_zero(1, sizeof *transport);
	transport->loop = loop;
	transport->events = *events;
	buf_init(&transport->incoming, ceiling_bytes);
	STAILQ_INIT(&transport->outgoing);
	start_connecting(transport, vhost, host, port, path);
	if (!transport->wsi && !transport->lost) { /* failed without a callback */
		err_set(&transport->why, ERR_CLOSED, "cannot connect to the browser at %s:%d", host, port);
		lose(transport);
	}
	return transport;
}

int cdp_transport_send(struct cdp_transport *transport, const char *text, size_t length,
	struct err *err)
{
	if (transport->lost)
		return err_set(err, ERR_CLOSED, "%s", transport->why.text);
	struct outgoing *message = mem_alloc_zero(1, sizeof *message + LWS_PRE + length);
	message->length = length;
	memcpy(message->bytes + LWS_PRE, text, length);
	STAILQ_INSERT_TAIL(&transport->outgoing, message, link);
	if (transport->open)
		lws_callback_on_writable(transport->wsi);
	return 0;
}

static void on_free(void *context)
{
	struct cdp_transport *transport = context;
	struct outgoing *message;
	while ((message = STAILQ_FIRST(&transport->outgoing))) {
		STAILQ_REMOVE_HEAD(&transport->outgoing, link);
		free(message);
	}
	buf_release(&transport->incoming);
	free(transport);
}

void cdp_transport_free(struct cdp_transport *transport)
{
	if (!transport || transport->freed)
		return;
	transport->freed = true;
	if (transport->wsi) {
		lws_set_opaque_user_data(transport->wsi, NULL); /* no more events of it */
		/* At the next turn: we may be inside one of its own callbacks. */
		lws_set_timeout(transport->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC);
	}
	loop_defer(transport->loop, on_free, transport);
}
