#include "store/migrate.h"

#include "store/internal.h"

/* What makes schema N + 1 of schema N, and the views that let a reader take N for N + 1. A view hides the
 * table of its name, because names are looked up in temp before main (sqlite.org, "ATTACH DATABASE"). */
struct step {
	const char *change, *view;
};

static const struct step steps[STORE_SCHEMA] = {
	/* The guest may run on the page since: the page is not always the one that sends. */
	[1] = {
		.change = "ALTER TABLE samples RENAME COLUMN page_origin_ms TO sender_origin_ms;"
			"ALTER TABLE samples RENAME COLUMN worker_origin_ms TO target_origin_ms;"
			"PRAGMA user_version = 2;",
		.view = "PRAGMA temp_store = MEMORY;"
			"CREATE TEMP VIEW samples AS SELECT launch, count, cold, page_origin_ms AS sender_origin_ms, "
			"worker_origin_ms AS target_origin_ms, drain_end_ms, columns FROM main.samples;",
	},
	/* What a trace explains is stored since. */
	[2] = {
		.change = "CREATE TABLE explanation (launch INTEGER PRIMARY KEY REFERENCES launch (row) ON DELETE CASCADE, "
			"refusal TEXT, episodes INTEGER NOT NULL, "
			"explained INTEGER NOT NULL CHECK (explained BETWEEN 0 AND episodes), stalled_ms REAL, refused_ms REAL, "
			"main_us REAL, worker_us REAL, spread_us REAL);"
			"CREATE TABLE cause (launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE, "
			"name TEXT NOT NULL, spikes INTEGER NOT NULL, episodes INTEGER NOT NULL, ms REAL NOT NULL, "
			"PRIMARY KEY (launch, name)) WITHOUT ROWID;"
			"CREATE TABLE part (launch INTEGER NOT NULL REFERENCES launch (row) ON DELETE CASCADE, "
			"sample INTEGER NOT NULL, cause TEXT NOT NULL, ms REAL NOT NULL, "
			"PRIMARY KEY (launch, sample, cause)) WITHOUT ROWID;"
			"PRAGMA user_version = 3;",
		.view = "PRAGMA temp_store = MEMORY;"
			"CREATE TEMP VIEW explanation AS SELECT 0 AS launch, NULL AS refusal, 0 AS episodes, 0 AS explained, "
			"0.0 AS stalled_ms, 0.0 AS refused_ms, 0.0 AS main_us, 0.0 AS worker_us, 0.0 AS spread_us WHERE 0;"
			"CREATE TEMP VIEW cause AS SELECT 0 AS launch, '' AS name, 0 AS spikes, 0 AS episodes, 0.0 AS ms WHERE 0;"
			"CREATE TEMP VIEW part AS SELECT 0 AS launch, 0 AS sample, '' AS cause, 0.0 AS ms WHERE 0;",
	},
};

int migrate_database(struct store *store, int64_t version, struct err *err)
{
	for (; version < STORE_SCHEMA; version++) {
		if (query_script(store, steps[version].change, err))
			return err_prefix(err, "%s cannot be brought from schema %lld to %lld", store->path,
				(long long)version, (long long)version + 1);
	}
	return 0;
}

int migrate_view(struct store *store, int64_t version, struct err *err)
{
	for (; version < STORE_SCHEMA; version++) {
		if (query_script(store, steps[version].view, err))
			return -1;
	}
	return 0;
}
