#include "trace/scene.h"

#include "trace/truth.h"

#define PLANT "\"kind\":\"js-page\",\"cause\":\"js@main\",\"clock\":\"main\",\"begin\":10,\"end\":14.5,\"pure\":true"

static struct trace_truth read_plants(const char *plants)
{
	struct trace_truth truth;
	struct err err = { 0 };
	char *text = mem_format("{\"schema\":1,\"plants\":[%s]}", plants);
	if (trace_truth_parse(text, strlen(text), &truth, &err))
		fail_msg("%s", err.text);
	free(text);
	return truth;
}

static void a_plant_is_read_with_all_its_members(void **state)
{
	(void)state;
	struct trace_truth truth = read_plants("{\"id\":7," PLANT ",\"also\":[\"gc@main\",\"task@main\"],\"pair\":null,"
		"\"note\":\"three rounds\"}");
	assert_int_equal(truth.count, 1);
	const struct trace_plant *plant = &truth.plants[0];
	assert_int_equal(plant->id, 7);
	assert_string_equal(plant->kind, "js-page");
	assert_string_equal(trace_cause_name(plant->cause), "js@main");
	assert_int_equal(plant->clock, TRACE_TRUTH_MAIN);
	assert_true(plant->begin_ms == 10 && plant->end_ms == 14.5 && plant->pure && !plant->failed);
	assert_true(plant->pair == TRACE_PLANT_ALONE);
	trace_truth_release(&truth);
}

static void what_is_true_too_holds_and_nothing_else(void **state)
{
	(void)state;
	struct trace_truth truth = read_plants("{\"id\":7," PLANT ",\"also\":[\"gc@main\",\"unexplained\"]}");
	size_t held = 0;
	for (int cause = TRACE_NO_CAUSE; cause < TRACE_CAUSES; cause++)
		held += trace_plant_holds(&truth.plants[0], cause);
	assert_int_equal(held, 3);
	assert_true(trace_plant_holds(&truth.plants[0], trace_cause_parse("js@main")));
	assert_true(trace_plant_holds(&truth.plants[0], trace_cause_parse("gc@main")));
	assert_true(trace_plant_holds(&truth.plants[0], trace_cause_parse("unexplained"))); /* the last of the list */
	trace_truth_release(&truth);
}

static void times_come_on_the_traces_clock(void **state)
{
	(void)state;
	static const struct { const char *clock; double begin_us; } rows[] = {
		{ "main", 500000 + 10000 }, { "worker", 700000 + 10000 }, { "mono", 10000 },
	};
	static const double offsets_us[TRACE_ROLES] = { 500000, 700000 };
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		char *text = mem_format("{\"id\":0,\"kind\":\"x\",\"cause\":\"stopped\",\"clock\":\"%s\",\"begin\":10,\"end\":12,"
			"\"pure\":true}", rows[i].clock);
		struct trace_truth truth = read_plants(text);
		assert_true(trace_plant_begin_us(&truth.plants[0], offsets_us) == rows[i].begin_us);
		assert_true(trace_plant_end_us(&truth.plants[0], offsets_us) == rows[i].begin_us + 2000);
		trace_truth_release(&truth);
		free(text);
	}
}

static void what_did_not_happen_has_no_times(void **state)
{
	(void)state;
	struct trace_truth truth = read_plants("{\"id\":0,\"kind\":\"x\",\"cause\":\"stopped\",\"clock\":\"mono\",\"pure\":true,"
		"\"failed\":\"no such process\"},{\"id\":1," PLANT ",\"failed\":\"late\"}");
	assert_string_equal(truth.plants[0].failed, "no such process");
	assert_true(isnan(truth.plants[0].begin_ms) && isnan(truth.plants[1].end_ms));
	trace_truth_release(&truth);
}

