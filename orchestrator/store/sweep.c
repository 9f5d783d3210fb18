#include "store/sweep.h"

#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/mono.h"
#include "store/internal.h"

/* A run whose process was killed between two launches leaves no running launch. */
static int interrupt_runs(struct store *store, struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT seq, writer_pid, writer_ticks FROM run WHERE state = 'running' AND machine = ?",
		QUERY_ROW(query_text(store->machine)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		if (store_writer_lives(sqlite3_column_int64(statement, 1), sqlite3_column_int64(statement, 2)))
			continue;
		if (query_run(store, err, "UPDATE run SET state = 'interrupted', finished = ? WHERE seq = ?",
				QUERY_ROW(query_text(now), query_integer(sqlite3_column_int64(statement, 0))))) {
			more = -1;
			break;
		}
	}
	query_close(statement);
	return more;
}

static void read_unfinished(struct store *store, sqlite3_stmt *statement,
	struct store_unfinished *row)
{
	*row = (struct store_unfinished){
		.row = sqlite3_column_int64(statement, 0),
		.run = query_column_text(statement, 1),
		.number = sqlite3_column_int(statement, 2),
		.supervisor_pid = sqlite3_column_int(statement, 3),
		.browser_pid = sqlite3_column_int(statement, 4),
		.browser_start_ticks = (uint64_t)sqlite3_column_int64(statement, 5),
		.scratch = query_column_text(statement, 6),
		.staging = fs_join(store->folder, (const char *)sqlite3_column_text(statement, 7)),
	};
}

static int read_rows(struct store *store, struct store_unfinished **rows, size_t *count,
	struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT l.row, l.run, l.number, l.supervisor_pid, l.browser_pid, l.browser_start_ticks, "
		"l.scratch, l.staging, l.writer_pid, l.writer_ticks FROM launch l JOIN run r ON r.id = l.run "
		"WHERE l.outcome = 'running' AND r.machine = ? ORDER BY l.row",
		QUERY_ROW(query_text(store->machine)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		if (store_writer_lives(sqlite3_column_int64(statement, 8), sqlite3_column_int64(statement, 9)))
			continue;
		*rows = mem_resize(*rows, *count + 1, sizeof **rows);
		read_unfinished(store, statement, &(*rows)[(*count)++]);
	}
	query_close(statement);
	return more;
}

int store_unfinished(struct store *store, struct store_unfinished **rows, size_t *count,
	struct err *err)
{
	*rows = NULL;
	*count = 0;
	if (interrupt_runs(store, err) == 0 && read_rows(store, rows, count, err) == 0)
		return 0;
	store_unfinished_free(*rows, *count);
	*rows = NULL;
	*count = 0;
	return -1;
}

void store_unfinished_free(struct store_unfinished *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].run);
		free(rows[i].scratch);
		free(rows[i].staging);
	}
	free(rows);
}
