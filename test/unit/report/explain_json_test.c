#include "report/explained_scene.h"

#include "base/json.h"
#include "report/explain_json.h"

static struct json *document_of(const struct explanation *explanation)
{
	struct err err = { 0 };
	char *text = explained_text(explain_json, explanation);
	struct json *document = json_parse(text, strlen(text), 1 << 20, "the explanation", &err);
	if (!document)
		fail_msg("%s", err.text);
	free(text);
	return document;
}

static void it_has_the_form_that_is_promised(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	struct json *document = document_of(&explanation);
	assert_true(json_number(document, "schema", 0) == 1);
	const struct json *spikes = json_get(document, "spikes");
	assert_int_equal(json_length(spikes), 4);
	const struct json *mixed = json_at(spikes, 2);
	assert_true(json_number(mixed, "launch", 0) == 7);
	assert_true(json_number(mixed, "sample", 0) == 4);
	assert_true(fabs(json_number(mixed, "due_us", 0) - scene_us(100)) < 5);
	assert_true(fabs(json_number(mixed, "returned_us", 0) - scene_us(121)) < 5);
	assert_true(fabs(json_number(mixed, "response_ms", 0) - 21) < 1e-9);
	assert_string_equal(json_text(mixed, "cause", ""), "gc@worker");
	assert_true(json_bool(mixed, "mixed", false));
	double sum_ms = 0;
	const struct json *parts = json_get(mixed, "parts");
	for (const struct json *part = json_first(parts); part; part = json_next(part)) {
		assert_int_equal(json_length(part), 2);
		assert_true(json_text(part, "cause", "")[0] != '\0');
		sum_ms += json_number(part, "ms", NAN);
	}
	assert_true(fabs(sum_ms - 21) < 0.001);
	const struct json *unanswered = json_at(spikes, 3);
	assert_int_equal(json_type(json_get(unanswered, "cause")), JSON_NULL);
	assert_int_equal(json_type(json_get(unanswered, "returned_us")), JSON_NULL);
	assert_int_equal(json_length(json_get(unanswered, "parts")), 0);
	assert_string_equal(json_text(unanswered, "refused", ""), "it was never answered");
	json_free(document);
	scene_release(&scene);
}

static void clocks_and_inputs_are_told(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	struct json *document = document_of(&explanation);
	const struct json *clock = json_get(document, "clock"), *inputs = json_get(document, "inputs");
	assert_true(fabs(json_number(clock, "main_us", 0) - (SCENE_BASE_US - 100000)) < 3);
	assert_true(fabs(json_number(clock, "worker_us", 0) - (SCENE_BASE_US - 30000)) < 3);
	assert_true(json_number(clock, "spread_us", 99) < 5);
	assert_true(json_length(json_get(inputs, "missing")) >= 2);
	assert_int_equal(json_type(json_get(inputs, "ticks")), JSON_NULL);
	assert_true(json_number(json_get(inputs, "samples"), "arrivals_checked", 0) == 5);
	assert_int_equal(json_length(json_get(document, "launches")), 1);
	assert_int_equal(json_type(json_get(document, "refused")), JSON_NULL);
	json_free(document);
	scene_release(&scene);
}

static void summaries_and_episodes_agree_with_the_spikes(void **state)
{
	(void)state;
	struct scene scene;
	explained_scene(&scene);
	struct explanation_launch launch = explained_launch(&scene);
	const struct explanation explanation = { .launches = &launch, .launch_count = 1 };
	struct json *document = document_of(&explanation);
	const struct json *summary = json_get(document, "summary"), *episodes = json_get(document, "episodes");
	double share = 0, ms = 0, spikes = 0, counted = 0, stalled_ms = 0;
	for (const struct json *row = json_first(summary); row; row = json_next(row)) {
		assert_string_equal(json_text(row, "arm", ""), EXPLAINED_ARM);
		share += json_number(row, "share", NAN);
		ms += json_number(row, "ms", NAN);
		spikes += json_number(row, "spikes", NAN);
		counted += json_number(row, "episodes", NAN);
		assert_false(isnan(json_number(row, "fast_share", NAN)));
	}
	assert_int_equal(json_length(episodes), 3);
	for (const struct json *episode = json_first(episodes); episode; episode = json_next(episode))
		stalled_ms += json_number(episode, "stalled_ms", NAN);
	assert_true(fabs(share - 1) < 1e-9 && spikes == 3 && counted == 2);
	assert_true(fabs(ms - stalled_ms) < 1e-6); /* that which was never answered has none */
	const struct json *second = json_at(episodes, 1);
	assert_true(json_bool(second, "mixed", false));
	assert_string_equal(json_text(second, "second", ""), "layout@worker");
	json_free(document);
	scene_release(&scene);
}

static void nothing_at_all_is_a_document_too(void **state)
{
	(void)state;
	struct explanation_untraced untraced = { EXPLAINED_RUN, EXPLAINED_ARM, 3, 12, 3, 40, 84.25 };
	const struct explanation explanation = { .untraced = &untraced, .untraced_count = 1 };
	struct json *document = document_of(&explanation);
	assert_int_equal(json_length(json_get(document, "spikes")), 0);
	assert_int_equal(json_type(json_get(document, "clock")), JSON_NULL);
	assert_true(json_number(json_at(json_get(document, "untraced"), 0), "worst_sample", 0) == 40);
	json_free(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_has_the_form_that_is_promised),
		cmocka_unit_test(clocks_and_inputs_are_told),
		cmocka_unit_test(summaries_and_episodes_agree_with_the_spikes),
		cmocka_unit_test(nothing_at_all_is_a_document_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
