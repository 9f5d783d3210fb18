#include "store/launch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/mono.h"
#include "host/proc.h"
#include "store/internal.h"

const char *store_outcome_name(enum store_outcome outcome)
{
	switch (outcome) {
	case STORE_VALID: return "valid";
	case STORE_FAILED: return "failed";
	case STORE_VOID: return "void";
	case STORE_SATURATED: return "saturated";
	}
	return "unknown";
}

/* An arm that the spec did not name gets its place when it is first launched. */
static int ensure_arm(struct store *store, const char *run, const char *arm, struct err *err)
{
	return query_run(store, err,
		"INSERT OR IGNORE INTO arm (run, position, name) "
		"SELECT ?1, count(*), ?2 FROM arm WHERE run = ?1",
		QUERY_ROW(query_text(run), query_text(arm)));
}

static int insert_row(struct store *store, const struct store_launch_plan *plan, struct err *err)
{
	char now[MONO_ISO_SIZE];
	store_now(now);
	pid_t self = getpid();
	return query_run(store, err,
		"INSERT INTO launch (run, number, block, attempt, arm, build, traced, started, scratch, "
		"staging, writer_pid, writer_ticks) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		QUERY_ROW(query_text(plan->run), query_integer(plan->number), query_integer(plan->block),
			query_integer(plan->attempt), query_text(plan->arm), query_text(plan->build),
			query_integer(plan->traced), query_text(now),
			query_text(plan->scratch ? plan->scratch : ""),
			query_text(plan->staging ? plan->staging : ""), query_integer(self),
			query_integer((int64_t)proc_start_ticks(self))));
}

int store_launch_insert(struct store *store, const struct store_launch_plan *plan,
	int64_t *launch_row, struct err *err)
{
	if (query_begin(store, err))
		return -1;
	int result = ensure_arm(store, plan->run, plan->arm, err) || insert_row(store, plan, err);
	*launch_row = sqlite3_last_insert_rowid(store->db);
	return query_end(store, result ? -1 : 0, err);
}

int store_launch_process(struct store *store, int64_t launch_row, int supervisor_pid,
	int browser_pid, uint64_t browser_start_ticks, struct err *err)
{
	return query_run(store, err,
		"UPDATE launch SET supervisor_pid = ?, browser_pid = ?, browser_start_ticks = ? WHERE row = ?",
		QUERY_ROW(query_integer(supervisor_pid), query_integer(browser_pid),
			query_integer((int64_t)browser_start_ticks), query_integer(launch_row)));
}

char *store_launch_subject(struct store *store, int64_t launch_row, struct err *err)
{
	char *subject = NULL;
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT run || ':' || number FROM launch WHERE row = ?",
		QUERY_ROW(query_integer(launch_row)));
	if (!statement)
		return NULL;
	int more = query_next(store, statement, err);
	if (more > 0)
		subject = query_column_text(statement, 0);
	query_close(statement);
	if (more == 0)
		err_set(err, ERR_NOT_FOUND, "%s has no launch of row %lld", store->path,
			(long long)launch_row);
	return subject;
}

static const char launch_columns[] =
	"SELECT row, number, block, attempt, arm, build, outcome, reason, death, folder, traced, "
	"started, finished, environment, transitions, report FROM launch WHERE run = ? ORDER BY number";

static void read_launch(sqlite3_stmt *statement, struct store_launch *launch)
{
	*launch = (struct store_launch){
		.row = sqlite3_column_int64(statement, 0),
		.number = sqlite3_column_int(statement, 1),
		.block = sqlite3_column_int(statement, 2),
		.attempt = sqlite3_column_int(statement, 3),
		.arm = query_column_text(statement, 4),
		.build = query_column_text(statement, 5),
		.outcome = query_column_text(statement, 6),
		.reason = query_column_text(statement, 7),
		.death = query_column_text(statement, 8),
		.folder = query_column_text(statement, 9),
		.traced = sqlite3_column_int(statement, 10),
		.started = query_column_text(statement, 11),
		.finished = query_column_text(statement, 12),
		.environment = query_column_json(statement, 13),
		.transitions = query_column_json(statement, 14),
		.report = query_column_json(statement, 15),
	};
}

int store_launches(struct store *store, const char *run, struct store_launch **launches,
	size_t *count, struct err *err)
{
	*launches = NULL;
	*count = 0;
	sqlite3_stmt *statement = query_open(store, err, launch_columns, QUERY_ROW(query_text(run)));
	if (!statement)
		return -1;
	int more;
	while ((more = query_next(store, statement, err)) > 0) {
		*launches = mem_resize(*launches, *count + 1, sizeof **launches);
		read_launch(statement, &(*launches)[(*count)++]);
	}
	query_close(statement);
	if (more < 0) {
		store_launches_free(*launches, *count);
		*launches = NULL;
		*count = 0;
	}
	return more;
}

bool store_launch_is_finished(const struct store_launch *launch)
{
	return strcmp(launch->outcome, "running") != 0 && strcmp(launch->outcome, "abandoned") != 0;
}

int store_launch_mean_s(struct store *store, const char *probe, const char *mode, double *mean_s, struct err *err)
{
	sqlite3_stmt *statement = query_open(store, err,
		"SELECT avg((julianday(l.finished) - julianday(l.started)) * 86400) FROM launch l JOIN run r ON r.id = l.run "
		"WHERE r.probe = ? AND json_extract(r.spec, '$.evidence.mode') = ? AND l.outcome NOT IN ('running', 'abandoned')",
		QUERY_ROW(query_text(probe), query_text(mode)));
	if (!statement)
		return -1;
	int more = query_next(store, statement, err);
	*mean_s = more > 0 ? query_column_real(statement, 0) : NAN;
	query_close(statement);
	return more < 0 ? -1 : 0;
}

void store_launches_free(struct store_launch *launches, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct store_launch *launch = &launches[i];
		free(launch->arm);
		free(launch->build);
		free(launch->outcome);
		free(launch->reason);
		free(launch->death);
		free(launch->folder);
		free(launch->started);
		free(launch->finished);
		json_free(launch->environment);
		json_free(launch->transitions);
		json_free(launch->report);
	}
	free(launches);
}
