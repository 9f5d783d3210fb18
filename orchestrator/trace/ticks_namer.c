#include "trace/ticks_namer.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/csv.h"

/* The columns of the result (trace/ticks_csv.h), in order. */
static const char *const column_names[] = {
	"mono_us", "late_us", "main_run_ns", "main_delay_ns", "main_minflt", "main_state", "worker_run_ns",
	"worker_delay_ns", "worker_minflt", "worker_state", "all_cpu_us", "browser_cpu_us",
};
enum { COLUMNS = sizeof column_names / sizeof *column_names, NOWHERE = -1, NAME_SIZE = 64 };

struct trace_ticks_namer {
	struct trace_csv *csv;
	int64_t worker_tid;
	size_t fields;       /* 0: no names yet */
	size_t columns;      /* of the result */
	int from[COLUMNS + TRACE_CSV_FIELDS_MAX]; /* of each of them: where it stands in the file */
	struct buf *out;     /* the caller's, during a call */
};

/* The name that a column of the result has in the sampler's file. */
static void name_in_file(const struct trace_ticks_namer *namer, size_t column, char name[NAME_SIZE])
{
	static const char prefix[] = "worker_";
	const char *wanted = column_names[column];
	if (strncmp(wanted, prefix, sizeof prefix - 1) == 0)
		snprintf(name, NAME_SIZE, "t%lld_%s", (long long)namer->worker_tid, wanted + sizeof prefix - 1);
	else
		snprintf(name, NAME_SIZE, "%s", wanted);
}

static int find(const struct trace_field *fields, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (trace_field_is(&fields[i], name))
			return (int)i;
	return NOWHERE;
}

static void choose_columns(struct trace_ticks_namer *namer, const struct trace_field *fields, size_t count)
{
	bool chosen[TRACE_CSV_FIELDS_MAX] = {false};
	char name[NAME_SIZE];
	for (size_t column = 0; column < COLUMNS; column++) {
		name_in_file(namer, column, name);
		int at = find(fields, count, name);
		namer->from[namer->columns++] = at;
		if (at != NOWHERE)
			chosen[at] = true;
	}
	for (size_t i = 0; i < count; i++)
		if (!chosen[i])
			namer->from[namer->columns++] = (int)i;
}

static bool needs_quotes(const struct trace_field *field)
{
	for (size_t i = 0; i < field->length; i++)
		if (strchr(",\"\r\n", field->bytes[i]))
			return true;
	return false;
}

static int put_quoted(struct buf *out, const struct trace_field *field)
{
	int full = buf_append(out, "\"", 1);
	for (size_t i = 0; i < field->length; i++) {
		if (field->bytes[i] == '"')
			full |= buf_append(out, "\"", 1);
		full |= buf_append(out, &field->bytes[i], 1);
	}
	return full | buf_append(out, "\"", 1);
}

static int put_field(struct buf *out, const struct trace_field *field)
{
	return needs_quotes(field) ? put_quoted(out, field) : buf_append(out, field->bytes, field->length);
}

static int put_row(struct trace_ticks_namer *namer, const struct trace_field *fields, bool names, struct err *err)
{
	int full = 0;
	for (size_t i = 0; i < namer->columns; i++) {
		full |= i > 0 ? buf_append(namer->out, ",", 1) : 0;
		if (names && i < COLUMNS)
			full |= buf_append_text(namer->out, column_names[i]);
		else if (namer->from[i] != NOWHERE)
			full |= put_field(namer->out, &fields[namer->from[i]]);
	}
	full |= buf_append(namer->out, "\n", 1);
	return full ? err_set(err, ERR_TOO_LARGE, "no room for the ticks") : 0;
}

static int name_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err)
{
	struct trace_ticks_namer *namer = context;
	bool names = namer->fields == 0;
	if (names) {
		namer->fields = count;
		choose_columns(namer, fields, count);
	}
	if (count != namer->fields)
		return err_set(err, ERR_INVALID, "line %llu has %zu fields, the names are %zu", (unsigned long long)line,
			count, namer->fields);
	return put_row(namer, fields, names, err);
}

struct trace_ticks_namer *trace_ticks_namer_new(int64_t worker_tid)
{
	struct trace_ticks_namer *namer = mem_alloc_zero(1, sizeof *namer);
	namer->csv = trace_csv_new(name_row, namer);
	namer->worker_tid = worker_tid;
	return namer;
}

void trace_ticks_namer_free(struct trace_ticks_namer *namer)
{
	if (!namer)
		return;
	trace_csv_free(namer->csv);
	free(namer);
}

int trace_ticks_namer_feed(struct trace_ticks_namer *namer, const char *bytes, size_t length,
	struct buf *out, struct err *err)
{
	namer->out = out;
	return trace_csv_feed(namer->csv, bytes, length, err);
}

int trace_ticks_namer_end(struct trace_ticks_namer *namer, struct buf *out, struct err *err)
{
	namer->out = out;
	return trace_csv_end(namer->csv, err);
}
