/* The reader of samples: the same samples however the bytes are cut; what it gives can be explained. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "trace/samples_csv.h"

enum { PIECE = 5 };

static struct trace_samples_csv *read_in_pieces(const uint8_t *bytes, size_t length, size_t step,
	struct trace_samples *samples, struct err *err)
{
	struct trace_samples_csv *csv = trace_samples_csv_new(TRACE_MAIN);
	struct trace_samples_facts facts;
	int failed = 0;
	for (size_t at = 0; at < length && !failed; at += step) {
		size_t piece = step < length - at ? step : length - at;
		char *copy = malloc(piece);
		memcpy(copy, bytes + at, piece);
		failed = trace_samples_csv_feed(csv, copy, piece, err);
		free(copy);
	}
	if (!failed && trace_samples_csv_end(csv, samples, &facts, err) == 0)
		return csv;
	FUZZ_PROMISE_ERROR(*err);
	trace_samples_csv_free(csv);
	return NULL;
}

static int same(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct trace_samples whole, pieces;
	struct err err = { 0 }, other = { 0 };
	struct trace_samples_csv *one = read_in_pieces(bytes, length, length ? length : 1, &whole, &err);
	struct trace_samples_csv *two = read_in_pieces(bytes, length, PIECE, &pieces, &other);
	FUZZ_PROMISE(!one == !two && err.code == other.code);
	if (one) {
		FUZZ_PROMISE(!trace_samples_problem(&whole));
		FUZZ_PROMISE(whole.count == pieces.count && whole.cold == pieces.cold);
		for (size_t i = 0; i < whole.count; i++) {
			FUZZ_PROMISE(trace_sample_number(&whole, i) == trace_sample_number(&pieces, i));
			for (int moment = 0; moment < TRACE_MOMENTS; moment++)
				FUZZ_PROMISE(same(trace_sample_ms(&whole, i, (enum trace_moment)moment),
					trace_sample_ms(&pieces, i, (enum trace_moment)moment)));
		}
		FUZZ_PROMISE(!(trace_samples_threshold_ms(&whole) < 5));
	}
	trace_samples_csv_free(one);
	trace_samples_csv_free(two);
	return 0;
}
