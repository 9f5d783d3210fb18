/* What a person reads: the layout as a whole, and every line within 100 columns. */
#include "report/fixture.h"

#include "report/number.h"

static void assert_layout(const char *text)
{
	char *copy = mem_strdup(text), *rest = copy, *line;
	while ((line = strsep(&rest, "\n"))) {
		size_t length = strlen(line);
		if (number_width(line) > NUMBER_COLUMNS)
			fail_msg("%zu columns: %s", number_width(line), line);
		if (length > 0 && line[length - 1] == ' ')
			fail_msg("trailing space: '%s'", line);
		assert_null(strchr(line, '\t'));
	}
	free(copy);
}

static struct probe_claim claims[] = {
	{ .id = (char *)"C19", .section = (char *)"§4.2", .says = (char *)"gc in a Worker gives the main "
		"thread's postMessage a P95 of 120 ms", .rule = PROBE_CLAIM_NUMBER,
		.metric = (char *)"response_p95", .arm = (char *)ARM_ON, .value = 120, .to = 120, .per = 1, .unit = (char *)"ms",
		.absolute_time = true, .reading = (char *)"page to worker and back, worker churning" },
	{ .id = (char *)"C19", .section = (char *)"§4.2", .says = (char *)"the collector is what delays it",
		.rule = PROBE_CLAIM_EXCEEDS, .metric = (char *)"response_p95", .arm = (char *)ARM_ON,
		.against = (char *)ARM_OFF, .value = 1 },
	{ .id = (char *)"C20", .section = (char *)"§4.3", .says = (char *)"the worker is blocked",
		.rule = PROBE_CLAIM_MECHANISM, .observation = (char *)"worker_blocked",
		.observes = "the worker answers nothing for a second", .arm = (char *)ARM_ON },
};

static const char golden[] =
#include "text_golden.h"
	;

static void test_the_whole_page(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct probe probe = { .claims = claims, .claim_count = FIXTURE_COUNT(claims) };
	struct store *store = fixture_results(folder);
	fixture_add_launch(store, &(struct fixture_spec){ ARM_OFF, 10, 1, STORE_FAILED,
		"guest gc returned digest 00000001 for 7 steps of churn; the work gives 00000002", false, NAN,
		NAN, NAN }, 100);
	struct summary summary = fixture_summary(store, &probe, 0.8);
	char *text = fixture_text(&summary, 1);
	assert_layout(text);
	if (strcmp(text, golden) != 0) {
		fprintf(stderr, "%s", text);
		fail_msg("the page differs from text_golden.h");
	}
	free(text);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

/* Long names, long reasons, no launches: the layout holds. */
static void test_layout_under_strain(void **state)
{
	(void)state;
	static const char arm[] = "a-guest-with-a-rather-long-name/worker/churn,GOGC=off,GOMEMLIMIT="
		"123456789MiB,something_else=0123456789,and_another=0123456789";
	char *folder = fixture_folder(), reason[900];
	struct store *store = fixture_open(folder);
	memset(reason, 'x', sizeof reason - 1);
	reason[sizeof reason - 1] = '\0';
	memcpy(reason + 300, " \n\x1b[31m ", 8);
	char *spec = mem_format("{\"title\":\"%.300s\",\"primary\":[{\"metric\":\"response_p95\","
		"\"a\":\"%s\",\"b\":\"b\"}]}", reason, arm);
	fixture_run(store, RUN_ID, spec, "{}");
	fixture_add_launch(store, &(struct fixture_spec){ arm, 1, 1, STORE_VALID, "", false, 123456.789,
		0.00123, 20 }, 1);
	fixture_add_launch(store, &(struct fixture_spec){ "b", 1, 1, STORE_VALID, "", false, 0.0049, 0, 0 },
		2);
	fixture_add_launch(store, &(struct fixture_spec){ arm, 2, 1, STORE_VALID, "", false, 0.125, 1e6, 20 },
		3);
	fixture_add_launch(store, &(struct fixture_spec){ "b", 2, 1, STORE_FAILED, reason, false, NAN, 0, 0 },
		4);
	struct summary summary = fixture_summary(store, NULL, NAN);
	struct summary twice[] = { summary, summary };
	char *text = fixture_text(twice, 2);
	assert_layout(text);
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "no verdict (1 blocks, at least 6 needed)"));
	assert_non_null(strstr(text, "b: one launch, so no interval"));
	free(text);
	free(spec);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

