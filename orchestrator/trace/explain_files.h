/* The explanation over files: a trace (plain or gzip), samples as CSV, host ticks as CSV (either may be gzip too).
 *
 * Memory is flat but for the samples. Any thread. Ownership: explain_result_release(), explain_samples_release(). */
#ifndef WASMOGRAPH_TRACE_EXPLAIN_FILES_H
#define WASMOGRAPH_TRACE_EXPLAIN_FILES_H

#include "base/err.h"
#include "trace/explain.h"
#include "trace/samples_csv.h"

/* Errors as trace/file.h and explainer_feed() have them, with the file's name. `ticks_path` may be NULL. The result is
 * initialised here, also on errors. */
int explain_files(const char *trace_path, const char *ticks_path, const struct trace_samples *samples,
	const struct explain_options *options, struct explain_result *result, struct err *err);

struct explain_samples {
	struct trace_samples_csv *csv;
	struct trace_samples samples;
	struct trace_samples_facts facts;
};
int explain_samples_read(const char *path, enum trace_role sender, struct explain_samples *samples, struct err *err);
void explain_samples_release(struct explain_samples *samples);

#endif
