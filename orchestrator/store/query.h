/* One SQL statement, from text to rows; and transactions. Private to store/: the only place
 * that calls sqlite3_prepare and turns SQLite's codes into sentences.
 *
 * Ownership: a statement from query_open() is the caller's until query_close(). Values are
 * borrowed until the statement is closed. Threads: the store's. */
#ifndef WASMOGRAPH_STORE_QUERY_H
#define WASMOGRAPH_STORE_QUERY_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

struct store;

enum { QUERY_BUSY_MS = 5000 }; /* readers never wait in WAL; a writer's commit takes < 0.2 s */

enum query_kind { QUERY_NULL, QUERY_INTEGER, QUERY_REAL, QUERY_TEXT, QUERY_JSON, QUERY_BLOB };
struct query_value {
	enum query_kind kind;
	int64_t integer;
	double real;
	const void *pointer;
	size_t length;
};

static inline struct query_value query_integer(int64_t value)
{
	return (struct query_value){ .kind = QUERY_INTEGER, .integer = value };
}

static inline struct query_value query_real(double value) /* NaN becomes NULL */
{
	return (struct query_value){ .kind = QUERY_REAL, .real = value };
}

static inline struct query_value query_text(const char *value) /* NULL becomes NULL */
{
	return (struct query_value){ .kind = value ? QUERY_TEXT : QUERY_NULL, .pointer = value };
}

static inline struct query_value query_json(const struct json *value)
{
	return (struct query_value){ .kind = value ? QUERY_JSON : QUERY_NULL, .pointer = value };
}

static inline struct query_value query_blob(const void *bytes, size_t length)
{
	return (struct query_value){ .kind = QUERY_BLOB, .pointer = bytes, .length = length };
}

/* A row of values and its length: query_run(store, err, "… (?, ?)", QUERY_ROW(a, b)). */
#define QUERY_ROW(...) \
	(const struct query_value[]){ __VA_ARGS__ }, \
	sizeof((const struct query_value[]){ __VA_ARGS__ }) / sizeof(struct query_value)
#define QUERY_NONE NULL, 0

/* NULL on error. */
sqlite3_stmt *query_open(struct store *store, struct err *err, const char *sql,
	const struct query_value *values, size_t count);
/* 1 = there is a row, 0 = no more, −1 = error. */
int query_next(struct store *store, sqlite3_stmt *statement, struct err *err);
void query_close(sqlite3_stmt *statement); /* NULL is fine */

/* Opens, steps to the end, closes. */
int query_run(struct store *store, struct err *err, const char *sql,
	const struct query_value *values, size_t count);
/* The first column of the first row as an integer; `fallback` when there is no row. */
int query_number(struct store *store, struct err *err, int64_t fallback, int64_t *out,
	const char *sql, const struct query_value *values, size_t count);
/* Several statements without values. */
int query_script(struct store *store, const char *sql, struct err *err);

char *query_column_text(sqlite3_stmt *statement, int column);   /* the caller frees; NULL for NULL */
double query_column_real(sqlite3_stmt *statement, int column);  /* NaN for NULL */
/* NULL for NULL, and for text that is no JSON (which only damage can cause). */
struct json *query_column_json(sqlite3_stmt *statement, int column);

/* BEGIN IMMEDIATE: the write lock is taken at once, so that a transaction never fails in its middle
 * for another writer's sake. query_end() commits when `result` is 0 and rolls back
 * otherwise (also when the commit fails); it returns the outcome. */
int query_begin(struct store *store, struct err *err);
int query_end(struct store *store, int result, struct err *err);

/* The sentence for the last error of the connection; −1. */
int query_fail(struct store *store, struct err *err);

#endif
