#include "cdp/stream.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mono.h"
#include "cdp/piece.h"

enum {
	READ_SIZE = 128 * 1024,
	READS_IN_FLIGHT = 2,
	ROOM = CDP_PIECE_ROOM(READ_SIZE),
	/* Nobody waits for the answer to an IO.close after an error. */
	CLOSE_DEADLINE_US = 5 * 1000 * 1000,
};

struct read {
	struct cdp_stream *stream;
	int64_t number; /* in the order sent */
};

struct cdp_stream {
	struct loop *loop;
	struct cdp_connection *connection;
	char *session, *handle;
	int fd;
	int64_t deadline_us; /* mono_now_us() clock */
	cdp_stream_fn on_done; /* NULL once called */
	void *context;
	struct read reads[READS_IN_FLIGHT];
	int64_t sent, answered; /* reads */
	int pending;            /* replies to come: they point to us */
	int64_t bytes;
	bool eof;
	bool freed;
	char out[ROOM];
};

static void free_now(void *context)
{
	struct cdp_stream *stream = context;
	free(stream->session);
	free(stream->handle);
	free(stream);
}

/* Every reply goes through here first; false: nobody wants it any more. */
static bool take_reply(struct cdp_stream *stream)
{
	stream->pending--;
	if (stream->freed && stream->pending == 0)
		loop_defer(stream->loop, free_now, stream);
	return stream->on_done;
}

static int64_t time_left_us(const struct cdp_stream *stream)
{
	int64_t left = stream->deadline_us - mono_now_us();
	return left > 0 ? left : 0;
}

static struct json *handle_params(const char *handle)
{
	struct json *params = json_new_object();
	json_set_text(params, "handle", handle);
	return params;
}

void cdp_stream_drop(struct cdp_connection *connection, const char *session, const char *handle)
{
	cdp_send(connection, session, "IO.close", handle_params(handle), CLOSE_DEADLINE_US, NULL, NULL);
}

static void finish(struct cdp_stream *stream, const struct err *err)
{
	cdp_stream_fn on_done = stream->on_done;
	stream->on_done = NULL;
	if (err && err->code != ERR_CLOSED)
		cdp_stream_drop(stream->connection, stream->session, stream->handle);
	on_done(err, stream->context);
}

static int write_all(int fd, const char *bytes, size_t length, struct err *err)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_set_errno(err, ERR_IO, errno, "cannot write what the browser sends");
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

static void on_piece(const char *text, size_t length, const struct err *err, void *context);

static void ask(struct cdp_stream *stream)
{
	struct read *read = &stream->reads[stream->sent % READS_IN_FLIGHT];
	*read = (struct read){stream, stream->sent++};
	struct json *params = handle_params(stream->handle);
	json_set_number(params, "size", READ_SIZE);
	stream->pending++;
	cdp_send_raw(stream->connection, stream->session, "IO.read", params, time_left_us(stream), on_piece,
		read);
}

/* The bytes are on disk, whatever the browser says to this. */
static void on_closed(const struct json *result, const struct err *err, void *context)
{
	struct cdp_stream *stream = context;
	(void)result, (void)err;
	if (take_reply(stream))
		finish(stream, NULL);
}

static void close_at_browser(struct cdp_stream *stream)
{
	int64_t left_us = time_left_us(stream);
	stream->pending++;
	cdp_send(stream->connection, stream->session, "IO.close", handle_params(stream->handle),
		left_us < CLOSE_DEADLINE_US ? left_us : CLOSE_DEADLINE_US, on_closed, stream);
}

/* The browser reads the stream in the order of our commands, and answers in that order; a piece
 * does not say where it belongs. */
static int check_order(struct cdp_stream *stream, const struct read *read, struct err *err)
{
	if (read->number != stream->answered)
		return err_set(err, ERR_INVALID, "the browser answered reads of a stream out of order");
	stream->answered++;
	return 0;
}

static int take_piece(struct cdp_stream *stream, const struct read *read, const char *text,
	size_t length, struct err *err)
{
	struct cdp_piece piece;
	if (check_order(stream, read, err) < 0 ||
	    cdp_piece_read(text, length, stream->out, ROOM, &piece, err) < 0)
		return -1;
	if (stream->eof && (piece.length > 0 || !piece.eof))
		return err_set(err, ERR_INVALID, "the browser sent more of a stream after its end");
	stream->eof = piece.eof;
	if (!stream->eof)
		ask(stream); /* before writing, so that the browser works meanwhile */
	if (write_all(stream->fd, stream->out, piece.length, err) < 0)
		return -1;
	stream->bytes += (int64_t)piece.length;
	return 0;
}

static void on_piece(const char *text, size_t length, const struct err *err, void *context)
{
	const struct read *read = context;
	struct cdp_stream *stream = read->stream;
	struct err problem;
	if (!take_reply(stream))
		return;
	if (err || take_piece(stream, read, text, length, &problem) < 0)
		finish(stream, err ? err : &problem);
	else if (stream->eof && stream->pending == 0)
		close_at_browser(stream);
}

struct cdp_stream *cdp_stream_pull(struct loop *loop, struct cdp_connection *connection,
	const char *session, const char *handle, int fd, int64_t deadline_us, cdp_stream_fn on_done,
	void *context)
{
	struct cdp_stream *stream = mem_alloc_zero(1, sizeof *stream);
	stream->loop = loop;
	stream->connection = connection;
	stream->session = mem_strdup(session);
	stream->handle = mem_strdup(handle);
	stream->fd = fd;
	stream->deadline_us = mono_now_us() + deadline_us;
	stream->on_done = on_done;
	stream->context = context;
	for (int i = 0; i < READS_IN_FLIGHT; i++)
		ask(stream);
	return stream;
}

int64_t cdp_stream_bytes(const struct cdp_stream *stream)
{
	return stream->bytes;
}

void cdp_stream_free(struct cdp_stream *stream)
{
	if (!stream || stream->freed)
		return;
	stream->freed = true;
	if (stream->on_done) /* else it is closed, and the connection may be gone */
		cdp_stream_drop(stream->connection, stream->session, stream->handle);
	stream->on_done = NULL;
	if (stream->pending == 0)
		loop_defer(stream->loop, free_now, stream);
}
