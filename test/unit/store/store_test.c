/* Opening: what there is, what is refused, and in which words. */
#include "store/fixture.h"

#include <fcntl.h>
#include <grp.h>
#include <sqlite3.h>
#include <sys/mount.h>

static void write_file(const char *folder, const char *name, const void *bytes, size_t length)
{
	char *path = fs_join(folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, length, file), length);
	fclose(file);
	free(path);
}

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

static void assert_refused(const char *folder, bool create, enum err_code code, const char *text)
{
	struct err err = { .code = ERR_NONE };
	struct store *store = store_open(folder, create, &err);
	assert_null(store);
	if (err.code != code || !strstr(err.text, text))
		fail_msg("expected %s with '%s', got %s: %s", err_code_name(code), text,
			err_code_name(err.code), err.text);
}

static void test_creates_folder_database_and_incoming(void **state)
{
	(void)state;
	char *root = fixture_folder();
	char *results = fs_join3(root, "a", "results"), *incoming = fs_join(results, ".incoming");
	struct store *store = fixture_open(results);
	assert_string_equal(store_folder(store), results);
	assert_true(fs_is_folder(incoming));
	store_close(store);
	store = store_open(results, false, NULL);
	assert_non_null(store);
	store_close(store);
	free(results);
	free(incoming);
	fixture_remove(root);
}

static void test_settings_are_those_promised(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	store_close(fixture_open(folder));
	sqlite3 *db;
	sqlite3_stmt *statement;
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT j.journal_mode, u.user_version "
		"FROM pragma_journal_mode j, pragma_user_version u", -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "wal");
	assert_int_equal(sqlite3_column_int(statement, 1), STORE_SCHEMA);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	free(path);
	fixture_remove(folder);
}

static void test_foreign_keys_are_enforced(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	int64_t row;
	struct store *store = fixture_open(folder);
	struct store_launch_plan plan = { .run = "no-such-run", .number = 1, .block = 1, .attempt = 1,
		.arm = "x" };
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	fixture_run(store, "r", "{}", "{}");
	plan.run = "r";
	plan.build = "no-such-build";
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	plan.build = NULL;
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

static void test_missing_database(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	char *absent = fs_join(folder, "absent");
	assert_refused(folder, false, ERR_NOT_FOUND, "there are no results in");
	assert_refused(absent, false, ERR_NOT_FOUND, "there are no results in");
	assert_false(fs_exists(absent));
	write_file(folder, "wasmograph.db", "", 0); /* killed before the schema was there */
	assert_refused(folder, false, ERR_NOT_FOUND, "is empty");
	store_close(fixture_open(folder));
	free(absent);
	fixture_remove(folder);
}

static void test_results_path_is_a_file(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	write_file(folder, "file", "x", 1);
	char *file = fs_join(folder, "file"), *below = fs_join3(folder, "file", "results");
	assert_refused(file, true, ERR_ENVIRONMENT, "is a file, not a folder");
	assert_refused(file, false, ERR_ENVIRONMENT, "is a file, not a folder");
	assert_refused(below, true, ERR_ENVIRONMENT, "cannot be made");
	free(file);
	free(below);
	fixture_remove(folder);
}

static void test_newer_database_is_left_alone(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	store_close(fixture_open(folder));
	execute(folder, "PRAGMA user_version = 7");
	char *sentence = mem_format("%s/wasmograph.db was written by a newer wasmograph (schema 7, this "
		"one knows %d): update wasmograph or use another --results", folder, STORE_SCHEMA);
	assert_refused(folder, true, ERR_ENVIRONMENT, sentence);
	assert_refused(folder, false, ERR_ENVIRONMENT, sentence);
	free(sentence);
	fixture_remove(folder);
}

static void test_files_that_are_no_database_of_ours(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	char garbage[8192];
	memset(garbage, 'x', sizeof garbage);
	write_file(folder, "wasmograph.db", garbage, sizeof garbage);
	assert_refused(folder, true, ERR_ENVIRONMENT, "damaged or no wasmograph database");
	assert_refused(folder, false, ERR_ENVIRONMENT, "damaged or no wasmograph database");
	write_file(folder, "wasmograph.db", "", 0);
	execute(folder, "CREATE TABLE recipe (name TEXT)");
	assert_refused(folder, true, ERR_ENVIRONMENT, "database of another program");
	assert_refused(folder, false, ERR_ENVIRONMENT, "database of another program");
	fixture_remove(folder);
}

/* Damage in the middle: the header is whole, so opening succeeds, and reading or checking says it. */
static void test_damaged_pages_are_reported(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err = { .code = ERR_NONE };
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	for (int number = 1; number <= 10; number++)
		assert_int_equal(fixture_finalise(store, fixture_launch(store, "r", number), number, 500, &err), 0);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);

	char *path = fs_join(folder, "wasmograph.db"), noise[4096];
	struct stat status;
	memset(noise, 0xa5, sizeof noise);
	int fd = open(path, O_WRONLY);
	assert_int_equal(fstat(fd, &status), 0);
	for (off_t at = 2 * 4096; at + 4096 <= status.st_size; at += 2 * 4096)
		assert_int_equal(pwrite(fd, noise, sizeof noise, at), sizeof noise);
	close(fd);

	store = store_open(folder, false, &err);
	assert_true(!store || store_ledger_verify(store, &err) == -1);
	assert_true(err.code == ERR_ENVIRONMENT || err.code == ERR_INVALID);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "damaged"));
	store_close(store);
	free(path);
	fixture_remove(folder);
}

