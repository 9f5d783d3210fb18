/* The reader of JSON traces, with what consumes its events: the same events and the same answer however the bytes are
 * cut, and every value readable. */
#include "fuzz.h"

#include <string.h>

#include "trace/check.h"
#include "trace/json_event.h"
#include "trace/reader.h"
#include "trace/value.h"

enum { TEXT_SIZE = 64 };

/* What a reading gave, in one number each. */
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

static void mix_text(struct digest *digest, const struct trace_text *text)
{
	char copy[TEXT_SIZE];
	mix(digest, text->bytes, text->length);
	size_t whole = trace_text_copy(text, copy, sizeof copy);
	FUZZ_PROMISE(strlen(copy) <= whole && strlen(copy) < sizeof copy);
	if (whole < sizeof copy && strlen(copy) == whole)
		FUZZ_PROMISE(trace_text_is(text, copy, whole));
}

static void mix_value(struct digest *digest, const struct trace_value *value)
{
	int64_t whole;
	if (value->kind == TRACE_STRING)
		mix_text(digest, &value->text);
	else
		mix(digest, value->text.bytes, value->text.length);
	trace_value_number(value);
	trace_value_integer(value, &whole);
	mix(digest, &whole, sizeof whole);
	trace_value_find(value, "data.traceId");
}

static void on_event(const struct trace_event *event, void *context)
{
	struct digest *digest = context;
	digest->events++;
	mix(digest, &event->phase, 1);
	mix(digest, &event->pid, sizeof event->pid);
	mix(digest, &event->tid, sizeof event->tid);
	mix(digest, &event->ts_us, sizeof event->ts_us);
	mix(digest, &event->dur_us, sizeof event->dur_us);
	mix(digest, &event->tdur_us, sizeof event->tdur_us);
	mix(digest, &event->tts_us, sizeof event->tts_us);
	mix_text(digest, &event->name);
	mix_text(digest, &event->category);
	mix_value(digest, &event->id);
	mix_value(digest, &event->id2);
	mix_value(digest, &event->args);
}

static void on_metadata(const struct json *metadata, void *context)
{
	struct digest *digest = context;
	FUZZ_PROMISE(json_type(metadata) == JSON_OBJECT);
	digest->hash ^= json_length(metadata);
}

/* Feeds pieces of `step` bytes, each in a block of its own size. The code of the error, 0 for none. */
static int read_in_pieces(const uint8_t *bytes, size_t length, size_t step, struct digest *digest)
{
	struct err err = { 0 };
	struct trace_reader_calls calls = { on_event, on_metadata, digest };
	struct trace_reader *reader = trace_reader_new(&calls);
	int failed = 0;
	*digest = (struct digest){ 0 };
	for (size_t at = 0; at < length && !failed; at += step) {
		size_t piece = step < length - at ? step : length - at;
		char *copy = malloc(piece);
		memcpy(copy, bytes + at, piece);
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

/* The quick way of reading an event and the thorough one. */
static void compare_ways(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes, *start = memchr(text, '{', length);
	struct trace_json quick = { start, text + length, NULL }, thorough = quick;
	struct trace_event event;
	struct digest one = { 0 }, other = { 0 };
	if (!start)
		return;
	bool whole = trace_json_event(&quick, &event);
	if (whole)
		on_event(&event, &one);
	FUZZ_PROMISE(trace_json_event_plainly(&thorough, &event) == whole);
	if (whole)
		on_event(&event, &other);
	FUZZ_PROMISE(one.hash == other.hash && quick.problem == thorough.problem);
	FUZZ_PROMISE(quick.at == thorough.at || (!whole && !quick.problem));
}

static void check(const uint8_t *bytes, size_t length)
{
	struct trace_check *check = trace_check_new();
	struct trace_facts facts;
	struct err err = { 0 };
	if (trace_check_feed(check, (const char *)bytes, length, &err) == 0)
		trace_check_end(check, &facts, &err);
	trace_check_free(check);
}

size_t LLVMFuzzerMutate(uint8_t *bytes, size_t length, size_t room);
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed);

/* Half of the time one byte beside a quote becomes one that means something to JSON, which blind mutation seldom hits. */
size_t LLVMFuzzerCustomMutator(uint8_t *bytes, size_t length, size_t room, unsigned seed)
{
	static const char meaningful[] = "\"\"\"\\\\{}[],:0-.e \n\0";
	size_t start = length ? seed / 32 % length : 0;
	if (seed & 1 || length < 2)
		return LLVMFuzzerMutate(bytes, length, room);
	for (size_t i = 0; i + 1 < length; i++) {
		size_t at = (start + i) % (length - 1);
		if (bytes[at] == '"') {
			size_t beside = seed & 2 || at == 0 ? at + 1 : at - 1;
			bytes[beside] = (uint8_t)meaningful[seed / 4 % (sizeof meaningful - 1)];
			break;
		}
	}
	return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	static const size_t steps[] = { 7, 64, 100 };
	struct digest whole, pieces;
	int code = read_in_pieces(bytes, length, length ? length : 1, &whole);
	for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
		FUZZ_PROMISE(read_in_pieces(bytes, length, steps[i], &pieces) == code);
		FUZZ_PROMISE(pieces.events == whole.events);
		FUZZ_PROMISE(pieces.hash == whole.hash);
	}
	compare_ways(bytes, length);
	check(bytes, length);
	return 0;
}
