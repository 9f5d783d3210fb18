#include "cdp/transport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cdp/frames.h"
#include "cdp/handshake.h"

enum {
	/* A turn reads at most this much: about 0.3 ms of work. What wslay asks for piecemeal is
	 * copied out of it, so that it costs no system calls. */
	READ_SIZE = 256 * 1024,
	/* After this we give a handshake up ourselves; callers have earlier deadlines. */
	HANDSHAKE_LIMIT_US = 60 * 1000 * 1000,
};

enum state {
	CONNECTING, /* TCP is */
	SHAKING,    /* the request is on its way, or its answer */
	OPEN,
	LOST,       /* the socket is closed; on_closed is deferred or done */
};

struct outgoing {
	STAILQ_ENTRY(outgoing) link;
	size_t length, sent;
	unsigned char bytes[];
};

struct cdp_transport {
	struct loop *loop;
	struct cdp_transport_events events;
	enum state state;
	int fd;                /* the watch's, which closes it */
	struct loop_fd *watch; /* NULL once lost */
	struct loop_timer limit; /* of the handshake */
	char key[CDP_HANDSHAKE_KEY_SIZE];
	struct buf answer; /* to the handshake, until open */
	struct cdp_frames *frames;
	STAILQ_HEAD(outgoing_queue, outgoing) outgoing;
	struct outgoing *request; /* the handshake's, first in `outgoing` until it is sent */
	struct err why;           /* the reason for on_closed once lost */
	bool freed;               /* by the caller; the memory goes with a deferred call */
	unsigned char received[READ_SIZE];
};

/* ---- the end ---- */

/* The caller hears of it by a deferred call, so never from inside its own calls. */
static void on_lost(void *context)
{
	struct cdp_transport *transport = context;
	if (!transport->freed)
		transport->events.on_closed(&transport->why, transport->events.context);
}

static void close_socket(struct cdp_transport *transport)
{
	transport->state = LOST;
	loop_timer_cancel(&transport->limit);
	loop_unwatch_fd(transport->watch);
	transport->watch = NULL;
}

/* The reason is in `why`. */
static void lose(struct cdp_transport *transport)
{
	close_socket(transport);
	loop_defer(transport->loop, on_lost, transport);
}

static void lose_connection(struct cdp_transport *transport, int errnum)
{
	if (transport->state == OPEN)
		err_set(&transport->why, ERR_CLOSED, "the connection to the browser was closed%s",
			cdp_frames_in_message(transport->frames) ? " in the middle of a message" : "");
	else if (errnum)
		err_set_errno(&transport->why, ERR_CLOSED, errnum, "cannot connect to the browser");
	else
		err_set(&transport->why, ERR_CLOSED,
			"cannot connect to the browser: it closed the connection without an answer");
	lose(transport);
}

static void on_limit(void *context)
{
	struct cdp_transport *transport = context;
	err_set(&transport->why, ERR_TIMEOUT, "cannot connect to the browser: no answer after %d s",
		HANDSHAKE_LIMIT_US / 1000000);
	lose(transport);
}

/* ---- sending ---- */

static void drop_first(struct cdp_transport *transport)
{
	struct outgoing *first = STAILQ_FIRST(&transport->outgoing);
	if (first == transport->request)
		transport->request = NULL;
	STAILQ_REMOVE_HEAD(&transport->outgoing, link);
	free(first);
}

static struct outgoing *next_to_send(const struct cdp_transport *transport)
{
	struct outgoing *first = STAILQ_FIRST(&transport->outgoing);
	bool may = transport->state == OPEN || (transport->state == SHAKING && first == transport->request);
	return may ? first : NULL;
}

static void on_writable(void *context);

/* The peer is gone, but what it said before may still be unread: on_readable comes to its end. */
static void send_failed(struct cdp_transport *transport, int errnum)
{
	if (errnum != EPIPE && errnum != ECONNRESET)
		lose_connection(transport, errnum);
	else
		while (!STAILQ_EMPTY(&transport->outgoing))
			drop_first(transport);
}

