#include "trace/fixture.h"

#include "trace/scan.h"

#define EVENT_A "{\"name\":\"a\",\"ts\":1}"
#define LOG_A "- 0/0 ts=1.000 dur=0.000 tdur=0.000 tts=nan name=a cat= id= id2= args=\n"

static void read_whole(const char *text, size_t length, struct fixture_log *log)
{
	struct err err = { 0 };
	if (fixture_read(text, length, 0, length ? length : 1, log, &err))
		fail_msg("%s", err.text);
}

static void append_lines(struct buf *out, const char *from, size_t bytes)
{
	const char *start = memchr(from, '\n', 4096), *end = memchr(start + bytes, '\n', 4096);
	assert_true(start && end);
	buf_append(out, start, (size_t)(end - start));
}

/* A real trace, shortened: its first events, some round the first message, its last ones, and of its metadata the end of
 * the account of losses. */
static char *short_trace(size_t *length)
{
	size_t whole;
	char *text = fixture_text("whole.json.gz", &whole);
	const char *message = strstr(text, "SchedulePostMessage"), *metadata = strstr(text, "],\"metadata\"");
	const char *stats = strstr(text, "\"traced_buf\"");
	assert_true(message && metadata && stats);
	struct buf out;
	buf_init(&out, 1 << 20);
	buf_append_text(&out, "{\"traceEvents\":[");
	append_lines(&out, text, 1000);
	append_lines(&out, message - 1000, 2000);
	append_lines(&out, metadata - 3000, 2000);
	buf_append_text(&out, "\n{}],\"metadata\":{\"trace_processor_stats\":{");
	buf_append(&out, stats, (size_t)(strchr(stats, ']') - stats));
	buf_append_text(&out, "]}}}");
	free(text);
	*length = out.length;
	return buf_detach(&out);
}

static void test_every_split_gives_the_same(void **state)
{
	(void)state;
	size_t length;
	char *text = short_trace(&length);
	struct fixture_log whole, pieces;
	struct err err = { 0 };
	read_whole(text, length, &whole);
	assert_true(whole.events > 20 && whole.metadata == 1);
	for (size_t first = 1; first < length; first++) {
		if (fixture_read(text, length, first, length, &pieces, &err))
			fail_msg("cut at %zu: %s", first, err.text);
		assert_int_equal(pieces.text.length, whole.text.length);
		assert_memory_equal(pieces.text.data, whole.text.data, whole.text.length);
		fixture_log_release(&pieces);
	}
	fixture_log_release(&whole);
	free(text);
}

static void test_pieces_of_every_size_give_the_same(void **state)
{
	(void)state;
	static const char *const names[] = { "whole.json.gz", "lossy.json.gz" };
	static const size_t steps[] = { 1, 2, 3, 7, 61, 64, 65, 1000, 4096, 1 << 16 };
	for (size_t n = 0; n < FIXTURE_COUNT(names); n++) {
		size_t length;
		char *text = fixture_text(names[n], &length);
		struct fixture_log whole, pieces;
		struct err err = { 0 };
		read_whole(text, length, &whole);
		assert_true(whole.events > 3000);
		for (size_t i = 0; i < FIXTURE_COUNT(steps); i++) {
			if (fixture_read(text, length, 0, steps[i], &pieces, &err))
				fail_msg("pieces of %zu: %s", steps[i], err.text);
			assert_int_equal(pieces.text.length, whole.text.length);
			assert_memory_equal(pieces.text.data, whole.text.data, whole.text.length);
			fixture_log_release(&pieces);
		}
		fixture_log_release(&whole);
		free(text);
	}
}

static void test_every_truncation_is_an_error(void **state)
{
	(void)state;
	size_t length;
	char *text = short_trace(&length);
	struct fixture_log log;
	for (size_t cut = 0; cut < length; cut++) {
		struct err err = { 0 };
		if (fixture_read(text, cut, 0, cut ? cut : 1, &log, &err) == 0 || err.code != ERR_INVALID
		    || !strstr(err.text, "cut off"))
			fail_msg("cut to %zu bytes: %s", cut, err.text);
		fixture_log_release(&log);
	}
	free(text);
}

