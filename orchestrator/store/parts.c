/* What hangs on a launch besides its samples: metrics, spikes, artefacts. */
#include "store/parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/internal.h"

double store_metric(struct store *store, int64_t launch_row, const char *name)
{
	sqlite3_stmt *statement = query_open(store, NULL,
		"SELECT value FROM metric WHERE launch = ? AND name = ?",
		QUERY_ROW(query_integer(launch_row), query_text(name)));
	if (!statement)
		return NAN;
	double value = NAN;
	if (query_next(store, statement, NULL) > 0)
		value = query_column_real(statement, 0);
	query_close(statement);
	return value;
}

int store_metrics(struct store *store, int64_t launch_row, struct store_metric_row **metrics,
	size_t *count, struct err *err)
{
	*metrics = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT name, value, unit FROM metric WHERE launch = ? ORDER BY name",
		QUERY_ROW(query_integer(launch_row)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*metrics = mem_resize(*metrics, *count + 1, sizeof **metrics);
		(*metrics)[(*count)++] = (struct store_metric_row){
			.name = query_column_text(statement, 0),
			.value = query_column_real(statement, 1),
			.unit = query_column_text(statement, 2),
		};
	}
	query_close(statement);
	if (more < 0) {
		store_metrics_free(*metrics, *count);
		*metrics = NULL;
		*count = 0;
	}
	return more;
}

void store_metrics_free(struct store_metric_row *metrics, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(metrics[i].name);
		free(metrics[i].unit);
	}
	free(metrics);
}

int store_spikes(struct store *store, int64_t launch_row, struct store_spike **spikes,
	size_t *count, struct err *err)
{
	*spikes = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT sample, due_ms, response_ms, episode FROM spike WHERE launch = ? ORDER BY sample",
		QUERY_ROW(query_integer(launch_row)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*spikes = mem_resize(*spikes, *count + 1, sizeof **spikes);
		(*spikes)[(*count)++] = (struct store_spike){
			.sample = (size_t)sqlite3_column_int64(statement, 0),
			.due_ms = query_column_real(statement, 1),
			.response_ms = query_column_real(statement, 2),
			.episode = (size_t)sqlite3_column_int64(statement, 3),
		};
	}
	query_close(statement);
	if (more < 0) {
		free(*spikes);
		*spikes = NULL;
		*count = 0;
	}
	return more;
}

static void read_artefact(sqlite3_stmt *statement, struct store_artefact_row *row)
{
	*row = (struct store_artefact_row){
		.launch_row = sqlite3_column_int64(statement, 0),
		.launch = sqlite3_column_int(statement, 1),
		.arm = query_column_text(statement, 2),
		.kind = query_column_text(statement, 3),
		.path = query_column_text(statement, 4),
		.sha256 = query_column_text(statement, 5),
		.bytes = sqlite3_column_int64(statement, 6),
		.lossy = sqlite3_column_int(statement, 7),
	};
}

int store_artefacts(struct store *store, const char *run, struct store_artefact_row **rows,
	size_t *count, struct err *err)
{
	*rows = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT l.row, l.number, l.arm, a.kind, a.path, a.sha256, a.bytes, a.lossy "
		"FROM artefact a JOIN launch l ON l.row = a.launch WHERE l.run = ? ORDER BY l.number, a.path",
		QUERY_ROW(query_text(run)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*rows = mem_resize(*rows, *count + 1, sizeof **rows);
		read_artefact(statement, &(*rows)[(*count)++]);
	}
	query_close(statement);
	if (more < 0) {
		store_artefacts_free(*rows, *count);
		*rows = NULL;
		*count = 0;
	}
	return more;
}

void store_artefacts_free(struct store_artefact_row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(rows[i].arm);
		free(rows[i].kind);
		free(rows[i].path);
		free(rows[i].sha256);
	}
	free(rows);
}