/* Sends what the socket takes, and asks to be called for the rest. */
static void flush(struct cdp_transport *transport)
{
	struct outgoing *first;
	while ((first = next_to_send(transport))) {
		ssize_t sent = send(transport->fd, first->bytes + first->sent, first->length - first->sent,
			MSG_NOSIGNAL);
		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && errno == EAGAIN) {
			loop_await_writable(transport->watch, on_writable);
			return;
		}
		if (sent < 0) {
			send_failed(transport, errno);
			return;
		}
		first->sent += (size_t)sent;
		if (first->sent == first->length)
			drop_first(transport);
	}
}

static void queue_frame(struct cdp_transport *transport, enum cdp_frames_opcode opcode,
	const void *payload, size_t length)
{
	struct outgoing *frame = mem_alloc_zero(1, sizeof *frame + CDP_FRAMES_HEADER_SIZE + length);
	frame->length = cdp_frames_encode(transport->frames, opcode, payload, length, frame->bytes);
	STAILQ_INSERT_TAIL(&transport->outgoing, frame, link);
}

int cdp_transport_send(struct cdp_transport *transport, const char *text, size_t length,
	struct err *err)
{
	if (transport->state == LOST)
		return err_set(err, ERR_CLOSED, "%s", transport->why.text);
	bool idle = STAILQ_EMPTY(&transport->outgoing); /* else on_writable is on its way */
	queue_frame(transport, CDP_FRAMES_TEXT, text, length);
	if (idle)
		flush(transport);
	return 0;
}

/* RFC 6455 §5.5.2: only the latest ping need be answered, so a peer that pings and never
 * reads cannot make the queue grow. */
static void send_pong(struct cdp_transport *transport, const char *payload, size_t length)
{
	if (!STAILQ_EMPTY(&transport->outgoing))
		return;
	queue_frame(transport, CDP_FRAMES_PONG, payload, length);
	flush(transport);
}

/* Says so, if the socket takes it at once: nobody waits for the answer. */
static void say_goodbye(struct cdp_transport *transport)
{
	static const unsigned char normal_closure[] = {1000 >> 8, 1000 & 255};
	if (transport->state != OPEN || !STAILQ_EMPTY(&transport->outgoing))
		return;
	queue_frame(transport, CDP_FRAMES_CLOSE, normal_closure, sizeof normal_closure);
	flush(transport);
}

/* ---- receiving ---- */

static void frames_end(struct cdp_transport *transport, enum cdp_frame found, const struct err *broken)
{
	if (found == CDP_FRAME_BROKEN) {
		transport->why = *broken;
		lose(transport);
		return;
	}
	say_goodbye(transport);
	if (transport->state != LOST)
		lose_connection(transport, 0);
}

static void frames_arrived(struct cdp_transport *transport, const void *bytes, size_t length)
{
	const char *payload;
	size_t size;
	struct err broken;
	enum cdp_frame found;
	cdp_frames_feed(transport->frames, bytes, length);
	while (transport->state == OPEN && !transport->freed) {
		found = cdp_frames_next(transport->frames, &payload, &size, &broken);
		switch (found) {
		case CDP_FRAME_NONE: return;
		case CDP_FRAME_TEXT: transport->events.on_message(payload, size, transport->events.context); break;
		case CDP_FRAME_PING: send_pong(transport, payload, size); break;
		case CDP_FRAME_CLOSE:
		case CDP_FRAME_BROKEN: frames_end(transport, found, &broken); break;
		}
	}
}

/* What follows the answer in the same bytes are frames already. */
static void opened(struct cdp_transport *transport, size_t header_length)
{
	struct buf answer = transport->answer;
	buf_init(&transport->answer, 0);
	transport->state = OPEN;
	loop_timer_cancel(&transport->limit);
	transport->events.on_open(transport->events.context); /* before a loss that flush() may find */
	if (!transport->freed)
		flush(transport);
	frames_arrived(transport, answer.data + header_length, answer.length - header_length);
	buf_release(&answer);
}

static void answer_arrived(struct cdp_transport *transport, const void *bytes, size_t length)
{
	/* A read has a limit, so the buffer has one; the header has its own. */
	buf_append(&transport->answer, bytes, length);
	ssize_t header = cdp_handshake_answer(transport->key, transport->answer.data,
		transport->answer.length, &transport->why);
	if (header > 0)
		opened(transport, (size_t)header);
	else if (header < 0)
		lose(transport);
}

