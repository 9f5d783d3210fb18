/* What a trace's summary leaves open, in whole sentences: what was lost, what the trace did not record, what was not kept.
 *
 * Pure. Ownership: a value. */
#ifndef WASMOGRAPH_REPORT_TRACE_NOTES_H
#define WASMOGRAPH_REPORT_TRACE_NOTES_H

#include <stddef.h>

#include "trace/summary.h"

enum { TRACE_NOTE_SIZE = 320, TRACE_NOTES_MAX = 12 };

struct trace_notes {
	char lost[TRACE_NOTE_SIZE]; /* what is missing by the trace's own account; "" when nothing is, or there is none */
	char items[TRACE_NOTES_MAX][TRACE_NOTE_SIZE];
	size_t count;
};

void trace_notes_make(const struct trace_summary *summary, struct trace_notes *notes);

#endif
