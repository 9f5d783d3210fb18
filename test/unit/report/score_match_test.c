#include "report/score_scene.h"

#include "report/score_match.h"

/* Plants from 100 to 120 and from 300 to 310; what spike belongs to which: 0 the first, 1 the second, 2 both, −1 nobody. */
static void a_spike_belongs_to_whom_it_overlaps_or_waited_for(void **state)
{
	(void)state;
	struct row { double due_ms, response_ms; int whose; };
	static const struct { struct row spikes[8]; size_t count; size_t stray_episodes; } rows[] = {
		{ { { 90, 9, -1 } }, 1, 1 },                      /* back before it begins */
		{ { { 90, 10, 0 } }, 1, 0 },                      /* to the moment */
		{ { { 95, 20, 0 }, { 100, 15, 0 }, { 105, 12, 0 } }, 3, 0 },
		{ { { 120, 8, 0 } }, 1, 0 },                      /* due at its end */
		{ { { 125, 8, -1 } }, 1, 1 },                     /* after it, alone */
		{ { { 120, 9, 0 }, { 125, 8, 0 }, { 130, 7, 0 } }, 3, 0 }, /* the wait after it */
		{ { { 115, 9, 0 }, { 125, 8, -1 } }, 2, 1 },      /* a sample on time (at 120) parts them */
		{ { { 80, 7, -1 }, { 85, 7, -1 }, { 90, 20, 0 }, { 95, 20, 0 } }, 4, 0 }, /* before it, in the same run */
		{ { { 110, 195, 2 }, { 115, 10, 0 }, { 120, 200, 2 }, { 125, 180, 1 }, { 130, 10, 1 } }, 5, 0 },
		{ { { 105, 300, 2 } }, 1, 0 },                    /* longer than everything */
		{ { { 0, 50, -1 }, { 100, 9, 0 }, { 310, 9, 1 }, { 400, 9, -1 } }, 4, 2 },
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scene;
		struct score_match match;
		size_t expected[2] = { 0, 0 }, strays = 0;
		bool shared = false;
		score_scene_init(&scene);
		score_scene_truth(&scene, "{\"id\":1,\"kind\":\"b\",\"cause\":\"gc@main\",\"clock\":\"main\",\"begin\":200,\"end\":210,"
			"\"pure\":true},{\"id\":0,\"kind\":\"a\",\"cause\":\"js@worker\",\"clock\":\"worker\",\"begin\":70,\"end\":90,"
			"\"pure\":true}");
		for (size_t i = 0; i < rows[r].count; i++) {
			const struct row *spike = &rows[r].spikes[i];
			score_scene_spike(&scene, spike->due_ms, spike->response_ms, "js@worker", spike->response_ms, NULL);
			expected[0] += spike->whose == 0 || spike->whose == 2;
			expected[1] += spike->whose == 1 || spike->whose == 2;
			strays += spike->whose < 0;
			shared |= spike->whose == 2;
		}
		explain_spikes_end(&scene.result.spikes);
		score_match_init(&match, &scene.truth, &scene.result);
		assert_int_equal(match.count, 2);
		assert_string_equal(match.owners[0].plants[0]->kind, "a"); /* by their times, not as listed */
		for (size_t i = 0; i < 2; i++) {
			if (match.owners[i].spikes != expected[i])
				fail_msg("row %zu: plant %zu has %zu spikes, not %zu", r, i, match.owners[i].spikes, expected[i]);
			assert_int_equal(match.owners[i].shared, shared);
		}
		assert_int_equal(match.strays, strays);
		assert_int_equal(match.stray_causes[scene_cause("js@worker")], strays);
		if (match.stray_episodes != rows[r].stray_episodes)
			fail_msg("row %zu: %zu episodes of nobody", r, match.stray_episodes);
		score_match_release(&match);
		score_scene_release(&scene);
	}
}

