#include "store/query.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/internal.h"

static int fail_space(struct store *store, struct err *err)
{
	return err_set(err, ERR_NO_SPACE,
		"no space left to write %s: free some there or use another --results; every launch "
		"finished before this is kept", store->path);
}

static int fail_unwritable(struct store *store, struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT,
		"%s cannot be opened for writing (%s): give yourself the right to write that folder, or use "
		"another --results", store->path, sqlite3_errmsg(store->db));
}

static int fail_damaged(struct store *store, struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT,
		"%s is damaged or no wasmograph database (%s): move it away or put a copy back, or use "
		"another --results", store->path, sqlite3_errmsg(store->db));
}

static int fail_busy(struct store *store, struct err *err)
{
	return err_set(err, ERR_BUSY,
		"%s is being written by another process (waited %d s): let it finish, or use another "
		"--results", store->path, QUERY_BUSY_MS / 1000);
}

static bool is_space(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

/* SQLite says SQLITE_FULL for ENOSPC in most places, and an I/O error for a quota, a file-size
 * limit (EFBIG) and where the shared-memory file cannot grow. It keeps the system's error for a
 * failing statement, not for a failing commit: that one still stands in errno, which nothing after
 * the failed write sets to one of these three. */
static bool out_of_space(struct store *store)
{
	return is_space(errno) || is_space(sqlite3_system_errno(store->db));
}

int query_fail(struct store *store, struct err *err)
{
	int code = sqlite3_errcode(store->db) & 0xff;
	switch (code) {
	case SQLITE_FULL:
		return fail_space(store, err);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return fail_busy(store, err);
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return out_of_space(store) ? fail_space(store, err) : fail_unwritable(store, err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return fail_damaged(store, err);
	case SQLITE_CONSTRAINT:
		return err_set(err, ERR_INVALID, "%s refuses a row that breaks its rules: %s", store->path,
			sqlite3_errmsg(store->db));
	case SQLITE_TOOBIG:
		return err_set(err, ERR_TOO_LARGE, "a value is too large for %s: %s", store->path,
			sqlite3_errmsg(store->db));
	case SQLITE_NOMEM:
		mem_check(NULL);
	}
	if (code == SQLITE_IOERR && out_of_space(store))
		return fail_space(store, err);
	return err_set(err, ERR_IO, "%s: %s (SQLite error %d, system error %d)", store->path,
		sqlite3_errmsg(store->db), sqlite3_extended_errcode(store->db),
		sqlite3_system_errno(store->db));
}

static int bind(sqlite3_stmt *statement, int index, const struct query_value *value)
{
	switch (value->kind) {
	case QUERY_INTEGER:
		return sqlite3_bind_int64(statement, index, value->integer);
	case QUERY_REAL:
		return sqlite3_bind_double(statement, index, value->real);
	case QUERY_TEXT:
		return sqlite3_bind_text(statement, index, value->pointer, -1, SQLITE_STATIC);
	case QUERY_JSON:
		return sqlite3_bind_text(statement, index, json_print(value->pointer, false), -1, free);
	case QUERY_BLOB:
		if (value->length == 0)
			return sqlite3_bind_zeroblob(statement, index, 0);
		return sqlite3_bind_blob64(statement, index, value->pointer, value->length, SQLITE_STATIC);
	case QUERY_NULL:
		break;
	}
	return sqlite3_bind_null(statement, index);
}

sqlite3_stmt *query_open(struct store *store, struct err *err, const char *sql,
	const struct query_value *values, size_t count)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);
	for (size_t i = 0; code == SQLITE_OK && i < count; i++)
		code = bind(statement, (int)i + 1, &values[i]);
	if (code == SQLITE_OK)
		return statement;
	query_fail(store, err);
	sqlite3_finalize(statement);
	return NULL;
}

int query_next(struct store *store, sqlite3_stmt *statement, struct err *err)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW: return 1;
	case SQLITE_DONE: return 0;
	default: return query_fail(store, err);
	}
}

void query_close(sqlite3_stmt *statement)
{
	sqlite3_finalize(statement);
}

int query_run(struct store *store, struct err *err, const char *sql,
	const struct query_value *values, size_t count)
{
	sqlite3_stmt *statement = query_open(store, err, sql, values, count);
	if (!statement)
		return -1;
	int more;
	do
		more = query_next(store, statement, err);
	while (more > 0);
	query_close(statement);
	return more;
}

int query_number(struct store *store, struct err *err, int64_t fallback, int64_t *out,
	const char *sql, const struct query_value *values, size_t count)
{
	sqlite3_stmt *statement = query_open(store, err, sql, values, count);
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	*out = more > 0 ? sqlite3_column_int64(statement, 0) : fallback;
	query_close(statement);
	return more < 0 ? -1 : 0;
}

int query_script(struct store *store, const char *sql, struct err *err)
{
	return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : query_fail(store, err);
}

char *query_column_text(sqlite3_stmt *statement, int column)
{
	return mem_strdup((const char *)sqlite3_column_text(statement, column));
}

double query_column_real(sqlite3_stmt *statement, int column)
{
	if (sqlite3_column_type(statement, column) == SQLITE_NULL)
		return NAN;
	return sqlite3_column_double(statement, column);
}

struct json *query_column_json(sqlite3_stmt *statement, int column)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	if (!text)
		return NULL;
	size_t length = (size_t)sqlite3_column_bytes(statement, column);
	return json_parse(text, length, STORE_JSON_CEILING, "a stored value", NULL);
}

int query_begin(struct store *store, struct err *err)
{
	return query_script(store, "BEGIN IMMEDIATE", err);
}

int query_end(struct store *store, int result, struct err *err)
{
	if (result == 0)
		result = query_script(store, "COMMIT", err);
	/* Some errors (SQLITE_FULL, SQLITE_IOERR) have rolled back already. */
	if (result != 0 && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return result;
}
