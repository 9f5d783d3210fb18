#include "trace/samples_csv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "trace/csv.h"

enum column {
	DUE = TRACE_DUE, SENT = TRACE_SENT, RECEIVED = TRACE_RECEIVED, REPLIED = TRACE_REPLIED, RETURNED = TRACE_RETURNED,
	SAMPLE = TRACE_MOMENTS, RUN, LAUNCH, ARM, TRACED, COLD, AFTER, COLUMNS,
};

static const char *const column_names[COLUMNS] = {
	"due_ms", "sent_ms", "received_ms", "replied_ms", "returned_ms", "sample", "run", "launch", "arm", "traced", "cold", "after",
};

enum { NOWHERE = -1, SHOWN = 32 };

struct row {
	double times_ms[TRACE_MOMENTS];
	int64_t number;
	bool cold;
};

struct trace_samples_csv {
	struct trace_csv *csv;
	enum trace_role sender;
	bool headed;
	int places[COLUMNS];     /* of each column in a row, or NOWHERE */
	struct row *rows;
	size_t count, room;
	double *columns;         /* the finished samples */
	int64_t *numbers;
	struct trace_samples_facts facts;
};

static int take_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err);

struct trace_samples_csv *trace_samples_csv_new(enum trace_role sender)
{
	struct trace_samples_csv *csv = mem_alloc_zero(1, sizeof *csv);
	csv->csv = trace_csv_new(take_row, csv);
	csv->sender = sender;
	return csv;
}

void trace_samples_csv_free(struct trace_samples_csv *csv)
{
	if (!csv)
		return;
	trace_csv_free(csv->csv);
	free(csv->rows);
	free(csv->columns);
	free(csv->numbers);
	free(csv);
}

static bool has(const struct trace_samples_csv *csv, enum column column)
{
	return csv->places[column] != NOWHERE;
}

static int take_header(struct trace_samples_csv *csv, const struct trace_field *fields, size_t count, struct err *err)
{
	for (enum column column = 0; column < COLUMNS; column++) {
		csv->places[column] = NOWHERE;
		for (size_t i = 0; i < count; i++) {
			if (!trace_field_is(&fields[i], column_names[column]))
				continue;
			if (has(csv, column))
				return err_set(err, ERR_INVALID, "the header names %s twice", column_names[column]);
			csv->places[column] = (int)i;
		}
	}
	csv->headed = true;
	csv->facts.due_is_sent = !has(csv, DUE);
	if (!has(csv, RETURNED) || (!has(csv, DUE) && !has(csv, SENT)))
		return err_set(err, ERR_INVALID, "the first line must be a header that names returned_ms and due_ms (or at "
			"least sent_ms): sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms");
	return 0;
}

static int not_a_number(const struct trace_field *field, enum column column, uint64_t line, struct err *err)
{
	return err_set(err, ERR_INVALID, "line %llu: %s is no number: %.*s", (unsigned long long)line,
		column_names[column], (int)(field->length < SHOWN ? field->length : SHOWN), field->bytes);
}

/* NAN where there is no such column. */
static int read_number(const struct trace_samples_csv *csv, const struct trace_field *fields, enum column column,
	uint64_t line, double *out, struct err *err)
{
	*out = NAN;
	if (!has(csv, column) || trace_field_number(&fields[csv->places[column]], out))
		return 0;
	return not_a_number(&fields[csv->places[column]], column, line, err);
}

static int read_row(const struct trace_samples_csv *csv, const struct trace_field *fields, uint64_t line,
	struct row *row, struct err *err)
{
	double number, cold;
	for (enum column column = DUE; column <= RETURNED; column++) {
		if (read_number(csv, fields, column, line, &row->times_ms[column], err))
			return -1;
	}
	if (read_number(csv, fields, SAMPLE, line, &number, err) || read_number(csv, fields, COLD, line, &cold, err))
		return -1;
	if (csv->facts.due_is_sent)
		row->times_ms[TRACE_DUE] = row->times_ms[TRACE_SENT];
	if (isnan(row->times_ms[TRACE_DUE]))
		return err_set(err, ERR_INVALID, "line %llu: the sample has no %s", (unsigned long long)line,
			csv->facts.due_is_sent ? "sent_ms" : "due_ms");
	if (!isnan(number) && (number != floor(number) || fabs(number) > 9e15))
		return not_a_number(&fields[csv->places[SAMPLE]], SAMPLE, line, err);
	row->number = isnan(number) ? (int64_t)csv->count : (int64_t)number;
	row->cold = cold == 1;
	return 0;
}

