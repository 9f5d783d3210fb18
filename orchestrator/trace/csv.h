/* Reads CSV as RFC 4180 defines it, in pieces of any size: fields in quotes may hold commas, line breaks and doubled
 * quotes. Lines may also end with LF alone; a byte order mark at the start and empty lines are passed over.
 *
 * Memory: one row at most, TRACE_CSV_ROW_MAX bytes and TRACE_CSV_FIELDS_MAX fields of it. Pure. Fuzzed.
 *
 * Ownership: trace_csv_free(); a row's fields are borrowed for the time of the call. */
#ifndef WASMOGRAPH_TRACE_CSV_H
#define WASMOGRAPH_TRACE_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { TRACE_CSV_ROW_MAX = 64 * 1024, TRACE_CSV_FIELDS_MAX = 256 };

struct trace_field {
	const char *bytes;
	size_t length;
};

/* `line` counts from 1: the line that the row begins on. An error ends the reading. */
typedef int (*trace_csv_row_fn)(const struct trace_field *fields, size_t count, uint64_t line, void *context,
	struct err *err);

struct trace_csv;

struct trace_csv *trace_csv_new(trace_csv_row_fn on_row, void *context);
void trace_csv_free(struct trace_csv *csv); /* NULL is fine */

/* ERR_INVALID or ERR_TOO_LARGE with the line's number; or what on_row said. */
int trace_csv_feed(struct trace_csv *csv, const char *bytes, size_t length, struct err *err);
int trace_csv_end(struct trace_csv *csv, struct err *err); /* the last line may lack its line break */

/* A field's number: as in JSON, with a '+' allowed. NAN for an empty field (white space does not count). False when it is
 * neither. */
bool trace_field_number(const struct trace_field *field, double *out);

bool trace_field_is(const struct trace_field *field, const char *text);

#endif
