/* What a ledger row vouches for. The hash is computed from the rows as they are stored, so that
 * writing and verifying are one function: every value with its type, every row with a mark. */
#include "store/content.h"

#include <endian.h>
#include <string.h>

#include "store/internal.h"

static void add_number(struct hash_stream *stream, char type, uint64_t bits)
{
	uint64_t little = htole64(bits);
	hash_stream_add(stream, &type, 1);
	hash_stream_add(stream, &little, sizeof little);
}

static void add_bytes(struct hash_stream *stream, char type, const void *bytes, int length)
{
	add_number(stream, type, (uint64_t)length); /* the length first: "ab","c" ≠ "a","bc" */
	hash_stream_add(stream, bytes, (size_t)length);
}

static void add_column(struct hash_stream *stream, sqlite3_stmt *statement, int column)
{
	double real;
	uint64_t bits;
	switch (sqlite3_column_type(statement, column)) {
	case SQLITE_INTEGER:
		add_number(stream, 'i', (uint64_t)sqlite3_column_int64(statement, column));
		break;
	case SQLITE_FLOAT:
		real = sqlite3_column_double(statement, column);
		memcpy(&bits, &real, sizeof bits);
		add_number(stream, 'd', bits);
		break;
	case SQLITE_TEXT:
		add_bytes(stream, 't', sqlite3_column_text(statement, column),
			sqlite3_column_bytes(statement, column));
		break;
	case SQLITE_BLOB:
		add_bytes(stream, 'b', sqlite3_column_blob(statement, column),
			sqlite3_column_bytes(statement, column));
		break;
	default:
		hash_stream_add(stream, "n", 1);
	}
}

/* Rows found or −1. */
static int add_rows(struct store *store, struct hash_stream *stream, struct err *err,
	const char *sql, struct query_value key)
{
	int rows = 0, more;
	sqlite3_stmt *statement = query_open(store, err, sql, &key, 1);
	if (!statement)
		return -1;
	while ((more = query_next(store, statement, err)) > 0) {
		hash_stream_add(stream, "r", 1);
		for (int column = 0; column < sqlite3_column_count(statement); column++)
			add_column(stream, statement, column);
		rows++;
	}
	query_close(statement);
	return more < 0 ? -1 : rows;
}

/* The first query must find its row; the others may find none. `first_marks` have an end mark even then; those after,
 * which ask for what older launches did not have, leave no trace without rows, so that old hashes stay true. */
static int hash_queries(struct store *store, const char *const *queries, size_t count, size_t first_marks,
	struct query_value key, char out[HASH_HEX_SIZE], struct err *err)
{
	int result = 0;
	struct hash_stream *stream = hash_stream_new();
	for (size_t i = 0; i < count && result == 0; i++) {
		int rows = add_rows(store, stream, err, queries[i], key);
		if (rows < 0)
			result = -1;
		else if (rows == 0 && i == 0)
			result = err_set(err, ERR_NOT_FOUND, "its row is missing from %s", store->path);
		else if (i < first_marks)
			hash_stream_add(stream, ".", 1);
		else if (rows > 0)
			add_number(stream, '.', i);
	}
	hash_stream_end(stream, out);
	return result;
}

int content_of_run(struct store *store, const char *run, char out[HASH_HEX_SIZE], struct err *err)
{
	static const char *const queries[] = {
		"SELECT id, machine, probe, plan, plan_id, seed, threshold_ms, blocks, spec, environment, "
		"started FROM run WHERE id = ?",
	};
	return hash_queries(store, queries, 1, 1, query_text(run), out, err);
}

int content_of_build(struct store *store, const char *id, char out[HASH_HEX_SIZE], struct err *err)
{
	static const char *const queries[] = {
		"SELECT id, machine, failed, record, stored FROM build WHERE id = ?",
	};
	return hash_queries(store, queries, 1, 1, query_text(id), out, err);
}

int content_of_launch(struct store *store, int64_t launch_row, char out[HASH_HEX_SIZE],
	struct err *err)
{
	static const char *const queries[] = {
		"SELECT run, number, block, attempt, arm, build, traced, outcome, reason, death, folder, "
		"started, finished, environment, transitions, report FROM launch WHERE row = ?",
		"SELECT count, cold, sender_origin_ms, target_origin_ms, drain_end_ms, columns FROM samples "
		"WHERE launch = ?",
		"SELECT name, value, unit FROM metric WHERE launch = ? ORDER BY name",
		"SELECT sample, due_ms, response_ms, episode FROM spike WHERE launch = ? ORDER BY sample",
		"SELECT path, kind, bytes, sha256, lossy FROM artefact WHERE launch = ? ORDER BY path",
		/* since schema 3 */
		"SELECT refusal, episodes, explained, stalled_ms, refused_ms, main_us, worker_us, spread_us "
			"FROM explanation WHERE launch = ?",
		"SELECT name, spikes, episodes, ms FROM cause WHERE launch = ? ORDER BY name",
		"SELECT sample, cause, ms FROM part WHERE launch = ? ORDER BY sample, cause",
	};
	enum { QUERIES = sizeof queries / sizeof queries[0], OF_SCHEMA_1 = 5 };
	return hash_queries(store, queries, QUERIES, OF_SCHEMA_1, query_integer(launch_row), out, err);
}
