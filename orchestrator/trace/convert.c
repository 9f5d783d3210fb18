#include "trace/convert.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "trace/event_json.h"
#include "trace/file.h"
#include "trace/reader.h"
#include "trace/sorter.h"

enum { PIECE_BYTES = 128 * 1024, LINE_CEILING = 128 * 1024 * 1024 };

struct trace_convert {
	struct trace_reader *reader;
	struct trace_sorter *sorter;
	struct buf line;
	struct json *metadata;   /* NULL: the trace has none */
	struct err failure;      /* inside of calls */
	/* While it is written. */
	trace_convert_fn write;
	void *context;
	struct buf out;
	bool any;
};

static void on_event(const struct trace_event *event, void *context)
{
	struct trace_convert *convert = context;
	struct trace_put put = { .out = &convert->line };
	if (convert->failure.code)
		return;
	buf_clear(&convert->line);
	trace_event_json(&put, event);
	if (put.full)
		err_set(&convert->failure, ERR_TOO_LARGE, "the trace holds an event that is too large to be written");
	else
		trace_sorter_add(convert->sorter, isnan(event->ts_us) ? -INFINITY : event->ts_us, convert->line.data,
			convert->line.length, &convert->failure);
}

static void on_metadata(const struct json *metadata, void *context)
{
	struct trace_convert *convert = context;
	json_free(convert->metadata);
	convert->metadata = json_copy(metadata);
}

struct trace_convert *trace_convert_new(size_t sorter_run_bytes)
{
	struct trace_convert *convert = mem_alloc_zero(1, sizeof *convert);
	struct trace_reader_calls calls = { on_event, on_metadata, convert, .joins_flows = true };
	convert->reader = trace_reader_new(&calls);
	convert->sorter = trace_sorter_new(sorter_run_bytes);
	buf_init(&convert->line, LINE_CEILING);
	buf_init(&convert->out, SIZE_MAX);
	return convert;
}

void trace_convert_free(struct trace_convert *convert)
{
	if (!convert)
		return;
	trace_reader_free(convert->reader);
	trace_sorter_free(convert->sorter);
	json_free(convert->metadata);
	buf_release(&convert->line);
	buf_release(&convert->out);
	free(convert);
}

static int failed(const struct trace_convert *convert, struct err *err)
{
	return convert->failure.code ? err_set(err, convert->failure.code, "%s", convert->failure.text) : 0;
}

int trace_convert_feed(struct trace_convert *convert, const char *bytes, size_t length, struct err *err)
{
	int result = trace_reader_feed(convert->reader, bytes, length, err);
	return result ? result : failed(convert, err);
}

/* ---- the document ---- */

static int flush(struct trace_convert *convert, struct err *err)
{
	int result = convert->out.length ? convert->write(convert->out.data, convert->out.length, convert->context, err) : 0;
	buf_clear(&convert->out);
	return result;
}

static int write_event(const char *bytes, size_t length, void *context, struct err *err)
{
	struct trace_convert *convert = context;
	buf_append_text(&convert->out, convert->any ? ",\n" : "\n");
	buf_append(&convert->out, bytes, length);
	convert->any = true;
	return convert->out.length >= PIECE_BYTES ? flush(convert, err) : 0;
}

int trace_convert_end(struct trace_convert *convert, trace_convert_fn write, void *context, struct err *err)
{
	convert->write = write;
	convert->context = context;
	if (trace_reader_end(convert->reader, err) || failed(convert, err))
		return -1;
	buf_append_text(&convert->out, "{\"traceEvents\":[");
	if (trace_sorter_give(convert->sorter, write_event, convert, err))
		return -1;
	buf_append_text(&convert->out, "]");
	if (convert->metadata) {
		char *text = json_print(convert->metadata, false);
		buf_append_format(&convert->out, ",\n\"metadata\":%s", text);
		free(text);
	}
	buf_append_text(&convert->out, "}\n");
	return flush(convert, err);
}

int trace_convert_file(const char *path, trace_convert_fn write, void *context, struct err *err)
{
	struct trace_file *file = trace_file_open(path, err);
	if (!file)
		return -1;
	struct trace_convert *convert = trace_convert_new(TRACE_SORTER_RUN_BYTES);
	char *chunk = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	ssize_t got;
	while ((got = trace_file_read(file, chunk, TRACE_FILE_CHUNK, err)) > 0) {
		if (trace_convert_feed(convert, chunk, (size_t)got, err))
			got = -1;
		if (got < 0)
			break;
	}
	int result = got < 0 ? -1 : trace_convert_end(convert, write, context, err);
	free(chunk);
	trace_convert_free(convert);
	trace_file_close(file);
	return result;
}
