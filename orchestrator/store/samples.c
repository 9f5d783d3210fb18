#include "store/samples.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"

enum { COLUMNS = 5 };

/* To and from little-endian f64; a no-op on every machine that Chromium runs on. */
static uint64_t to_little(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return htole64(bits);
}

static double from_little(uint64_t little)
{
	uint64_t bits = le64toh(little);
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

static uint64_t *pack(const struct store_samples *samples)
{
	const double *columns[COLUMNS] = { samples->due, samples->sent, samples->received,
		samples->replied, samples->returned };
	uint64_t *packed = mem_alloc_zero(samples->count * COLUMNS, sizeof *packed);
	for (size_t c = 0; c < COLUMNS; c++) {
		for (size_t i = 0; i < samples->count; i++)
			packed[c * samples->count + i] = to_little(columns[c][i]);
	}
	return packed;
}

int store_samples_insert(struct store *store, int64_t launch_row,
	const struct store_samples *samples, struct err *err)
{
	uint64_t *packed = pack(samples);
	int result = query_run(store, err,
		"INSERT INTO samples (launch, count, cold, sender_origin_ms, target_origin_ms, drain_end_ms, "
		"columns) VALUES (?, ?, ?, ?, ?, ?, ?)",
		QUERY_ROW(query_integer(launch_row), query_integer((int64_t)samples->count),
			query_integer((int64_t)samples->cold), query_real(samples->sender_origin_ms),
			query_real(samples->target_origin_ms), query_real(samples->drain_end_ms),
			query_blob(packed, samples->count * COLUMNS * sizeof *packed)));
	free(packed);
	return result;
}

static void unpack(const void *blob, struct store_samples *samples)
{
	size_t total = samples->count * COLUMNS;
	double *values = mem_alloc_zero(total, sizeof *values);
	for (size_t i = 0; i < total; i++) {
		uint64_t little;
		memcpy(&little, (const char *)blob + i * sizeof little, sizeof little);
		values[i] = from_little(little);
	}
	samples->due = values;
	samples->sent = values + samples->count;
	samples->received = values + 2 * samples->count;
	samples->replied = values + 3 * samples->count;
	samples->returned = values + 4 * samples->count;
}

static int read_row(struct store *store, sqlite3_stmt *statement, struct store_samples *samples,
	struct err *err)
{
	*samples = (struct store_samples){
		.count = (size_t)sqlite3_column_int64(statement, 0),
		.cold = (size_t)sqlite3_column_int64(statement, 1),
		.sender_origin_ms = query_column_real(statement, 2),
		.target_origin_ms = query_column_real(statement, 3),
		.drain_end_ms = query_column_real(statement, 4),
	};
	const void *blob = sqlite3_column_blob(statement, 5);
	size_t length = (size_t)sqlite3_column_bytes(statement, 5);
	if (length != samples->count * COLUMNS * sizeof(double))
		return err_set(err, ERR_ENVIRONMENT,
			"%s is damaged: %zu bytes of sample columns where %zu samples stand; put a copy back",
			store->path, length, samples->count);
	unpack(blob, samples);
	return 0;
}

int store_samples_load(struct store *store, int64_t launch_row, struct store_samples *samples,
	struct err *err)
{
	*samples = (struct store_samples){ .count = 0 };
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT count, cold, sender_origin_ms, target_origin_ms, drain_end_ms, columns FROM samples "
		"WHERE launch = ?", QUERY_ROW(query_integer(launch_row)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	int result = more > 0 ? read_row(store, statement, samples, err) : -1;
	query_close(statement);
	if (more == 0)
		err_set(err, ERR_NOT_FOUND, "launch row %lld of %s has no samples", (long long)launch_row,
			store->path);
	return result;
}

void store_samples_release(struct store_samples *samples)
{
	free((double *)samples->due); /* one block from due */
	*samples = (struct store_samples){ .count = 0 };
}
