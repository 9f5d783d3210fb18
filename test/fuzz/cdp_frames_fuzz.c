/* What a peer sends, as frames and as the answer to a handshake: the same whatever the pieces. */
#include "fuzz.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "cdp/frames.h"
#include "cdp/handshake.h"

enum { CEILING = 1000 };

/* What comes out of the frames, one entry each, written to `log`. */
static void read_all(const uint8_t *bytes, size_t length, size_t step, struct buf *log)
{
	struct cdp_frames *frames = cdp_frames_new(CEILING);
	for (size_t at = 0; at < length; at += step) {
		const char *payload;
		size_t size;
		struct err err = { 0 };
		enum cdp_frame found;
		cdp_frames_feed(frames, bytes + at, length - at < step ? length - at : step);
		while ((found = cdp_frames_next(frames, &payload, &size, &err)) != CDP_FRAME_NONE) {
			buf_append_format(log, "%d %d ", found, found == CDP_FRAME_BROKEN ? (int)err.code : (int)size);
			if (found == CDP_FRAME_BROKEN) {
				FUZZ_PROMISE_ERROR(err);
				continue;
			}
			FUZZ_PROMISE(size <= (found == CDP_FRAME_TEXT ? CEILING : 125));
			buf_append(log, payload, size);
		}
	}
	buf_append_format(log, "%d", cdp_frames_in_message(frames));
	cdp_frames_free(frames);
}

static void check_handshake(const uint8_t *bytes, size_t length)
{
	static const char key[] = "dGhlIHNhbXBsZSBub25jZQ==";
	struct err err = { 0 };
	ssize_t header = cdp_handshake_answer(key, (const char *)bytes, length, &err);
	FUZZ_PROMISE(header >= -1 && header <= (ssize_t)length);
	if (header < 0)
		FUZZ_PROMISE_ERROR(err);
	if (header > 0) {
		FUZZ_PROMISE(memmem(bytes, (size_t)header, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28));
		FUZZ_PROMISE(memcmp(bytes + header - 4, "\r\n\r\n", 4) == 0);
		FUZZ_PROMISE(cdp_handshake_answer(key, (const char *)bytes, (size_t)header - 1, &err) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct buf whole, stepped;
	if (length < 2)
		return 0;
	buf_init(&whole, 1 << 24);
	buf_init(&stepped, 1 << 24);
	read_all(bytes + 1, length - 1, length - 1, &whole);
	read_all(bytes + 1, length - 1, 1 + bytes[0] % 16, &stepped);
	FUZZ_PROMISE(whole.length == stepped.length && memcmp(whole.data, stepped.data, whole.length) == 0);
	buf_release(&whole);
	buf_release(&stepped);
	check_handshake(bytes + 1, length - 1);
	return 0;
}