static void a_pair_has_one_episode(void **state)
{
	(void)state;
	struct score_scene scene;
	struct score_match match;
	score_scene_init(&scene);
	score_scene_truth(&scene, "{\"id\":0,\"kind\":\"z\",\"cause\":\"js@worker\",\"clock\":\"mono\",\"begin\":100,\"end\":130,"
		"\"pure\":false,\"pair\":1},{\"id\":1,\"kind\":\"hogs\",\"cause\":\"cpu-external\",\"clock\":\"mono\",\"begin\":110,"
		"\"end\":150,\"pure\":false}");
	score_scene_spike(&scene, 100, 7, "js@worker", 7, NULL);
	score_scene_spike(&scene, 105, 20, "js@worker", 12, "cpu-external");
	score_scene_spike(&scene, 110, 35, "cpu-external", 30, "js@worker");
	score_scene_refused(&scene, 115, 35);
	score_scene_spike(&scene, 150, 7, "gc@main", 7, NULL);
	explain_spikes_end(&scene.result.spikes);
	score_match_init(&match, &scene.truth, &scene.result);
	assert_int_equal(match.count, 1);
	const struct score_owner *owner = &match.owners[0];
	assert_int_equal(owner->plant_count, 2);
	assert_string_equal(owner->plants[0]->kind, "hogs"); /* by the alphabet */
	assert_int_equal(owner->spikes, 5);
	assert_int_equal(owner->told, 4);
	assert_int_equal(owner->held, 3);
	assert_int_equal(owner->clear, 4); /* 12 of 20 are 60 % */
	assert_int_equal(owner->clear_held, 3);
	assert_false(owner->shared);
	assert_true(fabs(owner->sums_ms[scene_cause("js@worker")] - 24) < 1e-9);
	assert_true(fabs(owner->sums_ms[scene_cause("cpu-external")] - 38) < 1e-9);
	assert_int_equal(match.strays, 0);
	score_match_release(&match);
	score_scene_release(&scene);
}

static void what_was_never_answered_is_looked_for_where_it_was_due(void **state)
{
	(void)state;
	struct score_scene scene;
	struct score_match match;
	score_scene_init(&scene);
	score_scene_truth(&scene, "{\"id\":0,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":100,\"end\":120,"
		"\"pure\":true},{\"id\":1,\"kind\":\"b\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":300,\"end\":320,"
		"\"pure\":true}");
	score_scene_refused(&scene, 110, NAN);
	score_scene_refused(&scene, 200, NAN);
	explain_spikes_end(&scene.result.spikes);
	score_match_init(&match, &scene.truth, &scene.result);
	assert_int_equal(match.owners[0].spikes, 1);
	assert_int_equal(match.owners[0].told, 0);
	assert_int_equal(match.owners[1].spikes, 0);
	assert_int_equal(match.strays, 1);
	score_match_release(&match);
	score_scene_release(&scene);
}

static void what_did_not_happen_owns_nothing(void **state)
{
	(void)state;
	struct score_scene scene;
	struct score_match match;
	score_scene_init(&scene);
	score_scene_truth(&scene, "{\"id\":0,\"kind\":\"a\",\"cause\":\"stopped\",\"clock\":\"mono\",\"pure\":true,"
		"\"failed\":\"no process\"},{\"id\":1,\"kind\":\"b\",\"cause\":\"stopped\",\"clock\":\"mono\",\"begin\":100,\"end\":320,"
		"\"pure\":true}");
	score_scene_spike(&scene, 110, 20, "stopped", 20, NULL);
	explain_spikes_end(&scene.result.spikes);
	score_match_init(&match, &scene.truth, &scene.result);
	assert_int_equal(match.owners[0].spikes, 1);
	assert_null(score_owner_failure(&match.owners[0]));
	assert_int_equal(match.owners[1].spikes, 0);
	assert_string_equal(score_owner_failure(&match.owners[1]), "no process");
	score_match_release(&match);
	score_scene_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_spike_belongs_to_whom_it_overlaps_or_waited_for),
		cmocka_unit_test(a_pair_has_one_episode),
		cmocka_unit_test(what_was_never_answered_is_looked_for_where_it_was_due),
		cmocka_unit_test(what_did_not_happen_owns_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
