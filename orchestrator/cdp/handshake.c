#include "cdp/handshake.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/base64.h"
#include "base/hash.h"
#include "base/mem.h"

/* RFC 6455 §1.3. */
#define WEBSOCKET_GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

enum { ACCEPT_SIZE = 29 }; /* base64 of a SHA-1, and a NUL */

struct span {
	const char *text;
	size_t length;
};

/* What the header must say once each. */
struct answer {
	bool upgrade, connection, accept;
};

void cdp_handshake_key(const uint8_t nonce[CDP_HANDSHAKE_NONCE_SIZE],
	char key[CDP_HANDSHAKE_KEY_SIZE])
{
	base64_encode(nonce, CDP_HANDSHAKE_NONCE_SIZE, key);
}

bool cdp_handshake_path_ok(const char *path)
{
	for (const char *at = path; *at; at++)
		if (*at <= ' ' || *at > '~')
			return false;
	return path[0] == '/';
}

char *cdp_handshake_request(const char *host, int port, const char *path, const char *key)
{
	return mem_format("GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
		"Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n", path, host, port, key);
}

/* The accept value for a key, RFC 6455 §4.2.2. */
static void accept_for(const char *key, char accept[ACCEPT_SIZE])
{
	uint8_t digest[HASH_SHA1_SIZE];
	char *text = mem_format("%s" WEBSOCKET_GUID, key);
	hash_sha1(text, strlen(text), digest);
	free(text);
	base64_encode(digest, sizeof digest, accept);
}

static int refuse(struct err *err, const char *problem)
{
	return err_set(err, ERR_CLOSED, "cannot connect to the browser: %s", problem);
}

/* The bytes up to the next line's end, which is taken along; false when there is none. */
static bool take_line(struct span *rest, struct span *line)
{
	const char *end = memmem(rest->text, rest->length, "\r\n", 2);
	if (!end)
		return false;
	*line = (struct span){rest->text, (size_t)(end - rest->text)};
	rest->text = end + 2;
	rest->length -= line->length + 2;
	return true;
}

static struct span trim(struct span span)
{
	while (span.length > 0 && (*span.text == ' ' || *span.text == '\t')) {
		span.text++;
		span.length--;
	}
	while (span.length > 0 && (span.text[span.length - 1] == ' ' || span.text[span.length - 1] == '\t'))
		span.length--;
	return span;
}

static bool equals(struct span span, const char *text)
{
	return span.length == strlen(text) && strncasecmp(span.text, text, span.length) == 0;
}

/* Whether a list of tokens, RFC 9110 §5.6.1, holds one. */
static bool lists(struct span list, const char *token)
{
	while (list.length > 0) {
		const char *comma = memchr(list.text, ',', list.length);
		size_t length = comma ? (size_t)(comma - list.text) : list.length;
		if (equals(trim((struct span){list.text, length}), token))
			return true;
		size_t taken = comma ? length + 1 : length;
		list.text += taken;
		list.length -= taken;
	}
	return false;
}

static bool has_control_byte(struct span line)
{
	for (size_t i = 0; i < line.length; i++)
		if (((unsigned char)line.text[i] < ' ' && line.text[i] != '\t') || line.text[i] == 127)
			return true;
	return false;
}

static int read_status(struct span line, struct err *err)
{
	static const char want[] = "HTTP/1.1 101";
	size_t length = sizeof want - 1;
	if (has_control_byte(line) || line.length < length || memcmp(line.text, "HTTP/1.", 7) != 0)
		return refuse(err, "what listens there speaks no HTTP");
	if (memcmp(line.text, want, length) != 0 || (line.length > length && line.text[length] != ' '))
		return err_set(err, ERR_CLOSED, "cannot connect to the browser: it answered %.*s",
			(int)(line.length < 100 ? line.length : 100), line.text);
	return 0;
}

static int read_accept(struct span value, const char *key, struct answer *answer, struct err *err)
{
	char accept[ACCEPT_SIZE];
	accept_for(key, accept);
	if (answer->accept)
		return refuse(err, "it sent Sec-WebSocket-Accept twice");
	if (value.length != ACCEPT_SIZE - 1 || memcmp(value.text, accept, ACCEPT_SIZE - 1) != 0)
		return refuse(err, "its Sec-WebSocket-Accept does not belong to our key");
	answer->accept = true;
	return 0;
}

static int read_field(struct span line, const char *key, struct answer *answer, struct err *err)
{
	const char *colon = memchr(line.text, ':', line.length);
	if (!colon || colon == line.text || *line.text == ' ' || *line.text == '\t' || has_control_byte(line))
		return refuse(err, "a line of its HTTP header is none");
	struct span name = {line.text, (size_t)(colon - line.text)};
	struct span value = trim((struct span){colon + 1, line.length - name.length - 1});
	if (equals(name, "Sec-WebSocket-Accept"))
		return read_accept(value, key, answer, err);
	if (equals(name, "Sec-WebSocket-Extensions") || equals(name, "Sec-WebSocket-Protocol"))
		return refuse(err, "it uses an extension or a subprotocol, and none was asked for");
	if (equals(name, "Upgrade") && equals(value, "websocket"))
		answer->upgrade = true;
	if (equals(name, "Connection") && lists(value, "upgrade"))
		answer->connection = true;
	return 0;
}

/* All lines up to the empty one; 0 when it is there, 1 when it is still to come. */
static int read_fields(struct span *rest, const char *key, struct answer *answer, struct err *err)
{
	struct span line;
	while (take_line(rest, &line)) {
		if (line.length == 0)
			return 0;
		if (read_field(line, key, answer, err) < 0)
			return -1;
	}
	return 1;
}

ssize_t cdp_handshake_answer(const char *key, const char *bytes, size_t length, struct err *err)
{
	struct span rest = {bytes, length < CDP_HANDSHAKE_CEILING ? length : CDP_HANDSHAKE_CEILING}, line;
	struct answer answer = {0};
	int result = take_line(&rest, &line) ? read_status(line, err) : 1;
	if (result == 0)
		result = read_fields(&rest, key, &answer, err);
	if (result < 0)
		return -1;
	if (result > 0)
		return length < CDP_HANDSHAKE_CEILING ? 0 : refuse(err, "its HTTP header has no end");
	if (!answer.upgrade || !answer.connection || !answer.accept)
		return refuse(err, !answer.upgrade ? "its answer lacks \"Upgrade: websocket\""
			: !answer.connection ? "its answer lacks \"Connection: Upgrade\""
			: "its answer lacks Sec-WebSocket-Accept");
	return rest.text - bytes;
}
