/* What a dead measuring process left, and what a living one has: only the first is offered. */
#include "store/fixture.h"

static int begin_and_die(const char *folder)
{
	struct err err;
	struct store *store = store_open(folder, true, &err);
	if (!store)
		return 1;
	fixture_run(store, "dead", "{}", "{}");
	fixture_run(store, "between", "{}", "{}"); /* dies between two launches */
	if (fixture_finalise(store, fixture_launch(store, "dead", 1), 1, 10, &err))
		return 2;
	int64_t row = fixture_launch(store, "dead", 2);
	return store_launch_process(store, row, 101, 102, 103, &err) ? 3 : 0;
}

static void assert_state(struct store *store, const char *id, const char *state)
{
	struct err err;
	struct store_run run;
	assert_int_equal(store_run_get(store, id, &run, &err), 0);
	assert_string_equal(run.state, state);
	store_run_release(&run);
}

static void test_unfinished_rows_of_dead_processes(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_unfinished *rows;
	size_t count;
	assert_int_equal(fixture_child(begin_and_die, folder), 0);
	struct store *store = fixture_open(folder);
	fixture_run(store, "alive", "{}", "{}");
	int64_t alive = fixture_launch(store, "alive", 1);

	assert_int_equal(store_unfinished(store, &rows, &count, &err), 0);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].run, "dead");
	assert_int_equal(rows[0].number, 2);
	assert_int_equal(rows[0].supervisor_pid, 101);
	assert_int_equal(rows[0].browser_pid, 102);
	assert_int_equal(rows[0].browser_start_ticks, 103);
	assert_string_equal(rows[0].scratch, "/nonexistent/scratch");
	char *staging = fs_join3(folder, ".incoming", "x");
	assert_string_equal(rows[0].staging, staging);
	free(staging);
	assert_state(store, "between", "interrupted");

	assert_int_equal(store_launch_abandon(store, rows[0].row, &err), 0);
	store_unfinished_free(rows, count);
	assert_int_equal(store_unfinished(store, &rows, &count, &err), 0);
	assert_int_equal(count, 0);
	store_unfinished_free(rows, count);
	assert_state(store, "dead", "interrupted");
	assert_state(store, "alive", "running");

	struct store_launch *launches;
	assert_int_equal(store_launches(store, "dead", &launches, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_string_equal(launches[0].outcome, "valid");
	assert_string_equal(launches[1].outcome, "abandoned");
	assert_non_null(strstr(launches[1].reason, "process ended"));
	store_launches_free(launches, count);
	assert_int_equal(fixture_finalise(store, alive, 1, 10, &err), 0);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_unfinished_rows_of_dead_processes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
