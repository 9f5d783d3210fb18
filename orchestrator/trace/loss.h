/* What a trace itself says about events that never came into it: the counters of Perfetto's service and trace processor
 * that Chromium puts into metadata.trace_processor_stats.
 *
 * Pure. Ownership: the struct is a value. */
#ifndef WASMOGRAPH_TRACE_LOSS_H
#define WASMOGRAPH_TRACE_LOSS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

enum { TRACE_LOSS_NAME_SIZE = 64, TRACE_LOSS_MAX = 48 };

struct trace_loss {
	bool has_stats;          /* the trace gives such an account at all: plain arrays do not */
	size_t count;            /* of counters that are not 0 */
	struct { char name[TRACE_LOSS_NAME_SIZE]; double value; } counters[TRACE_LOSS_MAX];
};

/* Adds the counters of {"trace_processor_stats":{…}}. Those of the buffers are added up. */
void trace_loss_read(struct trace_loss *loss, const struct json *metadata);

/* The value of a counter; 0 when it is not among those above 0. */
double trace_loss_value(const struct trace_loss *loss, const char *name);

#endif
