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
