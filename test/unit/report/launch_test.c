/* `show RUN:LAUNCH[:SAMPLE]` and `list`, as text and JSON. */
#include "report/fixture.h"

#include "report/number.h"

static char *show(struct store *store, int launch, long sample)
{
	struct err err;
	char *text = NULL;
	size_t length = 0;
	struct store_address address = { .run = RUN_ID, .launch = launch, .sample = sample };
	FILE *out = open_memstream(&text, &length);
	if (report_launch_text(out, store, &address, &err))
		fail_msg("%s", err.text);
	fclose(out);
	char *copy = mem_strdup(text), *rest = copy, *line;
	while ((line = strsep(&rest, "\n")))
		assert_true(number_width(line) <= NUMBER_COLUMNS);
	free(copy);
	return text;
}

static void assert_holds(const char *text, const char *const *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!strstr(text, parts[i]))
			fail_msg("'%s' is missing in:\n%s", parts[i], text);
	}
}

static void test_a_launch(void **state)
{
	(void)state;
	static const char *const parts[] = {
		"launch " RUN_ID ":1: " ARM_ON ", block 1\n", "outcome: valid\n",
		"LAUNCHING       250\n",
		"over_threshold            25  count\n",
		"MEASURING      2500\n",
		"Worst episodes (2 of 2)", RUN_ID ":1:30        1      150             1       45.0\n",
		RUN_ID ":1:12        0     60.0             2       30.0\n",
		"work.guest.digest: 99\n", "observations.worker_blocked: true\n",
		"warnings: [\"the pacer fell behind\"]\n",
		"browser.version: Chromium 156.0.8078.79\n", "browser.sandbox.seccomp: 2\n",
		"window.foreign_share: 0.01\n", "browser-log: run/log (12 bytes) sha256 abcd\n",
	};
	static const char *const voided[] = { "outcome: void: foreign CPU share 31 % (limit 10 %)\n" };
	static const char *const failed[] = { "outcome: failed: guest trapped\n",
		"the browser ended: renderer-crashed\n" };
	char *folder = fixture_folder();
	struct store *store = fixture_results(folder);
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 10, 1, STORE_FAILED, "guest trapped",
		false, NAN, NAN, NAN }, 100);
	char *text = show(store, 1, -1);
	assert_holds(text, parts, FIXTURE_COUNT(parts));
	/* effective n is 80: enough for a P95 (72), not for a P99 (368) */
	assert_null(strstr(text, "too few"));
	free(text);
	text = show(store, 5, -1);
	assert_holds(text, voided, FIXTURE_COUNT(voided));
	free(text);
	text = show(store, 100, -1);
	assert_holds(text, failed, FIXTURE_COUNT(failed));
	assert_null(strstr(text, "metric"));
	free(text);
	store_close(store);
	fixture_remove(folder);
}

