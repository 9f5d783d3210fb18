#include "store/claim.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/internal.h"

static int insert(struct store *store, const char *run, const struct store_claim *claims,
	size_t count, struct err *err)
{
	if (query_run(store, err, "DELETE FROM claim WHERE run = ?", QUERY_ROW(query_text(run))))
		return -1;
	for (size_t i = 0; i < count; i++) {
		const struct store_claim *claim = &claims[i];
		if (query_run(store, err,
				"INSERT INTO claim (run, position, id, reading, verdict, value, low, high, n, why) "
				"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
				QUERY_ROW(query_text(run), query_integer((int64_t)i), query_text(claim->id),
					query_text(claim->reading), query_text(claim->verdict), query_real(claim->value),
					query_real(claim->low), query_real(claim->high),
					query_integer((int64_t)claim->n), query_text(claim->why))))
			return -1;
	}
	return 0;
}

int store_claims_put(struct store *store, const char *run, const struct store_claim *claims,
	size_t count, struct err *err)
{
	if (query_begin(store, err))
		return -1;
	return query_end(store, insert(store, run, claims, count, err), err);
}

int store_claims(struct store *store, const char *run, struct store_claim **claims, size_t *count,
	struct err *err)
{
	*claims = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT id, reading, verdict, value, low, high, n, why FROM claim WHERE run = ? "
		"ORDER BY position", QUERY_ROW(query_text(run)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*claims = mem_resize(*claims, *count + 1, sizeof **claims);
		(*claims)[(*count)++] = (struct store_claim){
			.id = query_column_text(statement, 0),
			.reading = query_column_text(statement, 1),
			.verdict = query_column_text(statement, 2),
			.value = query_column_real(statement, 3),
			.low = query_column_real(statement, 4),
			.high = query_column_real(statement, 5),
			.n = (size_t)sqlite3_column_int64(statement, 6),
			.why = query_column_text(statement, 7),
		};
	}
	query_close(statement);
	if (more < 0) {
		store_claims_free(*claims, *count);
		*claims = NULL;
		*count = 0;
	}
	return more;
}

void store_claims_free(struct store_claim *claims, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(claims[i].id);
		free(claims[i].reading);
		free(claims[i].verdict);
		free(claims[i].why);
	}
	free(claims);
}
