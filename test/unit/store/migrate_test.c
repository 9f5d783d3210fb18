/* Databases of older schemas: read as they are, brought up to date by a writer. */
#include "store/fixture.h"

#include <grp.h>
#include <sqlite3.h>

enum { LAUNCHES = 2, SAMPLES = 50 };

static void execute(const char *folder, const char *sql)
{
	sqlite3 *db;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	sqlite3_close(db);
	free(path);
}

static int64_t number_of(const char *folder, const char *sql)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t number = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	free(path);
	return number;
}

/* Results as schema 1 kept them: schema 2 changed two names, schema 3 added three tables. */
static char *schema_1_results(void)
{
	struct err err;
	char *folder = fixture_folder();
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	for (int number = 1; number <= LAUNCHES; number++)
		assert_int_equal(fixture_finalise(store, fixture_launch(store, "r", number), number, SAMPLES,
			&err), 0);
	store_close(store);
	execute(folder, "ALTER TABLE samples RENAME COLUMN sender_origin_ms TO page_origin_ms;"
		"ALTER TABLE samples RENAME COLUMN target_origin_ms TO worker_origin_ms;"
		"DROP TABLE explanation; DROP TABLE cause; DROP TABLE part;"
		"PRAGMA user_version = 1; PRAGMA wal_checkpoint(TRUNCATE);");
	return folder;
}

static void assert_all_there(struct store *store)
{
	struct err err = { .code = ERR_NONE };
	struct store_launch *launches;
	struct store_samples samples;
	size_t count;
	assert_int_equal(store_launches(store, "r", &launches, &count, &err), 0);
	assert_int_equal(count, LAUNCHES);
	for (size_t i = 0; i < count; i++) {
		assert_true(fixture_is_whole(store, &launches[i], SAMPLES));
		assert_int_equal(store_samples_load(store, launches[i].row, &samples, &err), 0);
		assert_true(samples.sender_origin_ms == 1000.5 && samples.target_origin_ms == 1234.25);
		store_samples_release(&samples);
	}
	store_launches_free(launches, count);
	if (store_ledger_verify(store, &err))
		fail_msg("%s", err.text);
}

static void test_a_reader_changes_nothing(void **state)
{
	(void)state;
	char *folder = schema_1_results();
	struct store *store = store_open(folder, false, NULL);
	assert_non_null(store);
	assert_all_there(store);
	store_close(store);
	assert_int_equal(number_of(folder, "PRAGMA user_version"), 1);
	assert_int_equal(number_of(folder, "SELECT count(page_origin_ms) FROM samples"), LAUNCHES);
	fixture_remove(folder);
}

static int read_as_nobody(const char *folder)
{
	if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		return 10;
	struct store *store = store_open(folder, false, NULL);
	if (!store)
		return 11;
	assert_all_there(store);
	store_close(store);
	return 0;
}

static void test_results_that_cannot_be_written_are_read(void **state)
{
	(void)state;
	char *folder = schema_1_results();
	assert_int_equal(chmod(folder, 0555), 0);
	assert_int_equal(fixture_child(read_as_nobody, folder), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	fixture_remove(folder);
}

static void test_a_writer_brings_it_up_to_date_once(void **state)
{
	(void)state;
	struct err err;
	char *folder = schema_1_results();
	for (int time = 0; time < 2; time++) {
		struct store *store = fixture_open(folder);
		assert_all_there(store);
		store_close(store);
		assert_int_equal(number_of(folder, "PRAGMA user_version"), STORE_SCHEMA);
		assert_int_equal(number_of(folder, "SELECT count(sender_origin_ms) FROM samples"), LAUNCHES);
	}
	struct store *store = fixture_open(folder);
	int64_t row = fixture_launch(store, "r", LAUNCHES + 1);
	assert_int_equal(fixture_finalise(store, row, LAUNCHES + 1, SAMPLES, &err), 0);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

/* Every table with its columns, types, rules and keys, as SQLite understood them. */
static char *shape_of(const char *folder)
{
	char *text = mem_strdup("");
	sqlite3 *db;
	sqlite3_stmt *statement;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT m.name || '.' || c.name || ' ' || c.type || ' ' || "
		"c.\"notnull\" || c.pk || coalesce(c.dflt_value, '') || (m.sql LIKE '%WITHOUT ROWID') || "
		"(SELECT count(*) FROM pragma_foreign_key_list(m.name)) FROM sqlite_schema m, pragma_table_info(m.name) c "
		"WHERE m.type = 'table' ORDER BY m.name, c.cid", -1, &statement, NULL), SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		char *longer = mem_format("%s%s\n", text, (const char *)sqlite3_column_text(statement, 0));
		free(text);
		text = longer;
	}
	sqlite3_finalize(statement);
	sqlite3_close(db);
	free(path);
	return text;
}

/* A new database and a migrated one are the same. */
static void test_the_way_leads_to_the_schema(void **state)
{
	(void)state;
	char *old = schema_1_results(), *new = fixture_folder();
	store_close(fixture_open(old));
	store_close(fixture_open(new));
	char *after = shape_of(old), *fresh = shape_of(new);
	assert_string_equal(after, fresh);
	assert_non_null(strstr(fresh, "explanation.spread_us REAL"));
	free(after);
	free(fresh);
	fixture_remove(old);
	fixture_remove(new);
}

/* Changed half-way, it is as it was. */
static void test_a_step_that_fails_leaves_the_database_alone(void **state)
{
	(void)state;
	struct err err = { .code = ERR_NONE };
	char *folder = schema_1_results();
	execute(folder, "ALTER TABLE samples RENAME COLUMN worker_origin_ms TO elsewhere");
	assert_null(store_open(folder, true, &err));
	assert_non_null(strstr(err.text, "cannot be brought from schema 1 to 2"));
	assert_int_equal(number_of(folder, "PRAGMA user_version"), 1);
	assert_int_equal(number_of(folder, "SELECT count(page_origin_ms) FROM samples"), LAUNCHES);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_reader_changes_nothing),
		cmocka_unit_test(test_results_that_cannot_be_written_are_read),
		cmocka_unit_test(test_a_writer_brings_it_up_to_date_once),
		cmocka_unit_test(test_the_way_leads_to_the_schema),
		cmocka_unit_test(test_a_step_that_fails_leaves_the_database_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
