/* Naming the worker in the sampler's ticks: the same text however the bytes are cut, and as many rows. */
#include "fuzz.h"

#include <string.h>

#include "trace/csv.h"
#include "trace/ticks_namer.h"

enum { CEILING = 64 * 1024 * 1024, WORKER = 22 };

static int name(const char *bytes, size_t length, size_t step, struct buf *out, struct err *err)
{
	struct trace_ticks_namer *namer = trace_ticks_namer_new(WORKER);
	int failed = 0;
	buf_init(out, CEILING);
	for (size_t at = 0; at < length && !failed; at += step)
		failed = trace_ticks_namer_feed(namer, bytes + at, length - at < step ? length - at : step, out, err);
	if (!failed)
		failed = trace_ticks_namer_end(namer, out, err);
	trace_ticks_namer_free(namer);
	return failed;
}

struct shape {
	size_t rows, fields;
};

static int on_row(const struct trace_field *fields, size_t count, uint64_t line, void *context, struct err *err)
{
	struct shape *shape = context;
	(void)fields, (void)line, (void)err;
	FUZZ_PROMISE(shape->rows == 0 || shape->fields == count);
	shape->rows++;
	shape->fields = count;
	return 0;
}

/* Rows and fields of a text whose rows are all as long as its first. */
static struct shape shape_of(const char *bytes, size_t length)
{
	struct err err = { 0 };
	struct shape shape = { 0 };
	struct trace_csv *csv = trace_csv_new(on_row, &shape);
	int failed = trace_csv_feed(csv, bytes, length, &err) || trace_csv_end(csv, &err);
	FUZZ_PROMISE(!failed || err.code == ERR_TOO_LARGE); /* twelve more columns than there were */
	trace_csv_free(csv);
	return failed ? (struct shape){ 0 } : shape;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const char *text = (const char *)bytes;
	struct err err = { 0 }, other = { 0 };
	struct buf whole, pieces;
	int failed = name(text, length, length + 1, &whole, &err);
	FUZZ_PROMISE(name(text, length, 7, &pieces, &other) == failed);
	FUZZ_PROMISE(err.code == other.code && whole.length == pieces.length);
	FUZZ_PROMISE(whole.length == 0 || memcmp(whole.data, pieces.data, whole.length) == 0);
	if (failed) {
		FUZZ_PROMISE_ERROR(err);
	} else if (whole.length > 0) {
		struct shape before = shape_of(text, length), after = shape_of(whole.data, whole.length);
		FUZZ_PROMISE(after.rows == 0 || (before.rows == after.rows && after.fields >= 12));
	}
	buf_release(&whole);
	buf_release(&pieces);
	return 0;
}