static void test_a_sample(void **state)
{
	(void)state;
	/* origins differ by 233.75 ms: the target's clock started that much later */
	static const char *const answered[] = { "sample " RUN_ID ":1:4\n",
		"sender: the page; target: the worker\n",
		"  due (sender's clock)          20.000\n", "  returned (sender's clock)     21.250\n",
		"  lateness: due → sent           0.250\n", "  there: sent → received       234.000\n",
		"  target: received → replied     0.250\n", "  back: replied → returned    -233.250\n",
		"  service: sent → returned       1.000\n", "  response: due → returned       1.250\n" };
	static const char *const lost[] = { ":39, never answered\n", "  returned (sender's clock)         –\n",
		"  response, at least          105.000\n" };
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_results(folder);
	char *text = show(store, 1, 4);
	assert_holds(text, answered, FIXTURE_COUNT(answered));
	free(text);
	text = show(store, 1, 39);
	assert_holds(text, lost, FIXTURE_COUNT(lost));
	free(text);
	text = show(store, 1, 0);
	assert_non_null(strstr(text, ", cold (warm-up)"));
	free(text);
	fixture_add_launch(store, &(struct fixture_spec){ "gc/main/churn", 10, 1, STORE_VALID, "", false, 20,
		20, 30 }, 100);
	text = show(store, 100, 4);
	assert_non_null(strstr(text, "sender: a worker; target: the page\n"));
	assert_non_null(strstr(text, "  there: sent → received       234.000\n"));
	assert_non_null(strstr(text, "difference of timeOrigin"));
	free(text);
	struct store_address beyond = { .run = RUN_ID, .launch = 1, .sample = 40 };
	assert_int_equal(report_launch_text(stderr, store, &beyond, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	beyond.launch = 77;
	assert_null(report_launch_json(store, &beyond, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	store_close(store);
	fixture_remove(folder);
}

/* The marks of a trace tie the clocks, and their sign turns with the direction. */
static void test_a_sample_of_a_traced_launch(void **state)
{
	(void)state;
	struct store_explanation told = { .main_us = 7e9, .worker_us = 7e9 + 120500, .spread_us = 4 };
	struct fixture_spec spec = { "gc/worker/churn", 10, 1, STORE_VALID, "", true, 20, 20, 30, .explanation = &told };
	char *folder = fixture_folder();
	struct store *store = fixture_results(folder);
	fixture_add_launch(store, &spec, 100);
	spec.arm = "gc/main/churn";
	fixture_add_launch(store, &spec, 101);
	char *text = show(store, 100, 4);
	assert_non_null(strstr(text, "  there: sent → received       120.750\n"));
	assert_non_null(strstr(text, "the trace's marks, good to 0.004 ms"));
	free(text);
	text = show(store, 101, 4);
	assert_non_null(strstr(text, "  there: sent → received      -120.250\n"));
	free(text);
	store_close(store);
	fixture_remove(folder);
}

static void test_json(void **state)
{
	(void)state;
	static const char *const keys[] = { "schema", "run", "launch", "arm", "block", "attempt", "traced",
		"outcome", "reason", "death", "build", "folder", "started", "finished", "samples", "cold",
		"metrics", "episodes", "artefacts", "transitions", "report", "environment" };
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_results(folder);
	struct store_address address = { .run = RUN_ID, .launch = 1, .sample = -1 };
	struct json *document = report_launch_json(store, &address, &err);
	for (size_t i = 0; i < FIXTURE_COUNT(keys); i++) {
		if (!json_get(document, keys[i]))
			fail_msg("%s is missing", keys[i]);
	}
	assert_true(json_number(json_at(json_get(document, "episodes"), 0), "worst_ms", 0) == 45);
	json_free(document);
	address.sample = 39;
	document = report_launch_json(store, &address, &err);
	assert_false(json_bool(document, "answered", true));
	assert_int_equal(json_type(json_get(document, "returned_ms")), JSON_NULL);
	assert_true(json_number(document, "response_ms", 0) == 105);
	json_free(document);
	store_close(store);
	fixture_remove(folder);
}

static void test_list(void **state)
{
	(void)state;
	char *folder = fixture_folder(), *text = NULL;
	size_t length = 0;
	struct err err;
	struct store *store = fixture_open(folder);
	FILE *out = open_memstream(&text, &length);
	assert_int_equal(report_list_text(out, store, 0, &err), 0);
	fclose(out);
	assert_non_null(strstr(text, "There are no runs in"));
	free(text);
	store_close(store);

	store = fixture_results(folder);
	fixture_run(store, "20261124T000000Z-null-0001", "{}", "{}");
	out = open_memstream(&text, &length);
	assert_int_equal(report_list_text(out, store, 0, &err), 0);
	fclose(out);
	const char *newer = strstr(text, "20261124T000000Z-null-0001"), *older = strstr(text, RUN_ID);
	assert_true(newer && older && newer < older);
	assert_non_null(strstr(older, "17 of 18       1")); /* the traced one apart */
	free(text);

	struct json *document = report_list_json(store, 1, &err);
	const struct json *runs = json_get(document, "runs");
	assert_true(json_number(document, "schema", 0) == 1);
	assert_int_equal(json_length(runs), 1);
	assert_string_equal(json_text(json_at(runs, 0), "run", ""), "20261124T000000Z-null-0001");
	assert_string_equal(json_text(json_at(runs, 0), "state", ""), "running");
	json_free(document);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_launch),
		cmocka_unit_test(test_a_sample),
		cmocka_unit_test(test_a_sample_of_a_traced_launch),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_list),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
