#include "trace/summary_file.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/file.h"
#include "trace/reader.h"

static void on_event(const struct trace_event *event, void *context)
{
	trace_summariser_take(context, event);
}

static void on_metadata(const struct json *metadata, void *context)
{
	trace_summariser_take_metadata(context, metadata);
}

static int feed(struct trace_file *file, struct trace_reader *reader, struct err *err)
{
	char *chunk = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	ssize_t got;
	do
		got = trace_file_read(file, chunk, TRACE_FILE_CHUNK, err);
	while (got > 0 && trace_reader_feed(reader, chunk, (size_t)got, err) == 0);
	free(chunk);
	return got == 0 ? trace_reader_end(reader, err) : -1;
}

/* What the summariser and what it calls look up. */
static const char *const asked[] = { "data", "traceId", "isolate", "functionName", "url", "lineNumber", "epoch",
	"usedHeapSizeAfter", NULL };

int trace_summary_read(const char *path, struct trace_summariser *summariser, struct err *err)
{
	const struct trace_reader_calls calls = { on_event, on_metadata, summariser, true, asked };
	struct trace_file *file = trace_file_open(path, err);
	if (!file)
		return -1;
	struct trace_reader *reader = trace_reader_new(&calls);
	int result = feed(file, reader, err);
	if (result && err->code != ERR_IO)
		err_prefix(err, "%s", path);
	trace_reader_free(reader);
	trace_file_close(file);
	return result;
}