static void test_documents(void **state)
{
	(void)state;
	static const struct { const char *text, *log; } rows[] = {
		{ "{\"traceEvents\":[" EVENT_A "]}", LOG_A },
		{ "{\"traceEvents\":[]}", "" },
		{ " \r\n{ \"traceEvents\" : [ " EVENT_A " , " EVENT_A " ] } \n", LOG_A LOG_A },
		{ "{\"metadata\":{\"a\":1},\"traceEvents\":[" EVENT_A "]}", "metadata {\"a\":1}\n" LOG_A },
		{ "{\"displayTimeUnit\":\"ms\",\"n\":-1.5e3,\"b\":true,\"z\":null,\"s\":{\"a\":[{}]},\"traceEvents\":[" EVENT_A
			"],\"e\":\"\",\"last\":0}", LOG_A },
		{ "{\"trace\\u0045vents\":[" EVENT_A "]}", LOG_A },
		{ "{\"traceEvents\":[" EVENT_A "],\"traceEvents\":[" EVENT_A "]}", LOG_A LOG_A },
		{ "{\"traceEvents\":[],\"metadata\":null}", "" }, { "{\"traceEvents\":[],\"metadata\":[1]}", "" },
		{ "{\"systemTraceEvents\":\"[{\\\"a\\\":1}\",\"traceEvents\":[]}", "" },
		/* Plain arrays, which may end early. */
		{ "[" EVENT_A "," EVENT_A "]", LOG_A LOG_A }, { "[]", "" }, { "[", "" }, { "[" EVENT_A, LOG_A },
		{ "[\n" EVENT_A ",\n", LOG_A }, { "[" EVENT_A "]\n\n", LOG_A },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		for (size_t step = 1; step <= strlen(rows[i].text); step++) {
			struct fixture_log log;
			struct err err = { 0 };
			if (fixture_read(rows[i].text, strlen(rows[i].text), 0, step, &log, &err))
				fail_msg("%s in pieces of %zu: %s", rows[i].text, step, err.text);
			assert_string_equal(log.text.data ? log.text.data : "", rows[i].log);
			fixture_log_release(&log);
		}
	}
}

