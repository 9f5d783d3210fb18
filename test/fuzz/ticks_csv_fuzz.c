/* The reader of host ticks: the same evidence however the bytes are cut, and spans that ascend without overlap. */
#include "fuzz.h"

#include <string.h>

#include "trace/ticks_csv.h"

enum { PIECE = 7 };

static int read_in_pieces(const uint8_t *bytes, size_t length, size_t step, struct trace_host *host, struct err *err)
{
	struct trace_ticks_csv *csv = trace_ticks_csv_new(host);
	int failed = 0;
	for (size_t at = 0; at < length && !failed; at += step) {
		size_t piece = step < length - at ? step : length - at;
		char *copy = malloc(piece);
		memcpy(copy, bytes + at, piece);
		failed = trace_ticks_csv_feed(csv, copy, piece, err);
		free(copy);
	}
	if (!failed)
		failed = trace_ticks_csv_end(csv, err);
	trace_ticks_csv_free(csv);
	return failed;
}

static void look_at(const struct trace_spans *spans, const struct trace_spans *others)
{
	FUZZ_PROMISE(spans->count == others->count);
	for (size_t i = 0; i < spans->count; i++) {
		FUZZ_PROMISE(spans->items[i].from_us < spans->items[i].to_us);
		FUZZ_PROMISE(i == 0 || spans->items[i - 1].to_us <= spans->items[i].from_us);
		FUZZ_PROMISE(spans->items[i].from_us == others->items[i].from_us);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct trace_host *whole = trace_host_new(), *pieces = trace_host_new();
	struct err err = { 0 }, other = { 0 };
	int failed = read_in_pieces(bytes, length, length ? length : 1, whole, &err);
	FUZZ_PROMISE(read_in_pieces(bytes, length, PIECE, pieces, &other) == failed);
	FUZZ_PROMISE(err.code == other.code);
	if (failed)
		FUZZ_PROMISE_ERROR(err);
	FUZZ_PROMISE(whole->rows == pieces->rows);
	for (int role = 0; role < TRACE_ROLES; role++) {
		const struct trace_host_thread *one = &whole->threads[role], *two = &pieces->threads[role];
		look_at(&one->known, &two->known);
		look_at(&one->stopped, &two->stopped);
		look_at(&one->waiting, &two->waiting);
		look_at(&one->asleep, &two->asleep);
		look_at(&one->faults, &two->faults);
	}
	look_at(&whole->stalled, &pieces->stalled);
	look_at(&whole->others_waiting, &pieces->others_waiting);
	trace_host_free(whole);
	trace_host_free(pieces);
	return 0;
}
