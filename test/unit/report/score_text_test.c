#include "report/score_scene.h"

#include "report/score_json.h"
#include "report/score_text.h"

static char *text_of(const struct score_set *set)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	score_text(out, &set, 1);
	fclose(out);
	explained_check_width(text);
	return text;
}

static struct json *document_of(const struct score_set *set)
{
	struct json *document = score_json(&set, 1), *parsed;
	struct err err = { 0 };
	char *text = json_print(document, true);
	parsed = json_parse(text, strlen(text), 1 << 20, "the scores", &err);
	if (!parsed)
		fail_msg("%s", err.text);
	json_free(document);
	free(text);
	return parsed;
}

/* One launch with a right, a wrong, a silent, a failed, a mixed plant, a pair, and a spike of nobody. */
static void play(struct score_scene *scene, struct score_set *set, bool held_out)
{
	*set = (struct score_set){ .held_out = held_out };
	score_scene_init(scene);
	score_scene_truth(scene, "{\"id\":0,\"kind\":\"js-page\",\"cause\":\"js@main\",\"clock\":\"mono\",\"begin\":100,\"end\":110,"
		"\"pure\":true},{\"id\":1,\"kind\":\"js-page\",\"cause\":\"js@main\",\"clock\":\"mono\",\"begin\":200,\"end\":210,"
		"\"pure\":true},{\"id\":2,\"kind\":\"stop\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":300,\"end\":310,"
		"\"pure\":true},{\"id\":3,\"kind\":\"stop\",\"cause\":\"stopped\",\"clock\":\"mono\",\"pure\":true,"
		"\"failed\":\"the renderer was gone\"},{\"id\":4,\"kind\":\"storm-page\",\"cause\":\"gc@main\",\"also\":[\"js@main\"],"
		"\"clock\":\"mono\",\"begin\":400,\"end\":410,\"pure\":false},{\"id\":5,\"kind\":\"a-long-name-of-a-plant-on-the-page\","
		"\"cause\":\"deserialise@worker\",\"clock\":\"mono\",\"begin\":500,\"end\":510,\"pure\":false,\"pair\":6},{\"id\":6,"
		"\"kind\":\"hogs\",\"cause\":\"cpu-external\",\"clock\":\"mono\",\"begin\":500,\"end\":510,\"pure\":false}");
	score_scene_spike(scene, 100, 10, "js@main", 10, NULL);
	score_scene_spike(scene, 200, 10, "gc@main", 10, NULL);
	score_scene_spike(scene, 400, 10, "js@main", 10, NULL);
	score_scene_spike(scene, 500, 10, "deserialise@worker", 6, "cpu-external");
	score_scene_spike(scene, 800, 10, "unexplained", 10, NULL);
	explain_spikes_end(&scene->result.spikes);
	score_add(&set->score, SCORE_LAUNCH, &scene->truth, &scene->result);
	score_end(&set->score);
	score_set_add_run(set, &(struct score_run){ .id = EXPLAINED_RUN, .seed = held_out ? 9000 : 3, .threshold_ms = 5,
		.launches = 1, .left_out = 2 });
	score_set_add_refusal(set, EXPLAINED_RUN ":8", "the trace is lossy");
	set->controls = (struct score_controls){ .another = { 0 }, .shifted = { 3, 2, 70, 4 }, .bare = 3, .guest_spikes = 12,
		.bare_js = { 5, 6 } };
}

static void the_text_tells_everything_within_a_hundred_columns(void **state)
{
	(void)state;
	static const char *const parts[] = {
		"seeds by which the rule was tuned\n", "2 more, void, failed or saturated, left out", ":8 is told no causes",
		"js-page", "1 of 2", "50.0 %", "[9.5, 90.5]", "stop: 1 did not happen (the renderer was gone)",
		"  js-page (js@main): js@main 1, gc@main 1\n", "  storm-page (gc@main): js@main 1\n",
		"mixtures: 1 of 1 right, 100.0 % [20.7, 100.0]; by the planted name alone 0, 0.0 %",
		"a-long-name-of-a-plant-on-the-page + hogs", "1 of 5 spikes, 1 episode of their own",
		"not tried, it takes two launches", "2 of 3 launches refused, 4 of 70 spikes named", "4 of 70 spikes named: missed", "5 of 6 guest episodes are",
		"≥ 95 %", "≤ 2 %", "missed",
	};
	struct score_scene scene;
	struct score_set set;
	play(&scene, &set, false);
	char *text = text_of(&set);
	explained_holds(text, parts, SCENE_COUNT(parts));
	free(text);
	score_set_release(&set);
	score_scene_release(&scene);
}

