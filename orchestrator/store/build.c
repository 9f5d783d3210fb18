#include "store/build.h"

#include "base/mem.h"
#include "base/mono.h"
#include "store/internal.h"

static int insert(struct store *store, const char *id, bool failed, const struct json *record,
	struct err *err)
{
	char now[MONO_ISO_SIZE], content[HASH_HEX_SIZE];
	store_now(now);
	if (query_run(store, err,
			"INSERT OR IGNORE INTO build (id, machine, failed, record, stored) VALUES (?, ?, ?, ?, ?)",
			QUERY_ROW(query_text(id), query_text(store->machine), query_integer(failed),
				query_json(record), query_text(now))))
		return -1;
	if (sqlite3_changes(store->db) == 0)
		return 0; /* known: the first record stands */
	if (content_of_build(store, id, content, err))
		return -1;
	return ledger_append(store,
		&(struct ledger_entry){ .kind = "build", .subject = id, .note = "", .content = content }, err);
}

int store_build_put(struct store *store, const char *id, bool failed, const struct json *record,
	struct err *err)
{
	if (query_begin(store, err))
		return -1;
	return query_end(store, insert(store, id, failed, record, err), err);
}

struct json *store_build_get(struct store *store, const char *id, struct err *err)
{
	struct json *record = NULL;
	sqlite3_stmt *statement = query_open(store, err, "SELECT record FROM build WHERE id = ?",
		QUERY_ROW(query_text(id)));
	if (!statement)
		return NULL;
	int more = query_next(store, statement, err);
	if (more > 0)
		record = query_column_json(statement, 0);
	query_close(statement);
	if (more == 0)
		err_set(err, ERR_NOT_FOUND, "there is no build %s in %s", id, store->path);
	else if (more > 0 && !record)
		err_set(err, ERR_ENVIRONMENT, "the record of build %s in %s is damaged", id, store->path);
	return record;
}
