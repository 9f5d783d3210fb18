#include "trace/ticks_csv.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/csv.h"

enum column {
	MONO, LATE, MAIN_RUN, MAIN_DELAY, MAIN_MINFLT, MAIN_STATE, WORKER_RUN, WORKER_DELAY, WORKER_MINFLT, WORKER_STATE,
	ALL_CPU, BROWSER_CPU, COLUMNS,
};

static const char *const column_names[COLUMNS] = {
	"mono_us", "late_us", "main_run_ns", "main_delay_ns", "main_minflt", "main_state", "worker_run_ns",
	"worker_delay_ns", "worker_minflt", "worker_state", "all_cpu_us", "browser_cpu_us",
};

enum { NOWHERE = -1, SHOWN = 32 };

struct trace_ticks_csv {
	struct trace_csv *csv;
	struct trace_host *ticks;
	bool headed;
	int places[COLUMNS];
	struct other { int delay, run, state; } others[TRACE_TICK_OTHERS]; /* places of other workers' columns */
	size_t other_count;
};

static int take_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err);

struct trace_ticks_csv *trace_ticks_csv_new(struct trace_host *ticks)
{
	struct trace_ticks_csv *csv = mem_alloc_zero(1, sizeof *csv);
	csv->csv = trace_csv_new(take_row, csv);
	csv->ticks = ticks;
	return csv;
}

void trace_ticks_csv_free(struct trace_ticks_csv *csv)
{
	if (!csv)
		return;
	trace_csv_free(csv->csv);
	free(csv);
}

/* "t13_delay_ns": the length of "t13", when `end` follows; 0 for anything else. */
static size_t worker_length(const struct trace_field *field, const char *end)
{
	size_t digits = 1, length = strlen(end);
	while (digits < field->length && field->bytes[digits] >= '0' && field->bytes[digits] <= '9')
		digits++;
	bool named = field->length == digits + length && digits > 1 && field->bytes[0] == 't'
		&& memcmp(field->bytes + digits, end, length) == 0;
	return named ? digits : 0;
}

/* Where the worker's other columns are, whose delay is at `place`. */
static void find_worker(struct trace_ticks_csv *csv, const struct trace_field *fields, size_t count, size_t place)
{
	size_t length = worker_length(&fields[place], "_delay_ns");
	if (length == 0 || csv->other_count == TRACE_TICK_OTHERS)
		return;
	struct other *other = &csv->others[csv->other_count++];
	*other = (struct other){ (int)place, NOWHERE, NOWHERE };
	for (size_t i = 0; i < count; i++) {
		if (memcmp(fields[i].bytes, fields[place].bytes, length < fields[i].length ? length : fields[i].length) != 0)
			continue;
		if (worker_length(&fields[i], "_run_ns") == length)
			other->run = (int)i;
		if (worker_length(&fields[i], "_state") == length)
			other->state = (int)i;
	}
}

static int take_header(struct trace_ticks_csv *csv, const struct trace_field *fields, size_t count, struct err *err)
{
	for (enum column column = 0; column < COLUMNS; column++) {
		csv->places[column] = NOWHERE;
		for (size_t i = 0; i < count; i++) {
			if (!trace_field_is(&fields[i], column_names[column]))
				continue;
			if (csv->places[column] != NOWHERE)
				return err_set(err, ERR_INVALID, "the header names %s twice", column_names[column]);
			csv->places[column] = (int)i;
		}
	}
	for (size_t i = 0; i < count; i++)
		find_worker(csv, fields, count, i);
	csv->headed = true;
	if (csv->places[MONO] == NOWHERE)
		return err_set(err, ERR_INVALID, "the first line must be a header that names mono_us: mono_us,late_us,"
			"main_run_ns,…");
	return 0;
}

static bool is_state(enum column column)
{
	return column == MAIN_STATE || column == WORKER_STATE;
}

/* A state reads as its letter, 0 when it is empty. */
static bool read_field(enum column column, const struct trace_field *field, double *out)
{
	if (!is_state(column))
		return trace_field_number(field, out);
	*out = field->length ? (unsigned char)field->bytes[0] : 0;
	return field->length <= 1;
}

static double read_other(const struct trace_field *fields, size_t count, int place)
{
	double number = NAN;
	if (place == NOWHERE || (size_t)place >= count || !trace_field_number(&fields[place], &number))
		return NAN;
	return number;
}

/* What cannot be read of the other workers is unknown. */
static void read_others(const struct trace_ticks_csv *csv, const struct trace_field *fields, size_t count,
	struct trace_tick *tick)
{
	for (size_t i = 0; i < TRACE_TICK_OTHERS; i++) {
		struct trace_tick_thread *thread = &tick->threads[TRACE_ROLES + i];
		*thread = (struct trace_tick_thread){ NAN, NAN, NAN, 0 };
		if (i >= csv->other_count)
			continue;
		const struct other *other = &csv->others[i];
		thread->delay_ns = read_other(fields, count, other->delay);
		thread->run_ns = read_other(fields, count, other->run);
		if (other->state != NOWHERE && (size_t)other->state < count && fields[other->state].length == 1)
			thread->state = fields[other->state].bytes[0];
	}
}

static int read_values(const struct trace_ticks_csv *csv, const struct trace_field *fields, size_t count, uint64_t line,
	double values[COLUMNS], struct err *err)
{
	for (enum column column = 0; column < COLUMNS; column++) {
		int place = csv->places[column];
		values[column] = is_state(column) ? 0 : NAN;
		if (place == NOWHERE)
			continue;
		if (place >= (int)count)
			return err_set(err, ERR_INVALID, "line %llu: the row ends before %s", (unsigned long long)line,
				column_names[column]);
		const struct trace_field *field = &fields[place];
		if (!read_field(column, field, &values[column]))
			return err_set(err, ERR_INVALID, "line %llu: %s is no %s: %.*s", (unsigned long long)line,
				column_names[column], is_state(column) ? "single letter" : "number",
				(int)(field->length < SHOWN ? field->length : SHOWN), field->bytes);
	}
	return 0;
}

static int take_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err)
{
	struct trace_ticks_csv *csv = context;
	double v[COLUMNS];
	if (!csv->headed)
		return take_header(csv, fields, count, err);
	if (read_values(csv, fields, count, line, v, err))
		return -1;
	struct trace_tick tick = {
		.mono_us = v[MONO], .late_us = v[LATE], .all_cpu_us = v[ALL_CPU], .browser_cpu_us = v[BROWSER_CPU],
		.threads = {
			[TRACE_MAIN] = { v[MAIN_RUN], v[MAIN_DELAY], v[MAIN_MINFLT], (char)v[MAIN_STATE] },
			[TRACE_WORKER] = { v[WORKER_RUN], v[WORKER_DELAY], v[WORKER_MINFLT], (char)v[WORKER_STATE] },
		},
	};
	read_others(csv, fields, count, &tick);
	if (trace_host_add(csv->ticks, &tick, err))
		return err_prefix(err, "line %llu", (unsigned long long)line);
	return 0;
}

int trace_ticks_csv_feed(struct trace_ticks_csv *csv, const char *bytes, size_t length, struct err *err)
{
	return trace_csv_feed(csv->csv, bytes, length, err);
}

int trace_ticks_csv_end(struct trace_ticks_csv *csv, struct err *err)
{
	if (trace_csv_end(csv->csv, err))
		return -1;
	return csv->headed ? 0 : err_set(err, ERR_INVALID, "it is empty");
}
