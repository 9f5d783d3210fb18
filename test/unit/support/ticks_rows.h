/* The host's ticks as rows, for tests that look at single ones: columns by name, NAN (or NUL) where a field is empty or
 * a column is not there.
 *
 * Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_TICKS_ROWS_H
#define WASMOGRAPH_TEST_TICKS_ROWS_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/csv.h"

struct tick_thread {
	double run_ns, delay_ns, minflt;
	char state;
};

struct tick_row {
	double mono_us, late_us;
	struct tick_thread main, worker;
	double all_cpu_us, browser_cpu_us;
};

struct tick_rows {
	struct tick_row *items;
	size_t count;
	char *names[TRACE_CSV_FIELDS_MAX];
	size_t columns;
};

static inline void tick_rows_take_names(struct tick_rows *rows, const struct trace_field *fields, size_t count)
{
	rows->columns = count;
	for (size_t i = 0; i < count; i++)
		rows->names[i] = mem_strndup(fields[i].bytes, fields[i].length);
}

static inline double tick_rows_number(const struct tick_rows *rows, const struct trace_field *fields, const char *name)
{
	double number = NAN;
	for (size_t i = 0; i < rows->columns; i++)
		if (strcmp(rows->names[i], name) == 0)
			assert_true(trace_field_number(&fields[i], &number));
	return number;
}

static inline char tick_rows_letter(const struct tick_rows *rows, const struct trace_field *fields, const char *name)
{
	for (size_t i = 0; i < rows->columns; i++)
		if (strcmp(rows->names[i], name) == 0 && fields[i].length == 1)
			return fields[i].bytes[0];
	return '\0';
}

static inline int tick_rows_take(const struct trace_field *fields, size_t count, uint64_t line, void *context,
	struct err *err)
{
	struct tick_rows *rows = context;
	(void)line, (void)err;
	if (rows->columns == 0) {
		tick_rows_take_names(rows, fields, count);
		return 0;
	}
	assert_int_equal(count, rows->columns);
	rows->items = mem_resize(rows->items, rows->count + 1, sizeof *rows->items);
	rows->items[rows->count++] = (struct tick_row){
		.mono_us = tick_rows_number(rows, fields, "mono_us"),
		.late_us = tick_rows_number(rows, fields, "late_us"),
		.main = {tick_rows_number(rows, fields, "main_run_ns"), tick_rows_number(rows, fields, "main_delay_ns"),
			tick_rows_number(rows, fields, "main_minflt"), tick_rows_letter(rows, fields, "main_state")},
		.worker = {tick_rows_number(rows, fields, "worker_run_ns"), tick_rows_number(rows, fields, "worker_delay_ns"),
			tick_rows_number(rows, fields, "worker_minflt"), tick_rows_letter(rows, fields, "worker_state")},
		.all_cpu_us = tick_rows_number(rows, fields, "all_cpu_us"),
		.browser_cpu_us = tick_rows_number(rows, fields, "browser_cpu_us"),
	};
	return 0;
}

static inline void tick_rows_read(struct tick_rows *rows, const char *bytes, size_t length)
{
	struct err err = {0};
	*rows = (struct tick_rows){0};
	struct trace_csv *csv = trace_csv_new(tick_rows_take, rows);
	if (trace_csv_feed(csv, bytes, length, &err) || trace_csv_end(csv, &err))
		fail_msg("%s", err.text);
	trace_csv_free(csv);
	for (size_t i = 1; i < rows->count; i++)
		assert_true(rows->items[i].mono_us > rows->items[i - 1].mono_us);
}

static inline void tick_rows_release(struct tick_rows *rows)
{
	for (size_t i = 0; i < rows->columns; i++)
		free(rows->names[i]);
	free(rows->items);
	*rows = (struct tick_rows){0};
}

#endif
