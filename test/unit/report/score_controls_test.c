#include "report/score_scene.h"

#include "report/score_controls.h"

static void only_what_is_told_nothing_has_failed_to_explain(void **state)
{
	(void)state;
	static const struct { size_t spikes, told; enum score_target_state state; } rows[] = {
		{ 3, 0, SCORE_MET }, { 3, 1, SCORE_MISSED }, { 3, 3, SCORE_MISSED }, { 0, 0, SCORE_NOT_JUDGED },
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scene;
		struct score_control control = { 0 };
		score_scene_init(&scene);
		for (size_t i = 0; i < rows[r].spikes; i++) {
			if (i < rows[r].told)
				score_scene_spike(&scene, 100 + 50.0 * (double)i, 10, "js@main", 10, NULL);
			else
				score_scene_refused(&scene, 100 + 50.0 * (double)i, 10);
		}
		explain_spikes_end(&scene.result.spikes);
		score_control_add(&control, &scene.result);
		assert_int_equal(control.launches, 1);
		assert_int_equal(control.refused, rows[r].told == 0);
		assert_int_equal(control.told, rows[r].told);
		assert_int_equal(score_control_state(&control), rows[r].state);
		score_scene_release(&scene);
	}
	const struct score_control one_of_two = { .launches = 2, .refused = 1, .spikes = 9, .told = 4 };
	assert_int_equal(score_control_state(&one_of_two), SCORE_MISSED);
}

/* A guest of each thread, and a page's js; what they are named with the measures, and without. */
static void without_measures_a_guest_has_to_be_js_of_its_thread(void **state)
{
	(void)state;
	static const struct { const char *with[3], *without[3]; size_t js, guests; enum score_target_state state; } rows[] = {
		{ { "guest@worker", "guest-gc@main", "js@main" }, { "js@worker", "js@main", "js@main" }, 2, 0, SCORE_MET },
		{ { "guest@worker", "guest-gc@main", "js@main" }, { "js@main", "js@main", "js@main" }, 1, 0, SCORE_MET },
		{ { "guest@worker", "guest-gc@main", "js@main" }, { "js@worker", "guest@main", "js@main" }, 1, 1, SCORE_MISSED },
		{ { "js@worker", "js@main", "js@main" }, { "js@worker", "js@main", "js@main" }, 2, 0, SCORE_NOT_JUDGED },
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scenes[2];
		struct score_controls controls = { 0 };
		for (int s = 0; s < 2; s++) {
			score_scene_init(&scenes[s]);
			score_scene_truth(&scenes[s], "{\"id\":0,\"kind\":\"go\",\"cause\":\"guest@worker\",\"clock\":\"mono\","
				"\"begin\":100,\"end\":110,\"pure\":true},{\"id\":1,\"kind\":\"go-gc\",\"cause\":\"guest-gc@main\","
				"\"clock\":\"mono\",\"begin\":200,\"end\":210,\"pure\":true},{\"id\":2,\"kind\":\"js-page\","
				"\"cause\":\"js@main\",\"clock\":\"mono\",\"begin\":300,\"end\":310,\"pure\":true},{\"id\":3,\"kind\":\"go\","
				"\"cause\":\"guest@worker\",\"clock\":\"mono\",\"begin\":400,\"end\":410,\"pure\":true}");
			for (size_t i = 0; i < 3; i++)
				score_scene_spike(&scenes[s], 100 + 100.0 * (double)i, 10,
					s ? rows[r].without[i] : rows[r].with[i], 10, NULL);
			explain_spikes_end(&scenes[s].result.spikes);
		}
		score_controls_add_bare(&controls, &scenes[0].truth, &scenes[0].result, &scenes[1].result);
		assert_int_equal(controls.bare, 1);
		assert_int_equal(controls.bare_js.n, 2); /* the one that is silent is no episode */
		assert_int_equal(controls.bare_js.k, rows[r].js);
		assert_int_equal(controls.bare_guest_spikes, rows[r].guests);
		assert_int_equal(score_controls_bare_state(&controls), rows[r].state);
		for (int s = 0; s < 2; s++)
			score_scene_release(&scenes[s]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_what_is_told_nothing_has_failed_to_explain),
		cmocka_unit_test(without_measures_a_guest_has_to_be_js_of_its_thread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
