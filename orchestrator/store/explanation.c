#include "store/explanation.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/internal.h"

static int insert_causes(struct store *store, int64_t row, const struct store_explanation *explanation,
	struct err *err)
{
	for (size_t i = 0; i < explanation->cause_count; i++) {
		const struct store_cause *cause = &explanation->causes[i];
		if (query_run(store, err, "INSERT INTO cause (launch, name, spikes, episodes, ms) VALUES (?, ?, ?, ?, ?)",
				QUERY_ROW(query_integer(row), query_text(cause->name), query_integer((int64_t)cause->spikes),
					query_integer((int64_t)cause->episodes), query_real(cause->ms))))
			return -1;
	}
	return 0;
}

static int insert_parts(struct store *store, int64_t row, const struct store_explanation *explanation,
	struct err *err)
{
	for (size_t i = 0; i < explanation->part_count; i++) {
		const struct store_part *part = &explanation->parts[i];
		if (query_run(store, err, "INSERT INTO part (launch, sample, cause, ms) VALUES (?, ?, ?, ?)",
				QUERY_ROW(query_integer(row), query_integer((int64_t)part->sample), query_text(part->cause),
					query_real(part->ms))))
			return -1;
	}
	return 0;
}

int store_explanation_insert(struct store *store, int64_t launch_row,
	const struct store_explanation *explanation, struct err *err)
{
	if (query_run(store, err, "INSERT INTO explanation (launch, refusal, episodes, explained, stalled_ms, refused_ms, "
			"main_us, worker_us, spread_us) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			QUERY_ROW(query_integer(launch_row), query_text(explanation->refusal),
				query_integer((int64_t)explanation->episodes), query_integer((int64_t)explanation->explained),
				query_real(explanation->stalled_ms), query_real(explanation->refused_ms),
				query_real(explanation->main_us), query_real(explanation->worker_us),
				query_real(explanation->spread_us))))
		return -1;
	return insert_causes(store, launch_row, explanation, err) || insert_parts(store, launch_row, explanation, err)
		? -1 : 0;
}

static int load_whole(struct store *store, int64_t row, struct store_explanation *explanation, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT refusal, episodes, explained, stalled_ms, refused_ms, main_us, worker_us, spread_us FROM explanation WHERE launch = ?",
		QUERY_ROW(query_integer(row)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	if (more > 0)
		*explanation = (struct store_explanation){
			.refusal = query_column_text(statement, 0),
			.episodes = (size_t)sqlite3_column_int64(statement, 1),
			.explained = (size_t)sqlite3_column_int64(statement, 2),
			.stalled_ms = query_column_real(statement, 3),
			.refused_ms = query_column_real(statement, 4),
			.main_us = query_column_real(statement, 5),
			.worker_us = query_column_real(statement, 6),
			.spread_us = query_column_real(statement, 7),
		};
	query_close(statement);
	if (more == 0)
		return err_set(err, ERR_NOT_FOUND, "nothing is explained of launch row %lld", (long long)row);
	return more < 0 ? -1 : 0;
}

static int load_causes(struct store *store, int64_t row, struct store_explanation *explanation, struct err *err)
{
	int more;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT name, spikes, episodes, ms FROM cause WHERE launch = ? ORDER BY ms DESC, name",
		QUERY_ROW(query_integer(row)));
	if (!statement)
		return -1;
	while ((more = query_next(store, statement, err)) > 0) {
		explanation->causes = mem_resize(explanation->causes, explanation->cause_count + 1,
			sizeof *explanation->causes);
		explanation->causes[explanation->cause_count++] = (struct store_cause){
			.name = query_column_text(statement, 0),
			.spikes = (size_t)sqlite3_column_int64(statement, 1),
			.episodes = (size_t)sqlite3_column_int64(statement, 2),
			.ms = query_column_real(statement, 3),
		};
	}
	query_close(statement);
	return more;
}

int store_explanation_load(struct store *store, int64_t launch_row, struct store_explanation *explanation,
	struct err *err)
{
	*explanation = (struct store_explanation){ .refusal = NULL };
	if (load_whole(store, launch_row, explanation, err))
		return -1;
	if (load_causes(store, launch_row, explanation, err)) {
		store_explanation_release(explanation);
		return -1;
	}
	return 0;
}

int store_explanation_find(struct store *store, int64_t launch_row, struct store_explanation *explanation,
	bool *found, struct err *err)
{
	struct err why = { .code = ERR_NONE };
	*found = store_explanation_load(store, launch_row, explanation, &why) == 0;
	return *found || why.code == ERR_NOT_FOUND ? 0 : err_set(err, why.code, "%s", why.text);
}

void store_explanation_release(struct store_explanation *explanation)
{
	for (size_t i = 0; i < explanation->cause_count; i++)
		free((char *)explanation->causes[i].name);
	free(explanation->causes);
	free((char *)explanation->refusal);
	*explanation = (struct store_explanation){ .refusal = NULL };
}

int store_explanation_parts(struct store *store, int64_t launch_row, struct store_part **parts, size_t *count,
	struct err *err)
{
	int more;
	*parts = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT sample, cause, ms FROM part WHERE launch = ? ORDER BY sample, ms DESC, cause",
		QUERY_ROW(query_integer(launch_row)));
	if (!statement)
		return -1;
	while ((more = query_next(store, statement, err)) > 0) {
		*parts = mem_resize(*parts, *count + 1, sizeof **parts);
		(*parts)[(*count)++] = (struct store_part){ .sample = (size_t)sqlite3_column_int64(statement, 0),
			.cause = query_column_text(statement, 1), .ms = query_column_real(statement, 2) };
	}
	query_close(statement);
	if (more < 0) {
		store_explanation_parts_free(*parts, *count);
		*parts = NULL;
		*count = 0;
	}
	return more;
}

void store_explanation_parts_free(struct store_part *parts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)parts[i].cause);
	free(parts);
}
