/* What a run is asked to measure. A value; everything in it is borrowed. */
#ifndef WASMOGRAPH_RUN_REQUEST_H
#define WASMOGRAPH_RUN_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "probe/manifest.h"
#include "run/schedule.h"
#include "trace/format.h"

struct run_request {
	const struct probe *probe;
	const size_t *arms;            /* indices into the probe's */
	size_t arm_count;
	int blocks;
	uint64_t seed;
	double threshold_ms;           /* > 0 */
	const char *const *parameters; /* "K=V" */
	size_t parameter_count;
	const struct json *primary;    /* comparisons named beforehand; NULL: the two arms of a run of two */
	const struct json *secondary;  /* ratios to be shown and not judged; NULL: none */
	enum schedule_trace trace;
	int trace_buffer_kb;           /* 0: the browser's default */
	enum trace_format trace_format;
	const char *plan, *plan_id;    /* NULL outside a plan */
};

/* The arm at a position of `arms`. */
static inline const struct probe_arm *run_request_arm(const struct run_request *request,
	size_t position)
{
	return &request->probe->arms[request->arms[position]];
}

#endif
