/* Reads samples from CSV: `sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms`, in any order and with other columns
 * between; and what `export --as csv` writes, whose columns run, launch, arm, traced, cold, answered and after (left out: the
 * window had ended) are understood.
 *
 * What is missing lowers what can be told: without `sample` rows are called by their number from 0; without sent, received
 * or replied the legs between them are one; without due the sending counts as due. returned is needed, and due or sent.
 * Empty fields are missing times; a row with neither due nor sent is an error.
 *
 * Of an export of several launches the traced rows are taken, and it is an error when those are of more than one launch.
 *
 * Pure: bytes in, values out. Fuzzed. Ownership: trace_samples_csv_free(), which also frees the samples. */
#ifndef WASMOGRAPH_TRACE_SAMPLES_CSV_H
#define WASMOGRAPH_TRACE_SAMPLES_CSV_H

#include <stdbool.h>

#include "base/err.h"
#include "trace/samples.h"

enum { TRACE_SAMPLES_MAX = 4 * 1000 * 1000, TRACE_LABEL_SIZE = 256 };

struct trace_samples_csv;

struct trace_samples_csv *trace_samples_csv_new(enum trace_role sender);
void trace_samples_csv_free(struct trace_samples_csv *csv); /* NULL is fine */

/* ERR_INVALID or ERR_TOO_LARGE, with the line. */
int trace_samples_csv_feed(struct trace_samples_csv *csv, const char *bytes, size_t length, struct err *err);

struct trace_samples_facts {
	bool due_is_sent;        /* there was no column due_ms */
	size_t untraced;         /* rows left out, because they say that they were not traced */
	char run[TRACE_LABEL_SIZE], launch[TRACE_LABEL_SIZE], arm[TRACE_LABEL_SIZE]; /* "" when it has no such column */
};

/* Sorted by due. Both borrow from csv. */
int trace_samples_csv_end(struct trace_samples_csv *csv, struct trace_samples *samples,
	struct trace_samples_facts *facts, struct err *err);

#endif
