#include "trace/reader.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/format.h"
#include "trace/json_event.h"
#include "trace/proto.h"
#include "trace/value.h"

/* What the document's frame may hold next. */
enum step {
	STEP_START,
	STEP_FIRST_MEMBER, /* a key, or '}' */
	STEP_MEMBER,
	STEP_COLON,
	STEP_VALUE,
	STEP_AFTER_MEMBER,
	STEP_FIRST_EVENT,  /* an event, or ']' */
	STEP_EVENT,
	STEP_AFTER_EVENT,
	STEP_DONE,
};

/* A value that began in an earlier piece, or whose end must be looked for by itself. */
enum part {
	PART_NONE,
	PART_EVENT,
	PART_KEY,
	PART_METADATA,
	PART_SCALAR,       /* a number or literal that nobody asked for */
	PART_SKIPPED,      /* a string, array or object that nobody asked for: not kept */
};

struct trace_reader {
	struct trace_reader_calls calls;
	enum trace_format format;
	char first[TRACE_FORMAT_BYTES]; /* until they tell the format */
	size_t first_count;
	struct trace_proto *proto; /* NULL: JSON */
	enum step step;
	enum part part;
	struct trace_scan scan;    /* of the part */
	struct buf kept;           /* the part's bytes so far */
	enum part value;           /* what the member's value will be */
	bool bare;                 /* an array without an object round it */
	bool has_events;
	uint64_t before;           /* bytes of earlier pieces */
	uint64_t part_offset;      /* where the part begins */
	struct err failure;
};

struct trace_reader *trace_reader_new(const struct trace_reader_calls *calls)
{
	struct trace_reader *reader = mem_alloc_zero(1, sizeof *reader);
	reader->calls = *calls;
	buf_init(&reader->kept, TRACE_READER_CEILING);
	return reader;
}

void trace_reader_free(struct trace_reader *reader)
{
	if (!reader)
		return;
	trace_proto_free(reader->proto);
	buf_release(&reader->kept);
	free(reader);
}

static const char *fail(struct trace_reader *reader, uint64_t offset, const char *problem)
{
	err_set(&reader->failure, ERR_INVALID, "the trace is malformed at byte %llu: %s",
		(unsigned long long)offset, problem);
	return NULL;
}

/* ---- parts ---- */

static void begin_part(struct trace_reader *reader, enum part part, uint64_t offset)
{
	reader->part = part;
	reader->part_offset = offset;
	trace_scan_begin(&reader->scan);
	buf_clear(&reader->kept);
}

static bool give_event(struct trace_reader *reader)
{
	struct trace_event event;
	struct trace_json json = { reader->kept.data, reader->kept.data + reader->kept.length, NULL };
	if (trace_json_event(&json, &event)) {
		reader->calls.on_event(&event, reader->calls.context);
		reader->step = STEP_AFTER_EVENT;
		return true;
	}
	fail(reader, reader->part_offset + (uint64_t)(json.at - reader->kept.data),
		json.problem ? json.problem : "a value is expected");
	return false;
}

static bool give_metadata(struct trace_reader *reader)
{
	struct json *metadata = json_parse(reader->kept.data, reader->kept.length, TRACE_READER_CEILING,
		"the trace's metadata", &reader->failure);
	if (!metadata)
		return false;
	if (reader->calls.on_metadata)
		reader->calls.on_metadata(metadata, reader->calls.context);
	json_free(metadata);
	reader->step = STEP_AFTER_MEMBER;
	return true;
}

static bool take_key(struct trace_reader *reader)
{
	struct trace_text key;
	struct trace_json json = { reader->kept.data, reader->kept.data + reader->kept.length, NULL };
	trace_json_string(&json, &key);
	reader->value = PART_SKIPPED;
	if (trace_text_equals(&key, "traceEvents"))
		reader->value = PART_EVENT;
	else if (trace_text_equals(&key, "metadata"))
		reader->value = PART_METADATA;
	reader->step = STEP_COLON;
	return true;
}

static bool check_scalar(struct trace_reader *reader)
{
	struct trace_value value;
	buf_append(&reader->kept, ",", 1);
	struct trace_json json = { reader->kept.data, reader->kept.data + reader->kept.length, NULL };
	bool whole = trace_json_value(&json, &value) && json.at == json.end - 1;
	if (!whole)
		fail(reader, reader->part_offset, json.problem ? json.problem : "a value is expected");
	reader->step = STEP_AFTER_MEMBER;
	return whole;
}

