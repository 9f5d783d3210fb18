/* Every way to touch finished results by another hand must be found; what wasmograph does itself must not. */
#include "store/fixture.h"

#include <sqlite3.h>

static void make_results(const char *folder)
{
	struct err err;
	struct store *store = fixture_open(folder);
	struct json *record = fixture_json("{\"guest\":\"gc\"}");
	fixture_run(store, "r", "{\"arms\":[\"gc/worker/churn\"]}", "{}");
	assert_int_equal(store_build_put(store, "b1", false, record, &err), 0);
	struct store_cause cause = { "gc@main", 2, 1, 8.5 };
	struct store_part part = { 3, "gc@main", 8.5 };
	struct store_explanation told = { NULL, 1, 1, 8.5, 0, 1e9, 2e9, 3, &cause, 1, &part, 1 };
	for (int number = 1; number <= 3; number++)
		assert_int_equal(fixture_finalise_told(store, fixture_launch(store, "r", number), number, 20,
			number == 3 ? &told : NULL, &err), 0);
	assert_int_equal(store_launch_abandon(store, fixture_launch(store, "r", 4), &err), 0);
	assert_int_equal(store_run_finish(store, "r", "done", &err), 0);
	fixture_launch(store, "r", 5);
	if (store_ledger_verify(store, &err))
		fail_msg("%s", err.text);
	json_free(record);
	store_close(store);
}

static void tamper(const char *folder, const char *sql)
{
	sqlite3 *db;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	free(path);
}

#define OPEN_LEDGER "DROP TRIGGER ledger_keeps_rows; DROP TRIGGER ledger_keeps_values; "

/* Rows of the ledger: 1 run, 2 build, 3–5 launches, 6 abandoned. */
static const struct tampering { const char *sql, *says; } tamperings[] = {
	{ "UPDATE metric SET value = value * 0.5 WHERE launch = 2", "row 4 " },
	{ "DELETE FROM metric WHERE launch = 1 AND name = 'nothing'", "row 3 " },
	{ "INSERT INTO metric VALUES (1, 'extra', 1, 'ms')", "row 3 " },
	{ "UPDATE samples SET columns = zeroblob(length(columns)) WHERE launch = 3", "row 5 " },
	{ "UPDATE samples SET cold = 0 WHERE launch = 3", "row 5 " },
	{ "UPDATE launch SET outcome = 'void' WHERE row = 1", "row 3 " },
	{ "UPDATE launch SET environment = '{}' WHERE row = 1", "row 3 " },
	{ "UPDATE launch SET environment = NULL WHERE row = 1", "row 3 " },
	{ "UPDATE launch SET arm = arm, number = 9 WHERE row = 1", "row 3 " },
	{ "UPDATE launch SET outcome = 'failed' WHERE row = 4", "row 6 " },
	{ "DELETE FROM spike WHERE launch = 1 AND sample = 9", "row 3 " },
	{ "UPDATE artefact SET sha256 = 'cd' WHERE launch = 1", "row 3 " },
	{ "UPDATE part SET ms = 2", "row 5 " },
	{ "DELETE FROM part", "row 5 " },
	{ "INSERT INTO part VALUES (1, 3, 'gc@main', 1)", "row 3 " },
	{ "UPDATE cause SET name = 'js@main'", "row 5 " },
	{ "INSERT INTO cause VALUES (2, 'gc@main', 1, 1, 1)", "row 4 " },
	{ "UPDATE explanation SET refusal = 'lossy'", "row 5 " },
	{ "UPDATE explanation SET worker_us = worker_us + 1", "row 5 " },
	{ "INSERT INTO explanation VALUES (1, NULL, 0, 0, 0, 0, 0, 0, 0)", "row 3 " },
	{ "DELETE FROM launch WHERE row = 2", "(launch r:2) does not hold: what it vouches for is gone" },
	{ "DELETE FROM run", "(run r) does not hold: what it vouches for is gone" },
	{ "UPDATE run SET seed = 43", "row 1 " },
	{ "UPDATE run SET threshold_ms = 50", "row 1 " },
	{ "UPDATE build SET record = '{}'", "row 2 " },
	{ "UPDATE launch SET outcome = 'valid' WHERE number = 5", "launch r:5" },
	{ OPEN_LEDGER "UPDATE ledger SET content = 'x' WHERE seq = 3", "row 3 " },
	{ OPEN_LEDGER "UPDATE ledger SET time = 'x' WHERE seq = 3", "row 3 " },
	{ OPEN_LEDGER "UPDATE ledger SET hash = 'x' WHERE seq = 3", "row 3 " },
	{ OPEN_LEDGER "UPDATE ledger SET previous = 'x' WHERE seq = 3", "row 3 " },
	{ OPEN_LEDGER "DELETE FROM ledger WHERE seq = 1", "rows before it are missing" },
	{ OPEN_LEDGER "DELETE FROM ledger WHERE seq = 4", "rows before it are missing" },
	{ OPEN_LEDGER "DELETE FROM ledger WHERE seq = 6", "launch r:4" },
};

static void test_tampering_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_COUNT(tamperings); i++) {
		char *folder = fixture_folder();
		struct err err = { .code = ERR_NONE };
		make_results(folder);
		tamper(folder, tamperings[i].sql);
		struct store *store = fixture_open(folder);
		if (store_ledger_verify(store, &err) == 0)
			fail_msg("not found: %s", tamperings[i].sql);
		if (err.code != ERR_INVALID || !strstr(err.text, tamperings[i].says))
			fail_msg("%s: %s", tamperings[i].sql, err.text);
		store_close(store);
		fixture_remove(folder);
	}
}

static void test_the_ledger_is_append_only(void **state)
{
	(void)state;
	char *folder = fixture_folder(), *message = NULL;
	make_results(folder);
	sqlite3 *db;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM ledger WHERE seq = 6", NULL, NULL, &message),
		SQLITE_CONSTRAINT);
	assert_string_equal(message, "the ledger is append-only");
	sqlite3_free(message);
	assert_int_equal(sqlite3_exec(db, "UPDATE ledger SET note = 'x'", NULL, NULL, NULL),
		SQLITE_CONSTRAINT);
	sqlite3_close(db);
	free(path);
	fixture_remove(folder);
}

static void test_deletion_by_retention_is_a_row(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_run run;
	make_results(folder);
	struct store *store = fixture_open(folder);
	fixture_run(store, "r2", "{}", "{}");
	assert_int_equal(store_run_delete(store, "r2", "still running", &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_run_delete(store, "r", "older than 90 days", &err), 0);
	assert_int_equal(store_run_get(store, "r", &run, &err), -1);
	if (store_ledger_verify(store, &err))
		fail_msg("%s", err.text);
	store_close(store);

	tamper(folder, OPEN_LEDGER "UPDATE ledger SET note = 'lost' WHERE kind = 'deleted'");
	store = fixture_open(folder);
	assert_int_equal(store_ledger_verify(store, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tampering_is_found),
		cmocka_unit_test(test_the_ledger_is_append_only),
		cmocka_unit_test(test_deletion_by_retention_is_a_row),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