static int become_nobody(void)
{
	return geteuid() != 0 || (setgroups(0, NULL) == 0 && setgid(65534) == 0 && setuid(65534) == 0)
		? 0 : -1;
}

static int open_read_only(const char *folder)
{
	struct err err = { .code = ERR_NONE };
	if (become_nobody())
		return 10;
	if (store_open(folder, true, &err) || err.code != ERR_ENVIRONMENT
		|| !strstr(err.text, "cannot be written"))
		return 11;
	struct store *store = store_open(folder, false, &err);
	struct store_run run;
	if (!store || store_run_get(store, "r", &run, &err))
		return 12;
	store_run_release(&run);
	if (store_run_finish(store, "r", "done", &err) != -1 || err.code != ERR_ENVIRONMENT)
		return 13;
	store_close(store);
	return 0;
}

/* Read, never written: finished results on a medium without write permission. */
static void test_folder_without_write_permission(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	store_close(store);
	assert_int_equal(chmod(folder, 0555), 0);
	assert_int_equal(fixture_child(open_read_only, folder), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	fixture_remove(folder);
}

static int create_below(const char *folder)
{
	struct err err = { .code = ERR_NONE };
	char *below = fs_join(folder, "results");
	if (become_nobody())
		return 10;
	bool refused = !store_open(below, true, &err) && err.code == ERR_ENVIRONMENT
		&& strstr(err.text, "cannot be made");
	free(below);
	return refused ? 0 : 11;
}

static void test_folder_that_cannot_be_made(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	assert_int_equal(chmod(folder, 0555), 0);
	assert_int_equal(fixture_child(create_below, folder), 0);
	assert_int_equal(chmod(folder, 0755), 0);
	fixture_remove(folder);
}

/* Eight processes that find no database, at once: one creates, all can open. A reader between two of the creator's
 * steps took the database for another program's once. */
static void race_to_create(void)
{
	enum { PROCESSES = 8 };
	char *folder = fixture_folder();
	pid_t children[PROCESSES];
	int gate[2];
	assert_int_equal(pipe(gate), 0);
	fflush(NULL);
	for (int i = 0; i < PROCESSES; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			char byte;
			struct err err = { .text = "the gate" };
			close(gate[1]);
			if (read(gate[0], &byte, 1) == 0 && store_open(folder, true, &err))
				_exit(0);
			print_error("%s\n", err.text);
			_exit(1);
		}
	}
	close(gate[0]);
	close(gate[1]); /* starts them all */
	for (int i = 0; i < PROCESSES; i++) {
		int status;
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	store_close(fixture_open(folder));
	fixture_remove(folder);
}

static void test_creation_race(void **state)
{
	(void)state;
	for (int time = 0; time < 10; time++)
		race_to_create();
}

static void test_locked_by_another_writer(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_run run;
	sqlite3 *other;
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	char *path = fs_join(folder, "wasmograph.db");
	assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(store_run_finish(store, "r", "done", &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_non_null(strstr(err.text, "is being written by another process"));
	assert_int_equal(store_run_get(store, "r", &run, &err), 0); /* readers do not wait */
	assert_string_equal(run.state, "running");
	store_run_release(&run);
	sqlite3_close(other);
	assert_int_equal(store_run_finish(store, "r", "done", &err), 0);
	store_close(store);
	free(path);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_creates_folder_database_and_incoming),
		cmocka_unit_test(test_settings_are_those_promised),
		cmocka_unit_test(test_foreign_keys_are_enforced),
		cmocka_unit_test(test_missing_database),
		cmocka_unit_test(test_results_path_is_a_file),
		cmocka_unit_test(test_newer_database_is_left_alone),
		cmocka_unit_test(test_files_that_are_no_database_of_ours),
		cmocka_unit_test(test_damaged_pages_are_reported),
		cmocka_unit_test(test_folder_without_write_permission),
		cmocka_unit_test(test_folder_that_cannot_be_made),
		cmocka_unit_test(test_creation_race),
		cmocka_unit_test(test_locked_by_another_writer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
