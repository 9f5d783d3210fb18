/* The reader of protobuf traces, with what consumes its events: the same events and the same answer however the bytes are
 * cut, arguments that are JSON whatever was in them, and a converted trace that the reader of JSON takes.
 *
 * An input that does not begin with a packet's tag is a row of packets, each with its length in one byte, which are framed
 * here: so that lengths gone wrong do not hide the rest. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "base/buf.h"
#include "trace/check.h"
#include "trace/convert.h"
#include "trace/json.h"
#include "trace/reader.h"
#include "trace/value.h"

enum { RUN_BYTES = 600, TAG = 0x0A };

struct digest {
	uint64_t events, hash;
};

static void mix(struct digest *digest, const void *bytes, size_t length)
{
	const unsigned char *at = bytes;
	for (size_t i = 0; i < length; i++)
		digest->hash = (digest->hash ^ at[i]) * UINT64_C(0x100000001b3);
	digest->hash = (digest->hash ^ length) * UINT64_C(0x100000001b3);
}

/* One value and nothing after it; as in the reader, a number would not end with the text. */
static void promise_json(const struct trace_text *text)
{
	char *copy = malloc(text->length + 1);
	struct trace_value value;
	memcpy(copy, text->bytes, text->length);
	copy[text->length] = ',';
	struct trace_json json = { copy, copy + text->length + 1, NULL };
	FUZZ_PROMISE(trace_json_value(&json, &value) && json.at == json.end - 1);
	FUZZ_PROMISE(value.kind == TRACE_OBJECT);
	free(copy);
}

static void on_event(const struct trace_event *event, void *context)
{
	struct digest *digest = context;
	digest->events++;
	FUZZ_PROMISE(strchr("XIBRbenMsfPNDO", event->phase) && event->phase);
	FUZZ_PROMISE(!isnan(event->ts_us) && event->dur_us >= 0 && event->tdur_us >= 0);
	mix(digest, &event->phase, 1);
	mix(digest, &event->scope, 1);
	mix(digest, &event->pid, sizeof event->pid);
	mix(digest, &event->tid, sizeof event->tid);
	mix(digest, &event->ts_us, sizeof event->ts_us);
	mix(digest, &event->dur_us, sizeof event->dur_us);
	mix(digest, &event->tdur_us, sizeof event->tdur_us);
	mix(digest, event->name.bytes, event->name.length);
	mix(digest, event->category.bytes, event->category.length);
	mix(digest, event->id.text.bytes, event->id.text.length);
	mix(digest, event->id2.text.bytes, event->id2.text.length);
	mix(digest, event->args.text.bytes, event->args.text.length);
	promise_json(&event->args.text);
	trace_value_find(&event->args, "data.traceId");
}

static void on_metadata(const struct json *metadata, void *context)
{
	struct digest *digest = context;
	char *text = json_print(metadata, false);
	mix(digest, text, strlen(text));
	free(text);
}

static int read_in_pieces(const struct buf *stream, size_t step, struct digest *digest)
{
	struct err err = { 0 };
	struct trace_reader_calls calls = { on_event, on_metadata, digest, .joins_flows = true };
	struct trace_reader *reader = trace_reader_new(&calls);
	int failed = 0;
	*digest = (struct digest){ 0 };
	for (size_t at = 0; at < stream->length && !failed; at += step) {
		size_t piece = step < stream->length - at ? step : stream->length - at;
		char *copy = malloc(piece);
		memcpy(copy, stream->data + at, piece);
		failed = trace_reader_feed(reader, copy, piece, &err);
		free(copy);
	}
	if (!failed)
		failed = trace_reader_end(reader, &err);
	trace_reader_free(reader);
	if (failed)
		FUZZ_PROMISE_ERROR(err);
	return err.code;
}

static void on_look_up(const struct trace_event *event, void *context)
{
	struct digest *digest = context;
	struct trace_value id = trace_value_find(&event->args, "data.traceId");
	digest->events++;
	promise_json(&event->args.text);
	mix(digest, id.text.bytes, id.text.length);
}

/* What is looked up is found whether or not the rest is written. */
static void ask(const struct buf *stream)
{
	static const char *const asked[] = { "data", "traceId", NULL };
	struct digest digests[2] = { 0 };
	struct err err = { 0 };
	for (size_t i = 0; i < 2; i++) {
		struct trace_reader_calls calls = { .on_event = on_look_up, .context = &digests[i], .args = i ? asked : NULL };
		struct trace_reader *reader = trace_reader_new(&calls);
		FUZZ_PROMISE(trace_reader_feed(reader, stream->data, stream->length, &err) == 0);
		FUZZ_PROMISE(trace_reader_end(reader, &err) == 0);
		trace_reader_free(reader);
	}
	FUZZ_PROMISE(memcmp(&digests[0], &digests[1], sizeof digests[0]) == 0);
}

static void check(const struct buf *stream)
{
	struct trace_check *check = trace_check_new();
	struct trace_facts facts;
	struct err err = { 0 };
	if (trace_check_feed(check, stream->data, stream->length, &err) == 0)
		trace_check_end(check, &facts, &err);
	trace_check_free(check);
}

static void count_event(const struct trace_event *event, void *context)
{
	(void)event;
	++*(uint64_t *)context;
}

static int append(const char *bytes, size_t length, void *context, struct err *err)
{
	(void)err;
	return buf_append(context, bytes, length);
}

static void convert(const struct buf *stream, uint64_t events)
{
	struct trace_convert *convert = trace_convert_new(RUN_BYTES);
	struct err err = { 0 };
	struct buf out;
	uint64_t found = 0;
	struct trace_reader_calls calls = { .on_event = count_event, .context = &found };
	struct trace_reader *reader = trace_reader_new(&calls);
	buf_init(&out, SIZE_MAX);
	FUZZ_PROMISE(trace_convert_feed(convert, stream->data, stream->length, &err) == 0);
	FUZZ_PROMISE(trace_convert_end(convert, append, &out, &err) == 0);
	FUZZ_PROMISE(trace_reader_feed(reader, out.data, out.length, &err) == 0 && trace_reader_end(reader, &err) == 0);
	FUZZ_PROMISE(found == events);
	trace_reader_free(reader);
	trace_convert_free(convert);
	buf_release(&out);
}

static void frame(const uint8_t *bytes, size_t length, struct buf *out)
{
	buf_init(out, SIZE_MAX);
	if (length == 0 || bytes[0] == TAG) {
		buf_append(out, bytes, length);
		return;
	}
	while (length > 0) {
		size_t size = bytes[0] < length ? bytes[0] : length - 1;
		unsigned char head[3] = { TAG, (unsigned char)((size & 0x7F) | 0x80), (unsigned char)(size >> 7) };
		buf_append(out, head, sizeof head);
		buf_append(out, bytes + 1, size);
		bytes += 1 + size;
		length -= 1 + size;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct digest whole, pieces;
	struct buf stream;
	frame(bytes, length, &stream);
	int code = read_in_pieces(&stream, stream.length + 1, &whole);
	for (size_t step = 1; step < 20; step += 6) {
		FUZZ_PROMISE(read_in_pieces(&stream, step, &pieces) == code);
		FUZZ_PROMISE(pieces.hash == whole.hash && pieces.events == whole.events);
	}
	check(&stream);
	if (code == 0 && stream.length && stream.data[0] == TAG)
		convert(&stream, whole.events);
	if (code == 0)
		ask(&stream);
	buf_release(&stream);
	return 0;
}
