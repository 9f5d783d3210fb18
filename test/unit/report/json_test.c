/* The shape that DESIGN §7 promises, key by key, and that no NaN leaks. */
#include "report/fixture.h"

enum { SCHEMA_ONE = 1 };

struct required { const char *path; enum json_type type; };

/* Paths: "arms.0.metrics.response_p95.low". */
static const struct required required[] = {
	{ "schema", JSON_NUMBER }, { "run", JSON_STRING }, { "probe", JSON_STRING },
	{ "seed", JSON_NUMBER }, { "threshold_ms", JSON_NUMBER }, { "blocks", JSON_NUMBER },
	{ "arms", JSON_ARRAY }, { "arms.0.arm", JSON_STRING }, { "arms.0.launches", JSON_NUMBER },
	{ "arms.0.void", JSON_NUMBER }, { "arms.0.failed", JSON_NUMBER },
	{ "arms.0.saturated", JSON_NUMBER }, { "arms.0.samples", JSON_NUMBER },
	{ "arms.0.on_cliff", JSON_BOOL }, { "arms.0.metrics", JSON_OBJECT },
	{ "arms.0.metrics.response_p95.value", JSON_NUMBER },
	{ "arms.0.metrics.response_p95.low", JSON_NUMBER },
	{ "arms.0.metrics.response_p95.high", JSON_NUMBER },
	{ "arms.0.metrics.response_p95.unit", JSON_STRING },
	{ "arms.1.metrics.episodes_per_minute.value", JSON_NUMBER },
	{ "ratios", JSON_ARRAY }, { "ratios.0.metric", JSON_STRING }, { "ratios.0.a", JSON_STRING },
	{ "ratios.0.b", JSON_STRING }, { "ratios.0.value", JSON_NUMBER }, { "ratios.0.low", JSON_NUMBER },
	{ "ratios.0.high", JSON_NUMBER }, { "ratios.0.p", JSON_NUMBER },
	{ "ratios.0.verdict", JSON_STRING }, { "ratios.0.with_void.verdict", JSON_STRING },
	{ "claims", JSON_ARRAY }, { "claims.0.id", JSON_STRING }, { "claims.0.verdict", JSON_STRING },
	{ "claims.0.claimed", JSON_NUMBER }, { "claims.0.measured.value", JSON_NUMBER },
	{ "claims.0.why", JSON_STRING }, { "claims.0.reading", JSON_NULL },
	{ "claims.1.measured.value", JSON_NULL }, { "claims.1.measured.low", JSON_NULL },
	{ "artefacts", JSON_ARRAY }, { "artefacts.0.kind", JSON_STRING },
	{ "artefacts.0.path", JSON_STRING }, { "artefacts.0.arm", JSON_STRING },
	{ "artefacts.0.launch", JSON_NUMBER }, { "artefacts.0.bytes", JSON_NUMBER },
	{ "artefacts.0.sha256", JSON_STRING }, { "artefacts.0.lossy", JSON_BOOL },
	{ "environment", JSON_OBJECT }, { "environment.browser.version", JSON_STRING },
	{ "warnings", JSON_ARRAY }, { "floor_p95_ms", JSON_NULL },
};

static const struct json *follow(const struct json *value, const char *path)
{
	char *copy = mem_strdup(path), *rest = copy, *part;
	while ((part = strsep(&rest, ".")) && value)
		value = json_type(value) == JSON_ARRAY ? json_at(value, strtoul(part, NULL, 10))
			: json_get(value, part);
	free(copy);
	return value;
}

static void assert_required(const struct json *document)
{
	for (size_t i = 0; i < FIXTURE_COUNT(required); i++) {
		const struct json *value = follow(document, required[i].path);
		if (!value || json_type(value) != required[i].type)
			fail_msg("%s is %s", required[i].path, value ? "of another type" : "missing");
	}
}

/* Paths stay inside the results folder. */
static void assert_relative(const struct json *document)
{
	const struct json *artefacts = json_get(document, "artefacts");
	for (const struct json *a = json_first(artefacts); a; a = json_next(a))
		assert_int_not_equal(json_text(a, "path", "/")[0], '/');
}

static void test_shape_and_numbers(void **state)
{
	(void)state;
	char *folder = fixture_folder();
	struct store *store = fixture_results(folder);
	struct probe_claim claims[] = {
		{ .id = (char *)"C19", .section = (char *)"4.2", .says = (char *)"x", .rule = PROBE_CLAIM_NUMBER,
			.metric = (char *)"response_p95", .arm = (char *)ARM_ON, .value = 120, .to = 120, .per = 1, .unit = (char *)"ms" },
		{ .id = (char *)"C5", .section = (char *)"1", .says = (char *)"y", .rule = PROBE_CLAIM_NUMBER,
			.metric = (char *)"size", .arm = (char *)ARM_ON, .value = 1, .to = 1, .per = 1, .unit = (char *)"MB" },
	};
	struct probe probe = { .claims = claims, .claim_count = FIXTURE_COUNT(claims) };
	struct summary summary = fixture_summary(store, &probe, NAN);
	struct json *made = report_json(&summary);
	char *text = json_print(made, true);
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "inf"));
	struct json *document = fixture_json(text); /* as a reader gets it */
	assert_required(document);
	assert_relative(document);
	assert_true(json_number(document, "schema", 0) == SCHEMA_ONE);
	assert_true(json_number(document, "seed", 0) == 42);
	assert_close(json_as_number(follow(document, "arms.0.metrics.response_p95.value"), 0),
		summary_find(&summary.arms[0], "response_p95")->interval.value);
	assert_string_equal(json_as_text(follow(document, "claims.0.verdict"), ""), "refuted");
	assert_string_equal(json_as_text(follow(document, "claims.1.verdict"), ""), "undecided");
	assert_int_equal(json_length(json_get(document, "artefacts")), 19);

	struct json *plan = report_plan_json("quick", &summary, 1);
	assert_true(json_number(plan, "schema", 0) == SCHEMA_ONE);
	assert_string_equal(json_text(plan, "plan", ""), "quick");
	assert_int_equal(json_length(json_get(plan, "runs")), 1);
	assert_required(json_at(json_get(plan, "runs"), 0));
	json_free(plan);
	json_free(document);
	json_free(made);
	free(text);
	summary_release(&summary);
	store_close(store);
	fixture_remove(folder);
}

/* A seed that no JSON number holds is given whole. */
static void test_large_seed(void **state)
{
	(void)state;
	struct summary summary = { .run = { .seed = UINT64_MAX, .probe = (char *)"p" } };
	struct json *document = report_json(&summary);
	assert_string_equal(json_text(document, "seed", ""), "18446744073709551615");
	json_free(document);
	summary.run.seed = UINT64_C(1) << 53;
	document = report_json(&summary);
	assert_true(json_number(document, "seed", 0) == 9007199254740992.0);
	json_free(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shape_and_numbers),
		cmocka_unit_test(test_large_seed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