static void test_a_run_without_launches(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = fixture_open(folder);
	fixture_run(store, RUN_ID, FIXTURE_SPEC, "{}");
	struct summary summary = fixture_summary(store, NULL, NAN);
	char *text = fixture_text(&summary, 1);
	assert_layout(text);
	assert_non_null(strstr(text, ", running"));
	assert_non_null(strstr(text, "no block in which both arms have a value"));
	assert_non_null(strstr(text, "no launch of this run is in the numbers, so there are none"));
	free(text);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

/* Every launch is void, and one of its values is no time: that is there, and no more. */
static void test_void_launches_with_counts(void **state)
{
	(void)state;
	struct err err;
	int64_t row;
	char *folder = fixture_folder();
	struct store *store = fixture_open(folder);
	struct probe_metric metrics[] = { { .name = (char *)"calls", .untimed = true } };
	struct probe probe = { .metrics = metrics, .metric_count = 1 };
	struct store_metric values[] = { { "calls", 59460, "count" }, { "call_us", 14, "us" } };
	struct json *report = fixture_json("{\"environment\":{\"visibility\":\"visible\"}}");
	struct store_launch_plan plan = { .run = RUN_ID, .number = 1, .block = 1, .attempt = 1, .arm = ARM_ON };
	struct store_launch_result result = { .outcome = STORE_VOID, .reason = "other programs used 31 %", .metrics = values,
		.metric_count = 2, .report = report };
	fixture_run(store, RUN_ID, FIXTURE_SPEC, "{}");
	assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
	assert_int_equal(store_launch_finalise(store, row, &result, &err), 0);
	struct summary summary = fixture_summary(store, &probe, NAN);
	char *text = fixture_text(&summary, 1);
	assert_layout(text);
	assert_non_null(strstr(text, "no launch of this run is in the numbers, but for those that are no times"));
	assert_non_null(strstr(text, "59460"));
	assert_null(strstr(text, "call_us"));
	free(text);
	json_free(report);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;
	while ((text = strstr(text, part))) {
		text += strlen(part);
		count++;
	}
	return count;
}

/* A probe of another kind: whatever was measured, as many columns as fit. */
static void test_other_metrics(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct err err;
	struct store *store = fixture_open(folder);
	fixture_run(store, RUN_ID, "{\"arms\":[\"gc/main/calls\"]}", "{}");
	for (int number = 1; number <= 2; number++) {
		int64_t row;
		struct store_metric metrics[] = { { "call_ns", 120 + number, "ns" },
			{ "file_size", 3200000, "bytes" }, { "boot_ms", 40 + number, "ms" },
			{ "memory_bytes_after_start", 1e7, "bytes" }, { "exports", 5, "count" } };
		struct store_launch_plan plan = { .run = RUN_ID, .number = number, .block = number,
			.attempt = 1, .arm = "gc/main/calls" };
		struct store_launch_result result = { .outcome = STORE_VALID, .metrics = metrics,
			.metric_count = FIXTURE_COUNT(metrics) };
		assert_int_equal(store_launch_insert(store, &plan, &row, &err), 0);
		assert_int_equal(store_launch_finalise(store, row, &result, &err), 0);
	}
	struct summary summary = fixture_summary(store, NULL, NAN);
	char *text = fixture_text(&summary, 1);
	assert_layout(text);
	static const char *const headings[] = { "call_ns, ns", "file_size, bytes", "boot_ms, ms",
		"memory_bytes_after_start, bytes", "exports, count" };
	for (size_t i = 0; i < FIXTURE_COUNT(headings); i++) {
		assert_int_equal(occurrences(text, headings[i]), 1);
	}
	assert_non_null(strstr(text, "121 ["));
	free(text);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_whole_page),
		cmocka_unit_test(test_layout_under_strain),
		cmocka_unit_test(test_a_run_without_launches), cmocka_unit_test(test_void_launches_with_counts),
		cmocka_unit_test(test_other_metrics),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
