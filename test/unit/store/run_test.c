#include "store/fixture.h"

static void assert_id(const char *id, const char *rest)
{
	static const char shape[] = "00000000T000000Z-";
	for (size_t i = 0; i < sizeof shape - 1; i++) {
		if (shape[i] == '0')
			assert_in_range(id[i], '0', '9');
		else
			assert_int_equal(id[i], shape[i]);
	}
	size_t length = strlen(rest);
	assert_int_equal(strncmp(id + sizeof shape - 1, rest, length), 0);
	const char *tail = id + sizeof shape - 1 + length;
	assert_int_equal(tail[0], '-');
	assert_int_equal(strlen(tail), 5);
	assert_int_equal(strspn(tail + 1, "0123456789abcdef"), 4);
}

static void test_new_ids(void **state)
{
	(void)state;
	char id[STORE_RUN_ID_SIZE], longest[200];
	store_run_new_id("ping", id);
	assert_id(id, "ping");
	store_run_new_id("../my probe:1", id);
	assert_id(id, ".._my_probe_1");
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	store_run_new_id(longest, id);
	assert_in_range(strlen(id), 60, STORE_RUN_ID_SIZE - 1);
	assert_id(id, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");
}

static void test_a_run_comes_back(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	struct store_run run = { .id = "r", .probe = (char *)"ping", .plan = (char *)"quick",
		.plan_id = (char *)"p1", .seed = UINT64_MAX - 5, .threshold_ms = 16.7, .blocks = 8,
		.spec = fixture_json("{\"arms\":[\"a/b/c\",{\"name\":\"d/e/f\"}],\"title\":\"é\"}"),
		.environment = fixture_json("{\"cpus\":2}"), .started = (char *)"2026-11-01T00:00:00.000000Z" };
	struct store_run back;
	assert_int_equal(store_run_insert(store, &run, &err), 0);
	assert_int_equal(store_run_insert(store, &run, &err), -1); /* an id is given once */
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(store_run_get(store, "r", &back, &err), 0);
	assert_string_equal(back.id, "r");
	assert_string_equal(back.probe, "ping");
	assert_string_equal(back.plan, "quick");
	assert_string_equal(back.plan_id, "p1");
	assert_true(back.seed == UINT64_MAX - 5);
	assert_true(back.threshold_ms == 16.7);
	assert_int_equal(back.blocks, 8);
	assert_string_equal(back.state, "running");
	assert_string_equal(back.started, run.started);
	assert_null(back.finished);
	assert_string_equal(json_text(back.spec, "title", ""), "é");
	assert_true(json_number(back.environment, "cpus", 0) == 2);
	store_run_release(&back);

	assert_int_equal(store_run_resume(store, "r", &err), -1); /* it is running */
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_run_finish(store, "r", "interrupted", &err), 0);
	assert_int_equal(store_run_resume(store, "r", &err), 0);
	assert_int_equal(store_run_get(store, "r", &back, &err), 0);
	assert_string_equal(back.state, "running");
	assert_null(back.finished);
	store_run_release(&back);
	assert_int_equal(store_run_finish(store, "r", "asleep", &err), -1); /* no such state */
	assert_int_equal(store_run_finish(store, "r", "done", &err), 0);
	assert_int_equal(store_run_get(store, "r", &back, &err), 0);
	assert_string_equal(back.state, "done");
	assert_non_null(back.finished);
	store_run_release(&back);
	assert_int_equal(store_run_get(store, "q", &back, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_run_finish(store, "q", "done", &err), -1);
	json_free(run.spec);
	json_free(run.environment);
	store_close(store);
	fixture_remove(folder);
}

static void test_newest_first(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_run *runs;
	size_t count;
	struct store *store = fixture_open(folder);
	assert_int_equal(store_runs(store, 0, &runs, &count, &err), 0);
	assert_int_equal(count, 0);
	store_runs_free(runs, count);
	fixture_run(store, "z", "{}", "{}");
	fixture_run(store, "b", "{}", "{}");
	fixture_run(store, "m", "{}", "{}");
	assert_int_equal(store_runs(store, 2, &runs, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_string_equal(runs[0].id, "m");
	assert_string_equal(runs[1].id, "b");
	store_runs_free(runs, count);
	store_close(store);
	fixture_remove(folder);
}

static void test_a_build_is_stored_once(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	struct json *first = fixture_json("{\"guest\":\"gc\",\"bytes\":1}");
	struct json *second = fixture_json("{\"guest\":\"gc\",\"bytes\":2}");
	assert_int_equal(store_build_put(store, "b", true, first, &err), 0);
	assert_int_equal(store_build_put(store, "b", true, second, &err), 0);
	struct json *back = store_build_get(store, "b", &err);
	assert_true(json_number(back, "bytes", 0) == 1);
	assert_null(store_build_get(store, "c", &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	assert_int_equal(store_ledger_verify(store, &err), 0);
	json_free(back);
	json_free(first);
	json_free(second);
	store_close(store);
	fixture_remove(folder);
}

static void test_claims_are_replaced_whole(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store_claim *back;
	size_t count;
	struct store_claim claims[] = {
		{ (char *)"C19", NULL, (char *)"refuted", (char *)"far off", 12, 11, 13, 8 },
		{ (char *)"C05", (char *)"stripped", (char *)"undecided", (char *)"one build", 17, NAN, NAN, 1 },
	};
	struct store *store = fixture_open(folder);
	fixture_run(store, "r", "{}", "{}");
	assert_int_equal(store_claims_put(store, "r", claims, 1, &err), 0);
	assert_int_equal(store_claims_put(store, "r", claims, 2, &err), 0);
	assert_int_equal(store_claims(store, "r", &back, &count, &err), 0);
	assert_int_equal(count, 2);
	assert_string_equal(back[0].id, "C19");
	assert_null(back[0].reading);
	assert_string_equal(back[1].reading, "stripped");
	assert_true(back[0].high == 13 && isnan(back[1].low) && back[1].n == 1);
	store_claims_free(back, count);
	assert_int_equal(store_claims_put(store, "no-such-run", claims, 2, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_ids),
		cmocka_unit_test(test_a_run_comes_back),
		cmocka_unit_test(test_newest_first),
		cmocka_unit_test(test_a_build_is_stored_once),
		cmocka_unit_test(test_claims_are_replaced_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
