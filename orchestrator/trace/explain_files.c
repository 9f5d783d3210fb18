#include "trace/explain_files.h"

#include <stdlib.h>

#include "base/mem.h"
#include "trace/file.h"
#include "trace/ticks_csv.h"

typedef int (*feed_fn)(void *reader, const char *bytes, size_t length, struct err *err);

static int feed_explainer(void *reader, const char *bytes, size_t length, struct err *err)
{
	return explainer_feed(reader, bytes, length, err);
}

static int feed_ticks(void *reader, const char *bytes, size_t length, struct err *err)
{
	return trace_ticks_csv_feed(reader, bytes, length, err);
}

static int feed_samples(void *reader, const char *bytes, size_t length, struct err *err)
{
	return trace_samples_csv_feed(reader, bytes, length, err);
}

static int read_file(const char *path, feed_fn feed, void *reader, struct err *err)
{
	struct trace_file *file = trace_file_open(path, err);
	if (!file)
		return -1;
	char *chunk = mem_alloc_zero(TRACE_FILE_CHUNK, 1);
	ssize_t got = 0;
	int result = 0;
	while (!result && (got = trace_file_read(file, chunk, TRACE_FILE_CHUNK, err)) > 0) {
		result = feed(reader, chunk, (size_t)got, err);
		if (result)
			err_prefix(err, "%s", path);
	}
	free(chunk);
	trace_file_close(file);
	return got < 0 ? -1 : result;
}

/* NULL without an error when there is no path. */
static struct trace_host *read_ticks(const char *path, struct err *err)
{
	if (!path)
		return NULL;
	struct trace_host *ticks = trace_host_new();
	struct trace_ticks_csv *csv = trace_ticks_csv_new(ticks);
	int result = read_file(path, feed_ticks, csv, err);
	if (!result && (result = trace_ticks_csv_end(csv, err)))
		err_prefix(err, "%s", path);
	trace_ticks_csv_free(csv);
	if (!result)
		return ticks;
	trace_host_free(ticks);
	return NULL;
}

int explain_files(const char *trace_path, const char *ticks_path, const struct trace_samples *samples,
	const struct explain_options *options, struct explain_result *result, struct err *err)
{
	*result = (struct explain_result){ 0 };
	struct trace_host *ticks = read_ticks(ticks_path, err);
	if (ticks_path && !ticks)
		return -1;
	struct explainer *explainer = explainer_new(samples, ticks, options);
	int status = read_file(trace_path, feed_explainer, explainer, err);
	if (!status && (status = explainer_end(explainer, result, err)))
		err_prefix(err, "%s", trace_path);
	explainer_free(explainer);
	trace_host_free(ticks);
	return status;
}

int explain_samples_read(const char *path, enum trace_role sender, struct explain_samples *samples, struct err *err)
{
	*samples = (struct explain_samples){ .csv = trace_samples_csv_new(sender) };
	int result = read_file(path, feed_samples, samples->csv, err);
	if (!result && (result = trace_samples_csv_end(samples->csv, &samples->samples, &samples->facts, err)))
		err_prefix(err, "%s", path);
	if (result)
		explain_samples_release(samples);
	return result;
}

void explain_samples_release(struct explain_samples *samples)
{
	trace_samples_csv_free(samples->csv);
	*samples = (struct explain_samples){ 0 };
}
