#include "store/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mono.h"
#include "base/rng.h"
#include "host/proc.h"
#include "store/internal.h"

/* A run's id names a folder and stands in addresses, where ':' separates. */
static void clean_name(const char *name, char *out, size_t size)
{
	size_t length = 0;
	for (; *name && length + 1 < size; name++) {
		bool plain = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z')
			|| (*name >= '0' && *name <= '9') || strchr("-_.", *name);
		out[length++] = plain ? *name : '_';
	}
	out[length] = '\0';
}

void store_run_new_id(const char *probe, char out[STORE_RUN_ID_SIZE])
{
	enum { TAIL_SIZE = 6 }; /* "-xxxx" */
	char stamp[MONO_STAMP_SIZE];
	char name[STORE_RUN_ID_SIZE - MONO_STAMP_SIZE - TAIL_SIZE];
	uint16_t tail;
	mono_format_stamp(mono_wall_us(), stamp);
	clean_name(probe, name, sizeof name);
	rng_system(&tail, sizeof tail);
	snprintf(out, STORE_RUN_ID_SIZE, "%s-%s-%04x", stamp, name, tail);
}

/* spec.arms holds names, or objects with a name. */
static int insert_arms(struct store *store, const struct store_run *run, struct err *err)
{
	int64_t position = 0;
	const struct json *arms = json_get(run->spec, "arms");
	for (const struct json *arm = json_first(arms); arm; arm = json_next(arm)) {
		const char *name = json_as_text(arm, json_text(arm, "name", NULL));
		if (name && query_run(store, err, "INSERT OR IGNORE INTO arm (run, position, name) VALUES (?, ?, ?)",
				QUERY_ROW(query_text(run->id), query_integer(position++), query_text(name))))
			return -1;
	}
	return 0;
}

static int insert_row(struct store *store, const struct store_run *run, struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	struct json *empty = json_new_object();
	pid_t self = getpid();
	int result = query_run(store, err,
		"INSERT INTO run (id, machine, probe, plan, plan_id, seed, threshold_ms, blocks, spec, "
		"environment, state, started, finished, writer_pid, writer_ticks) "
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		QUERY_ROW(query_text(run->id), query_text(store->machine), query_text(run->probe),
			query_text(run->plan), query_text(run->plan_id), query_integer((int64_t)run->seed),
			query_real(run->threshold_ms), query_integer(run->blocks),
			query_json(run->spec ? run->spec : empty),
			query_json(run->environment ? run->environment : empty),
			query_text(run->state ? run->state : "running"),
			query_text(run->started ? run->started : now), query_text(run->finished),
			query_integer(self), query_integer((int64_t)proc_start_ticks(self))));
	json_free(empty);
	return result;
}

static int enter_in_ledger(struct store *store, const char *run, struct err *err)
{
	char content[HASH_HEX_SIZE];
	if (content_of_run(store, run, content, err))
		return -1;
	return ledger_append(store,
		&(struct ledger_entry){ .kind = "run", .subject = run, .note = "", .content = content }, err);
}

int store_run_insert(struct store *store, const struct store_run *run, struct err *err)
{
	if (query_begin(store, err))
		return -1;
	int result = insert_row(store, run, err) || insert_arms(store, run, err)
		|| enter_in_ledger(store, run->id, err);
	return query_end(store, result ? -1 : 0, err);
}

int store_run_finish(struct store *store, const char *run, const char *state, struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	if (query_run(store, err, "UPDATE run SET state = ?, finished = ? WHERE id = ?",
			QUERY_ROW(query_text(state), query_text(now), query_text(run))))
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no run %s in %s", run, store->path);
	return 0;
}

int store_run_resume(struct store *store, const char *run, struct err *err)
{
	pid_t self = getpid();
	if (query_run(store, err, "UPDATE run SET state = 'running', finished = NULL, writer_pid = ?, writer_ticks = ? "
			"WHERE id = ? AND state = 'interrupted'",
			QUERY_ROW(query_integer(self), query_integer((int64_t)proc_start_ticks(self)), query_text(run))))
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no interrupted run %s in %s", run, store->path);
	return 0;
}

int store_run_delete(struct store *store, const char *run, const char *reason, struct err *err)
{
	char content[HASH_HEX_SIZE];
	hash_bytes_hex(reason, strlen(reason), content);
	if (query_begin(store, err))
		return -1;
	int result = query_run(store, err, "DELETE FROM run WHERE id = ? AND state <> 'running'",
		QUERY_ROW(query_text(run)));
	if (result == 0 && sqlite3_changes(store->db) == 0)
		result = err_set(err, ERR_NOT_FOUND, "there is no finished run %s in %s", run, store->path);
	if (result == 0)
		result = ledger_append(store, &(struct ledger_entry){ .kind = "deleted", .subject = run,
			.note = reason, .content = content }, err);
	return query_end(store, result, err);
}

void store_run_release(struct store_run *run)
{
	free(run->probe);
	free(run->plan);
	free(run->plan_id);
	free(run->state);
	free(run->started);
	free(run->finished);
	json_free(run->spec);
	json_free(run->environment);
	*run = (struct store_run){ .seed = 0 };
}

/* ---- reading ---- */

#define RUN_COLUMNS "id, probe, plan, plan_id, seed, threshold_ms, blocks, spec, environment, state, " \
	"started, finished"

static void read_run(sqlite3_stmt *statement, struct store_run *run)
{
	*run = (struct store_run){
		.probe = query_column_text(statement, 1),
		.plan = query_column_text(statement, 2),
		.plan_id = query_column_text(statement, 3),
		.seed = (uint64_t)sqlite3_column_int64(statement, 4),
		.threshold_ms = query_column_real(statement, 5),
		.blocks = sqlite3_column_int(statement, 6),
		.spec = query_column_json(statement, 7),
		.environment = query_column_json(statement, 8),
		.state = query_column_text(statement, 9),
		.started = query_column_text(statement, 10),
		.finished = query_column_text(statement, 11),
	};
	snprintf(run->id, sizeof run->id, "%s", (const char *)sqlite3_column_text(statement, 0));
}

int store_runs(struct store *store, size_t limit, struct store_run **runs, size_t *count,
	struct err *err)
{
	*runs = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT " RUN_COLUMNS " FROM run ORDER BY seq DESC LIMIT ?",
		QUERY_ROW(query_integer(limit ? (int64_t)limit : -1)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*runs = mem_resize(*runs, *count + 1, sizeof **runs);
		read_run(statement, &(*runs)[(*count)++]);
	}
	query_close(statement);
	if (more < 0) {
		store_runs_free(*runs, *count);
		*runs = NULL;
		*count = 0;
	}
	return more;
}

void store_runs_free(struct store_run *runs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		store_run_release(&runs[i]);
	free(runs);
}

int store_run_get(struct store *store, const char *id, struct store_run *run, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err, "SELECT " RUN_COLUMNS " FROM run WHERE id = ?",
		QUERY_ROW(query_text(id)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	if (more > 0)
		read_run(statement, run);
	query_close(statement);
	if (more == 0)
		return err_set(err, ERR_NOT_FOUND, "there is no run %s in %s", id, store->path);
	return more < 0 ? -1 : 0;
}