static bool end_part(struct trace_reader *reader)
{
	enum part part = reader->part;
	reader->part = PART_NONE;
	switch (part) {
	case PART_EVENT: return give_event(reader);
	case PART_KEY: return take_key(reader);
	case PART_METADATA: return give_metadata(reader);
	case PART_SCALAR: return check_scalar(reader);
	case PART_NONE: case PART_SKIPPED: break;
	}
	reader->step = STEP_AFTER_MEMBER;
	return true;
}

static const char *keep(struct trace_reader *reader, const char *at, const char *after)
{
	if (reader->part == PART_SKIPPED || buf_append(&reader->kept, at, (size_t)(after - at)) == 0)
		return after;
	err_set(&reader->failure, ERR_TOO_LARGE, "the trace holds one %s of more than %d bytes, at byte %llu",
		reader->part == PART_EVENT ? "event" : "value", TRACE_READER_CEILING,
		(unsigned long long)reader->part_offset);
	return NULL;
}

static const char *scalar_end(const char *at, const char *end)
{
	while (at < end && (unsigned char)*at > ' ' && *at != ',' && *at != '}' && *at != ']')
		at++;
	return at < end ? at : NULL;
}

static const char *continue_part(struct trace_reader *reader, const char *at, const char *end, uint64_t offset)
{
	const char *after = reader->part == PART_SCALAR ? scalar_end(at, end)
		: trace_scan_value(&reader->scan, at, end);
	if (reader->scan.problem)
		return fail(reader, offset + (uint64_t)(reader->scan.problem_at - at), reader->scan.problem);
	if (!keep(reader, at, after ? after : end))
		return NULL;
	if (!after)
		return end;
	return end_part(reader) ? after : NULL;
}

/* ---- the frame ---- */

static const char *skip_space(const char *at, const char *end)
{
	struct trace_json json = { at, end, NULL };
	trace_json_space(&json);
	return json.at;
}

/* An event that lies whole in this piece is read where it lies. */
static const char *take_event(struct trace_reader *reader, const char *at, const char *end, uint64_t offset)
{
	struct trace_event event;
	struct trace_json json = { at, end, NULL };
	if (*at != '{')
		return fail(reader, offset, "an event, which is an object, is expected");
	if (trace_json_event(&json, &event)) {
		reader->calls.on_event(&event, reader->calls.context);
		reader->step = STEP_AFTER_EVENT;
		return json.at;
	}
	if (json.problem)
		return fail(reader, offset + (uint64_t)(json.at - at), json.problem);
	begin_part(reader, PART_EVENT, offset);
	return at;
}

static const char *begin_value(struct trace_reader *reader, const char *at, uint64_t offset)
{
	bool bracketed = *at == '{' || *at == '[' || *at == '"';
	if (reader->value == PART_EVENT) {
		if (*at != '[')
			return fail(reader, offset, "traceEvents is no array");
		reader->has_events = true;
		reader->step = STEP_FIRST_EVENT;
		return at + 1;
	}
	bool metadata = reader->value == PART_METADATA && *at == '{';
	begin_part(reader, metadata ? PART_METADATA : bracketed ? PART_SKIPPED : PART_SCALAR, offset);
	return at;
}

static const char *take_start(struct trace_reader *reader, const char *at, uint64_t offset)
{
	if (*at != '[' && *at != '{')
		return fail(reader, offset, "a trace begins with '{' or '['");
	reader->bare = reader->has_events = *at == '[';
	reader->step = reader->bare ? STEP_FIRST_EVENT : STEP_FIRST_MEMBER;
	return at + 1;
}

/* A comma, after which `next` comes, or the closing bracket. */
static const char *take_after(struct trace_reader *reader, const char *at, uint64_t offset, char closer,
	enum step next, enum step closed)
{
	if (*at != ',' && *at != closer)
		return fail(reader, offset, closer == '}' ? "',' or '}' is expected" : "',' or ']' is expected");
	reader->step = *at == ',' ? next : closed;
	return at + 1;
}

static const char *take_member(struct trace_reader *reader, const char *at, uint64_t offset)
{
	if (*at != '"')
		return fail(reader, offset, "a key in double quotes is expected");
	begin_part(reader, PART_KEY, offset);
	return at;
}

