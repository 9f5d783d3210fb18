/* Replies of IO.read, against the JSON reader: what is taken for a piece is one, with those bytes. */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "base/json.h"
#include "cdp/piece.h"

enum { ROOM = 4096 };

/* A NUL is the one thing that the JSON reader has no byte for. */
static bool comparable(const char *bytes, size_t length, const struct json *result)
{
	return !memchr(bytes, '\0', length) && !json_bool(result, "base64Encoded", false);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static char out[ROOM];
	const char *text = (const char *)bytes;
	struct cdp_piece piece;
	struct err err = { 0 };
	if (cdp_piece_read(text, length, out, sizeof out, &piece, &err)) {
		FUZZ_PROMISE_ERROR(err);
		return 0;
	}
	FUZZ_PROMISE(piece.length <= ROOM && piece.length <= length);
	struct json *whole = json_parse(text, length, SIZE_MAX, "the reply", &err);
	FUZZ_PROMISE(whole);
	const struct json *result = json_get(whole, "result");
	const char *data = json_text(result, "data", NULL);
	FUZZ_PROMISE(data && json_bool(result, "eof", !piece.eof) == piece.eof);
	if (comparable(out, piece.length, result))
		FUZZ_PROMISE(strlen(data) == piece.length && memcmp(data, out, piece.length) == 0);
	json_free(whole);
	return 0;
}
