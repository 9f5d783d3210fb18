#include "cdp/piece.h"

#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "cdp/unescape.h"

enum {
	HEAD_MAX = 128, /* Chromium's data begin at about byte 50 */
	REST_MAX = 512, /* all of a reply but its data: about 120 bytes */
};

static int refuse(struct err *err, const char *problem)
{
	return err_set(err, ERR_INVALID, "the browser's reply to IO.read %s", problem);
}

/* Whether the mark at the end of `head` is a member of the result, and not of something else that the
 * reply has, nor the end of a longer name. */
static bool is_in_result(const char *head, size_t length, size_t mark_size)
{
	static const char before[] = "\"result\":";
	const char *root = memchr(head, '{', length), *inner = memrchr(head, '{', length);
	size_t size = sizeof before - 1;
	if (length == mark_size || !strchr("{,", head[length - mark_size - 1]))
		return false;
	return root && (size_t)(inner - root) > size && memcmp(inner - size, before, size) == 0 &&
	       !memchr(root + 1, '{', (size_t)(inner - root - 1)) && !memchr(head, '[', length);
}

/* The reply as JSON with its data left out. */
static struct json *read_rest(const char *head, size_t head_length, const char *tail,
	size_t tail_length, struct err *err)
{
	char rest[REST_MAX];
	if (head_length + 1 + tail_length > sizeof rest) {
		refuse(err, "has no such form");
		return NULL;
	}
	memcpy(rest, head, head_length);
	rest[head_length] = '"';
	memcpy(rest + head_length + 1, tail, tail_length);
	return json_parse(rest, head_length + 1 + tail_length, sizeof rest, "the browser's reply to IO.read", err);
}

static bool is_bool(const struct json *value)
{
	return value && json_type(value) == JSON_BOOL;
}

static int decode(const struct json *rest, char *out, struct cdp_piece *piece, struct err *err)
{
	const struct json *result = json_get(rest, "result");
	const struct json *eof = json_get(result, "eof"), *base64 = json_get(result, "base64Encoded");
	if (!json_text(result, "data", NULL) || !is_bool(eof) || (base64 && !is_bool(base64)))
		return refuse(err, "lacks data or eof");
	piece->eof = json_as_bool(eof, false);
	if (!json_as_bool(base64, false))
		return 0;
	ssize_t decoded = base64_decode(out, piece->length, out);
	if (decoded < 0)
		return refuse(err, "says that its data are base64, and they are not");
	piece->length = (size_t)decoded;
	return 0;
}

int cdp_piece_read(const char *text, size_t length, char *out, size_t room,
	struct cdp_piece *piece, struct err *err)
{
	static const char mark[] = "\"data\":\"";
	size_t head_room = length < HEAD_MAX ? length : HEAD_MAX;
	const char *found = memmem(text, head_room, mark, sizeof mark - 1);
	if (!found)
		return refuse(err, "has no data");
	const char *at = found + sizeof mark - 1;
	size_t head_length = (size_t)(at - text);
	if (!is_in_result(text, head_length, sizeof mark - 1))
		return refuse(err, "has no such form");
	ssize_t written = cdp_unescape(&at, text + length, out, room, err);
	if (written < 0)
		return -1;
	piece->length = (size_t)written;
	struct json *rest = read_rest(text, head_length, at, (size_t)(text + length - at), err);
	int result = rest ? decode(rest, out, piece, err) : -1;
	json_free(rest);
	return result;
}