/* A label that must be the same in all rows. */
static int same_label(const struct trace_samples_csv *csv, const struct trace_field *fields, enum column column,
	char label[TRACE_LABEL_SIZE], uint64_t line, struct err *err)
{
	if (!has(csv, column))
		return 0;
	const struct trace_field *field = &fields[csv->places[column]];
	size_t length = field->length < TRACE_LABEL_SIZE ? field->length : TRACE_LABEL_SIZE - 1;
	if (csv->count == 0) {
		memcpy(label, field->bytes, length);
		label[length] = '\0';
	}
	if (strlen(label) == length && memcmp(label, field->bytes, length) == 0)
		return 0;
	return err_set(err, ERR_INVALID, "line %llu: the samples are of more than one %s (%s and %.*s), and a trace is of one "
		"launch: export that launch alone (RUN:LAUNCH)", (unsigned long long)line, column_names[column], label,
		(int)length, field->bytes);
}

static int same_labels(struct trace_samples_csv *csv, const struct trace_field *fields, uint64_t line, struct err *err)
{
	if (same_label(csv, fields, RUN, csv->facts.run, line, err)
	    || same_label(csv, fields, LAUNCH, csv->facts.launch, line, err))
		return -1;
	return same_label(csv, fields, ARM, csv->facts.arm, line, err);
}

static void keep(struct trace_samples_csv *csv, const struct row *row)
{
	if (csv->count == csv->room) {
		csv->room = csv->room ? 2 * csv->room : 1024;
		csv->rows = mem_resize(csv->rows, csv->room, sizeof *csv->rows);
	}
	csv->rows[csv->count++] = *row;
}

static int take_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err)
{
	struct trace_samples_csv *csv = context;
	struct row row;
	if (!csv->headed)
		return take_header(csv, fields, count, err);
	for (enum column column = 0; column < COLUMNS; column++) {
		if (csv->places[column] >= (int)count)
			return err_set(err, ERR_INVALID, "line %llu: the row ends before %s", (unsigned long long)line,
				column_names[column]);
	}
	if (has(csv, TRACED) && trace_field_is(&fields[csv->places[TRACED]], "0")) {
		csv->facts.untraced++;
		return 0;
	}
	if (has(csv, AFTER) && trace_field_is(&fields[csv->places[AFTER]], "1"))
		return 0;
	if (csv->count == TRACE_SAMPLES_MAX)
		return err_set(err, ERR_TOO_LARGE, "line %llu: more than %d samples", (unsigned long long)line,
			TRACE_SAMPLES_MAX);
	if (same_labels(csv, fields, line, err) || read_row(csv, fields, line, &row, err))
		return -1;
	keep(csv, &row);
	return 0;
}

int trace_samples_csv_feed(struct trace_samples_csv *csv, const char *bytes, size_t length, struct err *err)
{
	return trace_csv_feed(csv->csv, bytes, length, err);
}

/* Cold ones first, then by due, then by number: the order is the same whatever the file's was. */
static int compare(const void *left, const void *right)
{
	const struct row *a = left, *b = right;
	if (a->cold != b->cold)
		return a->cold ? -1 : 1;
	double due_a = a->times_ms[TRACE_DUE], due_b = b->times_ms[TRACE_DUE];
	if (due_a != due_b)
		return due_a < due_b ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

static void fill(struct trace_samples_csv *csv, struct trace_samples *samples)
{
	csv->columns = mem_alloc_zero(csv->count * TRACE_MOMENTS, sizeof *csv->columns);
	csv->numbers = mem_alloc_zero(csv->count, sizeof *csv->numbers);
	*samples = (struct trace_samples){ .count = csv->count, .numbers = csv->numbers, .sender = csv->sender };
	for (size_t i = 0; i < csv->count; i++) {
		csv->numbers[i] = csv->rows[i].number;
		samples->cold += csv->rows[i].cold;
		for (int moment = 0; moment < TRACE_MOMENTS; moment++)
			csv->columns[(size_t)moment * csv->count + i] = csv->rows[i].times_ms[moment];
	}
	for (int moment = 0; moment < TRACE_MOMENTS; moment++) {
		if (moment == TRACE_DUE || csv->places[moment] != NOWHERE)
			samples->times_ms[moment] = csv->columns + (size_t)moment * csv->count;
	}
	free(csv->rows);
	csv->rows = NULL;
}

int trace_samples_csv_end(struct trace_samples_csv *csv, struct trace_samples *samples,
	struct trace_samples_facts *facts, struct err *err)
{
	if (trace_csv_end(csv->csv, err))
		return -1;
	if (csv->count == 0)
		return err_set(err, ERR_INVALID, csv->facts.untraced ? "all samples are of untraced launches" :
			"there is no sample");
	qsort(csv->rows, csv->count, sizeof *csv->rows, compare);
	fill(csv, samples);
	*facts = csv->facts;
	const char *problem = trace_samples_problem(samples);
	return problem ? err_set(err, ERR_INVALID, "%s", problem) : 0;
}