static void on_readable(void *context)
{
	struct cdp_transport *transport = context;
	if (transport->state == CONNECTING)
		return;
	ssize_t got = recv(transport->fd, transport->received, READ_SIZE, 0);
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0)
		lose_connection(transport, got < 0 ? errno : 0);
	else if (transport->state == OPEN)
		frames_arrived(transport, transport->received, (size_t)got);
	else
		answer_arrived(transport, transport->received, (size_t)got);
}

/* ---- the beginning ---- */

static void on_connected(struct cdp_transport *transport)
{
	int errnum = 0;
	socklen_t size = sizeof errnum;
	if (getsockopt(transport->fd, SOL_SOCKET, SO_ERROR, &errnum, &size) < 0)
		errnum = errno;
	if (errnum) {
		lose_connection(transport, errnum);
		return;
	}
	transport->state = SHAKING;
	flush(transport);
}

static void on_writable(void *context)
{
	struct cdp_transport *transport = context;
	if (transport->state == CONNECTING)
		on_connected(transport);
	else
		flush(transport);
}

static void prepare_request(struct cdp_transport *transport, const char *host, int port,
	const char *path)
{
	uint8_t nonce[CDP_HANDSHAKE_NONCE_SIZE];
	if (getrandom(nonce, sizeof nonce, 0) != (ssize_t)sizeof nonce) /* whole up to 256 bytes */
		abort();
	cdp_handshake_key(nonce, transport->key);
	char *text = cdp_handshake_request(host, port, path, transport->key);
	size_t length = strlen(text);
	transport->request = mem_alloc_zero(1, sizeof *transport->request + length);
	transport->request->length = length;
	memcpy(transport->request->bytes, text, length);
	STAILQ_INSERT_HEAD(&transport->outgoing, transport->request, link);
	free(text);
}

/* A socket that the loop watches; −1 without one. */
static int open_socket(struct cdp_transport *transport, struct err *err)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return err_set_errno(err, ERR_IO, errno, "cannot open a socket for the browser");
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	transport->fd = fd;
	transport->watch = loop_adopt_fd(transport->loop, fd, on_readable, transport, err);
	return transport->watch ? 0 : -1;
}

static void start_connecting(struct cdp_transport *transport, const struct sockaddr_in *address)
{
	loop_timer_set(&transport->limit, HANDSHAKE_LIMIT_US);
	if (connect(transport->fd, (const struct sockaddr *)address, sizeof *address) < 0 &&
	    errno != EINPROGRESS)
		lose_connection(transport, errno);
	else
		loop_await_writable(transport->watch, on_writable);
}

static void on_free(void *context)
{
	struct cdp_transport *transport = context;
	while (!STAILQ_EMPTY(&transport->outgoing))
		drop_first(transport);
	buf_release(&transport->answer);
	cdp_frames_free(transport->frames);
	free(transport);
}

struct cdp_transport *cdp_transport_open(struct loop *loop, const char *host, int port,
	const char *path, size_t ceiling_bytes, const struct cdp_transport_events *events,
	struct err *err)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	if (port < 1 || port > 65535 || inet_pton(AF_INET, host, &address.sin_addr) != 1 ||
	    !cdp_handshake_path_ok(path)) {
		err_set(err, ERR_USAGE, "ws://%s:%d%s is no address of a browser", host, port, path);
		return NULL;
	}
	struct cdp_transport *transport = mem_alloc_zero(1, sizeof *transport);
	transport->loop = loop;
	transport->events = *events;
	transport->frames = cdp_frames_new(ceiling_bytes);
	STAILQ_INIT(&transport->outgoing);
	buf_init(&transport->answer, CDP_HANDSHAKE_CEILING + READ_SIZE);
	loop_timer_init(&transport->limit, loop, on_limit, transport);
	if (open_socket(transport, err) < 0) {
		on_free(transport);
		return NULL;
	}
	prepare_request(transport, host, port, path);
	start_connecting(transport, &address);
	return transport;
}

void cdp_transport_free(struct cdp_transport *transport)
{
	if (!transport || transport->freed)
		return;
	transport->freed = true;
	if (transport->state != LOST) {
		say_goodbye(transport);
		close_socket(transport);
	}
	loop_defer(transport->loop, on_free, transport);
}