static const char *take_colon(struct trace_reader *reader, const char *at, uint64_t offset)
{
	if (*at != ':')
		return fail(reader, offset, "':' is expected after a key");
	reader->step = STEP_VALUE;
	return at + 1;
}

/* One step at a byte that is no white space; the byte to go on with, or NULL. */
static const char *take_step(struct trace_reader *reader, const char *at, const char *end, uint64_t offset)
{
	enum step closed = reader->bare ? STEP_DONE : STEP_AFTER_MEMBER;
	switch (reader->step) {
	case STEP_START: return take_start(reader, at, offset);
	case STEP_FIRST_MEMBER:
		return *at == '}' ? take_after(reader, at, offset, '}', STEP_DONE, STEP_DONE) : take_member(reader, at, offset);
	case STEP_MEMBER: return take_member(reader, at, offset);
	case STEP_COLON: return take_colon(reader, at, offset);
	case STEP_VALUE: return begin_value(reader, at, offset);
	case STEP_AFTER_MEMBER: return take_after(reader, at, offset, '}', STEP_MEMBER, STEP_DONE);
	case STEP_FIRST_EVENT:
		return *at == ']' ? take_after(reader, at, offset, ']', closed, closed) : take_event(reader, at, end, offset);
	case STEP_EVENT: return take_event(reader, at, end, offset);
	case STEP_AFTER_EVENT: return take_after(reader, at, offset, ']', STEP_EVENT, closed);
	case STEP_DONE: break;
	}
	return fail(reader, offset, "text follows the trace");
}

static int feed_json(struct trace_reader *reader, const char *bytes, size_t length, struct err *err)
{
	const char *at = bytes, *end = bytes + length;
	while (!reader->failure.code && at < end) {
		if (reader->part == PART_NONE)
			at = skip_space(at, end);
		uint64_t offset = reader->before + (uint64_t)(at - bytes);
		if (reader->part != PART_NONE)
			at = continue_part(reader, at, end, offset);
		else if (at < end)
			at = take_step(reader, at, end, offset);
	}
	reader->before += length;
	return reader->failure.code ? err_set(err, reader->failure.code, "%s", reader->failure.text) : 0;
}

/* ---- either format ---- */

static int feed_any(struct trace_reader *reader, const char *bytes, size_t length, struct err *err)
{
	if (reader->format == TRACE_FORMAT_PROTOBUF)
		return trace_proto_feed(reader->proto, bytes, length, err);
	return feed_json(reader, bytes, length, err);
}

static void set_format(struct trace_reader *reader, enum trace_format format)
{
	reader->format = format;
	if (format == TRACE_FORMAT_PROTOBUF)
		reader->proto = trace_proto_new(&reader->calls);
}

int trace_reader_feed(struct trace_reader *reader, const char *bytes, size_t length, struct err *err)
{
	int result = 0;
	for (; reader->format == TRACE_FORMAT_UNKNOWN && length > 0; bytes++, length--) {
		reader->first[reader->first_count++] = *bytes;
		set_format(reader, trace_format_of(reader->first, reader->first_count));
		if (reader->format != TRACE_FORMAT_UNKNOWN)
			result = feed_any(reader, reader->first, reader->first_count, err);
	}
	return result ? result : feed_any(reader, bytes, length, err);
}

static int end_json(struct trace_reader *reader, struct err *err)
{
	bool open_end = reader->bare && reader->part == PART_NONE && reader->step >= STEP_FIRST_EVENT;
	if (!reader->failure.code && reader->step != STEP_DONE && !open_end)
		err_set(&reader->failure, ERR_INVALID, "the trace is cut off: it ends at byte %llu %s",
			(unsigned long long)reader->before, reader->part == PART_EVENT ? "inside an event" : "before its end");
	else if (!reader->failure.code && !reader->has_events)
		err_set(&reader->failure, ERR_INVALID, "this is JSON but no trace: it has no traceEvents");
	return reader->failure.code ? err_set(err, reader->failure.code, "%s", reader->failure.text) : 0;
}

int trace_reader_end(struct trace_reader *reader, struct err *err)
{
	return reader->proto ? trace_proto_end(reader->proto, err) : end_json(reader, err);
}