static void either_of_a_pair_may_name_the_other(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"{\"id\":9," PLANT ",\"pair\":4},{\"id\":5," PLANT "},{\"id\":4," PLANT ",\"pair\":9}",
		"{\"id\":9," PLANT ",\"pair\":4},{\"id\":5," PLANT "},{\"id\":4," PLANT "}",
		"{\"id\":9," PLANT "},{\"id\":5," PLANT "},{\"id\":4," PLANT ",\"pair\":9}",
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct trace_truth truth = read_plants(rows[i]);
		assert_int_equal(truth.plants[0].pair, 2);
		assert_true(truth.plants[1].pair == TRACE_PLANT_ALONE);
		assert_int_equal(truth.plants[2].pair, 0);
		trace_truth_release(&truth);
	}
}

static void what_is_no_truth_is_refused_with_its_place(void **state)
{
	(void)state;
#define AROUND(plants) "{\"schema\":1,\"plants\":[" plants "]}"
	static const struct { const char *text, *said; } rows[] = {
		{ "", "the truth" },
		{ "[]", "schema has to be 1" },
		{ "{\"schema\":2,\"plants\":[]}", "schema has to be 1" },
		{ "{\"schema\":1}", "plants has to be a list" },
		{ "{\"schema\":1,\"plants\":{}}", "plants has to be a list" },
		{ AROUND("7"), "plants[0]: ids are whole" },
		{ AROUND("{" PLANT "}"), "plants[0]: ids are whole" },
		{ AROUND("{\"id\":-1," PLANT "}"), "plants[0]: ids are whole" },
		{ AROUND("{\"id\":1.5," PLANT "}"), "plants[0]: ids are whole" },
		{ AROUND("{\"id\":1," PLANT "},{\"id\":1," PLANT "}"), "plants[1]: another plant has the same id" },
		{ AROUND("{\"id\":1,\"cause\":\"js@main\"}"), "plants[0]: kind has to be a text" },
		{ AROUND("{\"id\":1,\"kind\":\"\",\"cause\":\"js@main\"}"), "plants[0]: kind has to be a text" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"js\"}"), "there is no cause 'js'" },
		{ AROUND("{\"id\":1," PLANT ",\"also\":[\"gc\"]}"), "there is no cause 'gc'" },
		{ AROUND("{\"id\":1," PLANT ",\"also\":[3]}"), "there is no cause ''" },
		{ AROUND("{\"id\":1," PLANT ",\"also\":\"gc@main\"}"), "also has to be a list" },
		{ AROUND("{\"id\":1," PLANT ",\"pair\":1}"), "another plant's id" },
		{ AROUND("{\"id\":1," PLANT ",\"pair\":2}"), "another plant's id" },
		{ AROUND("{\"id\":1," PLANT ",\"pair\":\"1\"}"), "ids are whole" },
		{ AROUND("{\"id\":1," PLANT ",\"pair\":2},{\"id\":2," PLANT ",\"pair\":3},{\"id\":3," PLANT "}"), "one pair at most" },
		{ AROUND("{\"id\":1," PLANT ",\"failed\":true}"), "failed has to say why" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"wall\",\"begin\":1,\"end\":2,\"pure\":true}"),
			"clock has to be" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":1,\"end\":2,\"pure\":1}"),
			"pure has to be" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":3,\"end\":2,\"pure\":true}"),
			"begin and end" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":1,\"pure\":true}"), "begin and end" },
		{ AROUND("{\"id\":1,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":1,\"end\":1e300,\"pure\":true}"),
			"begin and end" },
		{ AROUND("{\"id\":1," PLANT "}") "x", "the truth" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct trace_truth truth;
		struct err err = { 0 };
		assert_int_equal(trace_truth_parse(rows[i].text, strlen(rows[i].text), &truth, &err), -1);
		assert_int_equal(err.code, ERR_INVALID);
		if (!strstr(err.text, rows[i].said))
			fail_msg("row %zu: '%s' lacks '%s'", i, err.text, rows[i].said);
		assert_null(truth.root);
		assert_null(truth.plants);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plant_is_read_with_all_its_members),
		cmocka_unit_test(what_is_true_too_holds_and_nothing_else),
		cmocka_unit_test(times_come_on_the_traces_clock),
		cmocka_unit_test(what_did_not_happen_has_no_times),
		cmocka_unit_test(either_of_a_pair_may_name_the_other),
		cmocka_unit_test(what_is_no_truth_is_refused_with_its_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