static void test_what_is_no_trace(void **state)
{
	(void)state;
	static const struct { const char *text, *says; } rows[] = {
		{ "", "cut off: it ends at byte 0" }, { "  ", "cut off" }, { "5", "byte 0: a trace begins with" },
		{ "\"a\"", "begins with" }, { "\xEF\xBB\xBF[]", "byte 0" }, { "{}", "no traceEvents" }, { "{\"a\":1}", "no traceEvents" },
		{ "{\"traceEvents\":{}}", "byte 15: traceEvents is no array" }, { "{\"traceEvents\":null}", "no array" },
		{ "[5]", "byte 1: an event, which is an object" }, { "[{},5]", "byte 4: an event" }, { "[{},]", "byte 4: an event" },
		{ "[{}]x", "byte 4: text follows" }, { "[{}][", "text follows" }, { "{\"traceEvents\":[]}{", "byte 18: text follows" },
		{ "[{} {}]", "byte 4: ',' or ']'" }, { "[{}}", "byte 3: ',' or ']'" }, { "{\"traceEvents\":[]]", "byte 17: ',' or '}'" },
		{ "{traceEvents:[]}", "byte 1: a key" }, { "{\"a\" 1}", "byte 5: ':'" }, { "{\"a\":1,}", "byte 7: a key" },
		{ "{\"a\":tru}", "byte 5: a value" }, { "{\"a\":01}", "superfluous" }, { "{\"a\":1x}", "byte 5: a value" },
		{ "{\"a\":}", "byte 5: a digit" },
		{ "{\"a\":[}]}", "byte 6: a bracket closes" }, { "{\"a\":\"\n\"}", "byte 6: a control" },
		{ "{\"metadata\":{\"a\":tru}}", "metadata" }, { "[{\"args\":{\"a\":[}}]", "byte 15: a bracket" },
		{ "[{\"ts\":1,\"name\":\"a\tb\"}]", "byte 18: a control" }, { "[{\"ts\":x}]", "byte 7: a" },
		{ "[{\"ts\"}]", "byte 6: ':'" },
		/* What looks like a member after the event's end. */
		{ "[{\"name\":\"\\n\"}\"cat\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]", "byte 14: ',' or ']'" },
		{ "[{\"name\":\"n\"}\"ph\":\"a\",\"x\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}]", "byte 13: ',' or ']'" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		for (size_t step = 1; step <= strlen(rows[i].text) + 1; step++) {
			struct fixture_log log;
			struct err err = { 0 };
			int result = fixture_read(rows[i].text, strlen(rows[i].text), 0, step, &log, &err);
			if (result == 0 || err.code != ERR_INVALID || !strstr(err.text, rows[i].says))
				fail_msg("%s in pieces of %zu: %s", rows[i].text, step, err.text);
			fixture_log_release(&log);
		}
	}
}

static void test_nul_bytes(void **state)
{
	(void)state;
	static const char in_text[] = "[{\"name\":\"a\0b\"}]", between[] = "[{},\0{}]", in_args[] = "[{\"args\":{\"a\":\"\0\"}}]";
	static const struct { const char *text; size_t length; const char *says; } rows[] = {
		{ in_text, sizeof in_text - 1, "byte 11: a control byte" }, { between, sizeof between - 1, "byte 4" },
		{ in_args, sizeof in_args - 1, "byte 15: a control byte" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		for (size_t step = 1; step <= rows[i].length; step++) {
			struct fixture_log log;
			struct err err = { 0 };
			assert_int_equal(fixture_read(rows[i].text, rows[i].length, 0, step, &log, &err), -1);
			if (!strstr(err.text, rows[i].says))
				fail_msg("row %zu: %s", i, err.text);
			fixture_log_release(&log);
		}
	}
}

/* A reader that is fed a text which is too long for a test to hold. */
struct stream {
	struct trace_reader *reader;
	struct fixture_log log;
	struct err err;
};

static void stream_begin(struct stream *stream)
{
	*stream = (struct stream){ 0 };
	buf_init(&stream->log.text, 64 << 20);
	struct trace_reader_calls calls = { fixture_on_event, NULL, &stream->log };
	stream->reader = trace_reader_new(&calls);
}

static int stream_text(struct stream *stream, const char *text)
{
	return trace_reader_feed(stream->reader, text, strlen(text), &stream->err);
}

static int stream_many(struct stream *stream, const char *text, size_t bytes)
{
	char chunk[4096];
	size_t length = strlen(text), whole = sizeof chunk / length * length;
	for (size_t i = 0; i < whole; i++)
		chunk[i] = text[i % length];
	for (size_t sent = 0; sent < bytes; sent += whole) {
		if (trace_reader_feed(stream->reader, chunk, whole, &stream->err))
			return -1;
	}
	return 0;
}

static void stream_end(struct stream *stream)
{
	trace_reader_free(stream->reader);
	fixture_log_release(&stream->log);
}

static void test_huge_values(void **state)
{
	(void)state;
	struct stream stream;
	/* What nobody asked for may have any length. */
	static const char *const skipped[][3] = { { "\"", "text \\\" \\\\ ", "\"" }, { "[0", ",{\"a\":[\"}\"]}", "]" } };
	for (size_t i = 0; i < FIXTURE_COUNT(skipped); i++) {
		stream_begin(&stream);
		assert_int_equal(stream_text(&stream, "{\"system\":"), 0);
		assert_int_equal(stream_text(&stream, skipped[i][0]), 0);
		assert_int_equal(stream_many(&stream, skipped[i][1], 3 * (size_t)TRACE_READER_CEILING), 0);
		assert_int_equal(stream_text(&stream, skipped[i][2]), 0);
		assert_int_equal(stream_text(&stream, ",\"traceEvents\":[" EVENT_A "]}"), 0);
		assert_int_equal(trace_reader_end(stream.reader, &stream.err), 0);
		assert_string_equal(stream.log.text.data, LOG_A);
		stream_end(&stream);
	}
	/* An event may be nearly as long as the ceiling. */
	stream_begin(&stream);
	assert_int_equal(stream_text(&stream, "[{\"name\":\"a\",\"x\":\""), 0);
	assert_int_equal(stream_many(&stream, "\\\"x", TRACE_READER_CEILING - 8192), 0);
	assert_int_equal(stream_text(&stream, "\",\"ts\":1},{}]"), 0);
	assert_int_equal(trace_reader_end(stream.reader, &stream.err), 0);
	assert_int_equal(stream.log.events, 2);
	assert_memory_equal(stream.log.text.data, LOG_A, sizeof LOG_A - 1);
	stream_end(&stream);
	/* Not longer; and then nothing is taken any more. */
	stream_begin(&stream);
	assert_int_equal(stream_text(&stream, "[{\"name\":\"a\",\"x\":\""), 0);
	assert_int_equal(stream_many(&stream, "x", TRACE_READER_CEILING + 1), -1);
	assert_int_equal(stream.err.code, ERR_TOO_LARGE);
	assert_non_null(strstr(stream.err.text, "event of more than 8388608 bytes, at byte 1"));
	assert_int_equal(stream_text(&stream, "\"}]"), -1);
	assert_int_equal(trace_reader_end(stream.reader, &stream.err), -1);
	assert_int_equal(stream.err.code, ERR_TOO_LARGE);
	assert_int_equal(stream.log.events, 0);
	stream_end(&stream);
}

static void test_nesting(void **state)
{
	(void)state;
	static const char *const starts[] = { "[{\"args\":", "{\"x\":" };
	for (size_t i = 0; i < FIXTURE_COUNT(starts); i++) {
		struct stream stream;
		stream_begin(&stream);
		assert_int_equal(stream_text(&stream, starts[i]), 0);
		assert_int_equal(stream_many(&stream, "[", 1 << 20), -1);
		assert_int_equal(stream.err.code, ERR_INVALID);
		assert_non_null(strstr(stream.err.text, "nested too deeply"));
		stream_end(&stream);
	}
	/* The event's own braces are a level, too. */
	char text[4 * TRACE_DEPTH_MAX];
	struct fixture_log log;
	struct err err = { 0 };
	for (size_t step = 1; step <= sizeof text; step *= 16) {
		size_t at = (size_t)snprintf(text, sizeof text, "[{\"args\":");
		memset(text + at, '[', TRACE_DEPTH_MAX - 1);
		memset(text + at + TRACE_DEPTH_MAX - 1, ']', TRACE_DEPTH_MAX - 1);
		at += 2 * (TRACE_DEPTH_MAX - 1);
		at += (size_t)snprintf(text + at, sizeof text - at, "},{\"ts\":1}]");
		assert_int_equal(fixture_read(text, at, 0, step, &log, &err), 0);
		assert_int_equal(log.events, 2);
		fixture_log_release(&log);
	}
}

/* Bytes of a trace set to others: never a crash, and the same answer whatever the pieces. */
static void test_damage(void **state)
{
	(void)state;
	size_t length;
	char *text = short_trace(&length);
	static const char bytes[] = "\"\\{}[],:0 \n\0a\xFF";
	for (size_t at = 0; at < length; at++) {
		char kept = text[at];
		text[at] = bytes[at * 7 % (sizeof bytes - 1)];
		struct fixture_log whole, pieces;
		struct err one = { 0 }, other = { 0 };
		int result = fixture_read(text, length, 0, length, &whole, &one);
		if (fixture_read(text, length, 0, 1 + at % 97, &pieces, &other) != result)
			fail_msg("%.*s at byte %zu: %s | %s", 20, text + (at > 10 ? at - 10 : 0), at, one.text, other.text);
		assert_int_equal(whole.events, pieces.events);
		assert_int_equal(one.code, other.code);
		fixture_log_release(&whole);
		fixture_log_release(&pieces);
		text[at] = kept;
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_split_gives_the_same),
		cmocka_unit_test(test_pieces_of_every_size_give_the_same),
		cmocka_unit_test(test_every_truncation_is_an_error),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_what_is_no_trace),
		cmocka_unit_test(test_nul_bytes),
		cmocka_unit_test(test_huge_values),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
