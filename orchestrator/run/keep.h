/* Stores what a finished launch left: judged, its folder published, its row finalised, in that
 * order, so that a death in between leaves nothing that counts. Between windows only.
 *
 * Ownership: borrows everything. */
#ifndef WASMOGRAPH_RUN_KEEP_H
#define WASMOGRAPH_RUN_KEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "run/launch.h"
#include "run/outcome.h"
#include "run/spec.h"
#include "store/store.h"
#include "trace/format.h"

struct keep_input {
	struct store *store;
	int64_t launch_row;
	const struct launch_spec *spec;
	const struct launch_record *record;
	const void *upload;
	size_t upload_length;
	const char *staging;      /* absolute; holds browser.log, and the trace as it came */
	int trace_buffer_kb;      /* as asked; 0: the browser's default */
	enum trace_format trace_format;
	const char *const *trace_categories; /* as asked */
	bool has_captured_trace;  /* the trace is a capture (probe/captures.h), not that of a traced launch */
};

/* *outcome is filled in for the caller to report and release. */
int keep_launch(const struct keep_input *input, struct outcome *outcome, struct err *err);

#endif