static void held_out_seeds_say_so(void **state)
{
	(void)state;
	static const char *const parts[] = { "seeds held out until the rule was frozen" };
	struct score_scene scene;
	struct score_set set;
	play(&scene, &set, true);
	char *text = text_of(&set);
	explained_holds(text, parts, 1);
	free(text);
	struct json *document = document_of(&set);
	assert_string_equal(json_text(json_at(json_get(document, "sets"), 0), "set", ""), "held-out");
	json_free(document);
	score_set_release(&set);
	score_scene_release(&scene);
}

static void nothing_scored_is_a_text_too(void **state)
{
	(void)state;
	struct score_set set = { .run_count = 0 };
	score_end(&set.score);
	free(text_of(&set));
	json_free(document_of(&set));
}

static const struct json *find(const struct json *list, const char *key, const char *value)
{
	for (const struct json *item = json_first(list); item; item = json_next(item)) {
		if (strcmp(json_text(item, key, ""), value) == 0)
			return item;
	}
	fail_msg("no %s %s", key, value);
	return NULL;
}

static void the_document_agrees_with_itself(void **state)
{
	(void)state;
	struct score_scene scene;
	struct score_set set;
	play(&scene, &set, false);
	struct json *document = document_of(&set);
	const struct json *told = json_at(json_get(document, "sets"), 0), *totals = json_get(told, "totals");
	assert_true(json_number(document, "schema", 0) == 1);
	assert_int_equal(json_length(json_get(told, "episodes")), 6); /* the pair is one */
	double plants = 0, right = 0, episodes = 0, named = 0;
	for (const struct json *kind = json_first(json_get(told, "kinds")); kind; kind = json_next(kind)) {
		double verdicts = 0;
		for (const struct json *one = json_first(json_get(kind, "verdicts")); one; one = json_next(one))
			verdicts += json_as_number(one, NAN);
		assert_true(verdicts == json_number(kind, "plants", NAN));
		plants += verdicts;
		right += json_number(json_get(kind, "right"), "k", NAN);
		episodes += json_number(kind, "episodes", NAN);
		for (const struct json *one = json_first(json_get(kind, "named")); one; one = json_next(one))
			named += json_as_number(one, NAN);
	}
	assert_true(plants == 6 && named == episodes);
	assert_true(json_number(json_get(totals, "all"), "k", NAN) == right);
	assert_true(json_number(json_get(totals, "all"), "n", NAN) == episodes);
	const struct json *pure = find(json_get(told, "targets"), "name", "pure");
	assert_true(json_number(pure, "k", NAN) == 1 && json_number(pure, "n", NAN) == 2);
	assert_int_equal(json_type(json_get(pure, "met")), JSON_BOOL);
	assert_false(json_bool(pure, "met", true));
	assert_true(json_bool(find(json_get(told, "targets"), "name", "sums"), "met", false));
	const struct json *controls = json_get(told, "controls");
	assert_int_equal(json_type(json_get(json_get(controls, "samples_of_another_launch"), "met")), JSON_NULL);
	assert_false(json_bool(json_get(controls, "samples_shifted"), "met", true));
	assert_true(json_bool(json_get(controls, "measures_removed"), "met", false));
	const struct json *failed = find(json_get(told, "episodes"), "verdict", "not happened");
	assert_string_equal(json_text(failed, "failed", ""), "the renderer was gone");
	assert_int_equal(json_type(json_get(failed, "begin_us")), JSON_NULL);
	json_free(document);
	score_set_release(&set);
	score_scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_text_tells_everything_within_a_hundred_columns),
		cmocka_unit_test(held_out_seeds_say_so),
		cmocka_unit_test(nothing_scored_is_a_text_too),
		cmocka_unit_test(the_document_agrees_with_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
