/* What the tests of trace/ share: reading text in pieces, and keeping what came out. */
#ifndef WASMOGRAPH_TEST_TRACE_FIXTURE_H
#define WASMOGRAPH_TEST_TRACE_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/mem.h"
#include "trace/file.h"
#include "trace/reader.h"
#include "trace/value.h"

#define FIXTURE_COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A trace of test/fixtures/trace/, recorded by test/trace/record.py. */
static inline char *fixture_path(const char *name)
{
	const char *source = getenv("WASMOGRAPH_SOURCE");
	return mem_format("%s/test/fixtures/trace/%s", source ? source : ".", name);
}

static inline char *fixture_text(const char *name, size_t *length)
{
	struct err err = { 0 };
	struct buf text;
	char chunk[4096], *path = fixture_path(name);
	struct trace_file *file = trace_file_open(path, &err);
	if (!file)
		fail_msg("%s", err.text);
	buf_init(&text, 64 << 20);
	ssize_t got;
	while ((got = trace_file_read(file, chunk, sizeof chunk, &err)) > 0)
		assert_int_equal(buf_append(&text, chunk, (size_t)got), 0);
	assert_int_equal(got, 0);
	trace_file_close(file);
	free(path);
	*length = text.length;
	return buf_detach(&text);
}

/* Events as text, so that two readings can be compared by memcmp and seen when they differ. */
struct fixture_log {
	struct buf text;
	size_t events, metadata;
};

static inline void fixture_put(struct buf *out, const char *name, const struct trace_text *text)
{
	buf_append_format(out, " %s=%.*s%s", name, (int)text->length, text->bytes ? text->bytes : "",
		text->escaped ? "(escaped)" : "");
}

static inline void fixture_on_event(const struct trace_event *event, void *context)
{
	struct fixture_log *log = context;
	log->events++;
	buf_append_format(&log->text, "%c %lld/%lld ts=%.3f dur=%.3f tdur=%.3f tts=%.3f", event->phase ? event->phase : '-',
		(long long)event->pid, (long long)event->tid, event->ts_us, event->dur_us, event->tdur_us, event->tts_us);
	fixture_put(&log->text, "name", &event->name);
	fixture_put(&log->text, "cat", &event->category);
	fixture_put(&log->text, "id", &event->id.text);
	fixture_put(&log->text, "id2", &event->id2.text);
	fixture_put(&log->text, "args", &event->args.text);
	buf_append_text(&log->text, "\n");
}

static inline void fixture_on_metadata(const struct json *metadata, void *context)
{
	struct fixture_log *log = context;
	char *text = json_print(metadata, false);
	log->metadata++;
	buf_append_format(&log->text, "metadata %s\n", text);
	free(text);
}

/* Reads the text, cut at `first` and after that every `step` bytes. The result of the reading. */
static inline int fixture_read_with(bool joins_flows, const char *text, size_t length, size_t first, size_t step,
	struct fixture_log *log, struct err *err)
{
	*log = (struct fixture_log){ 0 };
	buf_init(&log->text, 64 << 20);
	struct trace_reader_calls calls = { fixture_on_event, fixture_on_metadata, log, joins_flows };
	struct trace_reader *reader = trace_reader_new(&calls);
	int result = 0;
	for (size_t at = 0; at < length && !result;) {
		size_t piece = at == 0 && first ? first : step;
		piece = piece < length - at ? piece : length - at;
		char *copy = malloc(piece ? piece : 1); /* exactly so large: reading beyond it is found */
		memcpy(copy, text + at, piece);
		result = trace_reader_feed(reader, copy, piece, err);
		free(copy);
		at += piece;
	}
	if (!result)
		result = trace_reader_end(reader, err);
	trace_reader_free(reader);
	return result;
}

static inline int fixture_read(const char *text, size_t length, size_t first, size_t step, struct fixture_log *log,
	struct err *err)
{
	return fixture_read_with(false, text, length, first, step, log, err);
}

/* With flows. */
static inline int fixture_read_joined(const char *text, size_t length, size_t step, struct fixture_log *log,
	struct err *err)
{
	return fixture_read_with(true, text, length, 0, step, log, err);
}

static inline void fixture_log_release(struct fixture_log *log)
{
	buf_release(&log->text);
}

/* One event of the text "{…}". */
static inline struct trace_value fixture_value(enum trace_kind kind, const char *text)
{
	return (struct trace_value){ kind, { text, strlen(text), strchr(text, '\\') != NULL } };
}

#endif
