#include "report/score_scene.h"

#include "report/score.h"

/* One plant from 100 to 120, and the spikes of its episode: what becomes of it. */
static void an_episode_has_the_verdict_of_its_largest_sum(void **state)
{
	(void)state;
	struct spike { double due_ms, response_ms; const char *cause; double ms; const char *other; };
	static const struct {
		const char *plant;
		struct spike spikes[4];
		size_t count;
		enum score_verdict verdict;
		double share;
		bool clear;
	} rows[] = {
		{ SCORE_PURE, { { 100, 20, "js@main", 20, NULL } }, 1, SCORE_BY_NAME, 1, true },
		{ SCORE_PURE, { { 100, 20, "js@main", 12, "gc@main" } }, 1, SCORE_BY_NAME, 0.6, true },
		{ SCORE_PURE, { { 100, 20, "js@main", 11, "gc@main" } }, 1, SCORE_BY_NAME, 0.55, false },
		{ SCORE_PURE, { { 100, 20, "js@worker", 20, NULL } }, 1, SCORE_WRONG, 1, true }, /* the thread is part of it */
		/* Two spikes are right and short, one is wrong and long: the sum decides. */
		{ SCORE_PURE, { { 100, 10, "js@main", 10, NULL }, { 105, 10, "js@main", 10, NULL }, { 110, 30, "gc@main", 30, NULL } },
			3, SCORE_WRONG, 0.6, true },
		{ SCORE_PURE ",\"also\":[\"gc@main\"]", { { 100, 20, "gc@main", 20, NULL } }, 1, SCORE_ALSO, 1, true },
		{ SCORE_PURE ",\"also\":[\"gc@worker\"]", { { 100, 20, "gc@main", 20, NULL } }, 1, SCORE_WRONG, 1, true },
		{ SCORE_PURE, { { 100, 20, NULL, 0, NULL } }, 1, SCORE_NO_CAUSE, NAN, false },
		{ SCORE_PURE, { { 100, 20, NULL, 0, NULL }, { 105, 9, "js@main", 9, NULL } }, 2, SCORE_BY_NAME, 1, true },
		{ SCORE_PURE, { { 200, 20, "js@main", 20, NULL } }, 1, SCORE_SILENT, NAN, false },
		{ SCORE_PURE ",\"failed\":\"x\"", { { 100, 20, "js@main", 20, NULL } }, 1, SCORE_NOT_HAPPENED, NAN, false },
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scene;
		struct score score;
		char *plant = score_scene_plant(3, "js-page", "js@main", 100, 120, rows[r].plant);
		score_scene_init(&scene);
		score_scene_truth(&scene, plant);
		for (size_t i = 0; i < rows[r].count; i++) {
			const struct spike *spike = &rows[r].spikes[i];
			if (spike->cause)
				score_scene_spike(&scene, spike->due_ms, spike->response_ms, spike->cause, spike->ms, spike->other);
			else
				score_scene_refused(&scene, spike->due_ms, spike->response_ms);
		}
		explain_spikes_end(&scene.result.spikes);
		score_init(&score);
		score_add(&score, SCORE_LAUNCH, &scene.truth, &scene.result);
		score_end(&score);
		assert_int_equal(score.episode_count, 1);
		if (score.episodes[0].verdict != rows[r].verdict)
			fail_msg("row %zu: %s", r, score_verdict_name(score.episodes[0].verdict));
		assert_true(isnan(rows[r].share) ? isnan(score.episodes[0].share)
			: fabs(score.episodes[0].share - rows[r].share) < 1e-9);
		bool right = rows[r].verdict <= SCORE_ALSO, had = rows[r].verdict <= SCORE_NO_CAUSE;
		assert_int_equal(score.totals.pure.k, right);
		assert_int_equal(score.totals.pure.n, had);
		assert_int_equal(score.totals.all.k, right);
		assert_int_equal(score.totals.all.n, had);
		assert_int_equal(score.totals.pure_by_name.k, rows[r].verdict == SCORE_BY_NAME);
		assert_int_equal(score.totals.mixtures.n + score.totals.pairs.n + score.totals.both.n, 0);
		assert_int_equal(score.totals.clear.n, rows[r].clear);
		assert_int_equal(score.totals.clear.k, rows[r].clear && right);
		assert_int_equal(score.kind_count, 1);
		assert_int_equal(score.kinds[0].verdicts[rows[r].verdict], 1);
		assert_int_equal(score.kinds[0].episodes, had);
		score_release(&score);
		score_scene_release(&scene);
		free(plant);
	}
}

/* js@worker from 100 to 130 with hogs from 110 to 150; 40 ms of slow time, split. */
static void of_a_pair_either_name_is_right_and_both_are_counted(void **state)
{
	(void)state;
	static const struct { const char *one, *other, *third; double ms[3]; enum score_verdict verdict; bool both; } rows[] = {
		{ "js@worker", "cpu-external", "gc@main", { 20, 15, 5 }, SCORE_BY_NAME, true },
		{ "js@worker", "cpu-external", "gc@main", { 15, 20, 5 }, SCORE_BY_NAME, true },
		{ "js@worker", "cpu-wait", "gc@main", { 20, 15, 5 }, SCORE_BY_NAME, true }, /* true of the hogs too */
		{ "js@worker", "cpu-wait", "gc@main", { 15, 20, 5 }, SCORE_ALSO, true },
		{ "js@worker", "cpu-external", "gc@main", { 20, 5, 15 }, SCORE_BY_NAME, false },
		{ "gc@main", "cpu-external", "js@worker", { 18, 12, 10 }, SCORE_WRONG, false },
		{ "cpu-external", "cpu-wait", "js@worker", { 18, 12, 10 }, SCORE_BY_NAME, false }, /* both of the same plant */
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scene;
		struct score score;
		score_scene_init(&scene);
		score_scene_truth(&scene, "{\"id\":0,\"kind\":\"js-worker\",\"cause\":\"js@worker\",\"clock\":\"mono\",\"begin\":100,"
			"\"end\":130,\"pure\":false,\"pair\":1},{\"id\":1,\"kind\":\"hogs\",\"cause\":\"cpu-external\",\"clock\":\"mono\","
			"\"begin\":110,\"end\":150,\"pure\":false,\"also\":[\"cpu-wait\"]}");
		score_scene_spike(&scene, 100, rows[r].ms[0] + rows[r].ms[1], rows[r].one, rows[r].ms[0], rows[r].other);
		score_scene_spike(&scene, 105, rows[r].ms[2], rows[r].third, rows[r].ms[2], NULL);
		explain_spikes_end(&scene.result.spikes);
		score_init(&score);
		score_add(&score, SCORE_LAUNCH, &scene.truth, &scene.result);
		score_end(&score);
		assert_int_equal(score.episode_count, 1);
		if (score.episodes[0].verdict != rows[r].verdict || score.episodes[0].both != rows[r].both)
			fail_msg("row %zu: %s, both %d", r, score_verdict_name(score.episodes[0].verdict), score.episodes[0].both);
		assert_int_equal(score.totals.pairs.n, 1);
		assert_int_equal(score.totals.both.k, rows[r].both);
		assert_int_equal(score.totals.all.n, 1);
		assert_int_equal(score.totals.pure.n + score.totals.mixtures.n, 0);
		score_release(&score);
		score_scene_release(&scene);
	}
}

/* Two launches; two kinds that are pure, one mixture, one pair. */
static void kinds_are_counted_over_launches(void **state)
{
	(void)state;
	struct score_scene scenes[2];
	struct score score;
	score_init(&score);
	for (int i = 0; i < 2; i++) {
		struct score_scene *scene = &scenes[i];
		score_scene_init(scene);
		score_scene_truth(scene, "{\"id\":0,\"kind\":\"storm\",\"cause\":\"gc@main\",\"also\":[\"js@main\"],\"clock\":\"mono\","
			"\"begin\":100,\"end\":110,\"pure\":false},{\"id\":1,\"kind\":\"js-worker\",\"cause\":\"js@worker\","
			"\"clock\":\"mono\",\"begin\":200,\"end\":210,\"pure\":true},{\"id\":2,\"kind\":\"js-page\",\"cause\":\"js@main\","
			"\"clock\":\"mono\",\"begin\":300,\"end\":310,\"pure\":true},{\"id\":3,\"kind\":\"js-page\",\"cause\":\"js@main\","
			"\"clock\":\"mono\",\"begin\":400,\"end\":410,\"pure\":true},{\"id\":5,\"kind\":\"js-page\",\"cause\":\"js@main\","
			"\"clock\":\"mono\",\"begin\":500,\"end\":510,\"pure\":false,\"pair\":6},{\"id\":6,\"kind\":\"hogs\","
			"\"cause\":\"cpu-external\",\"clock\":\"mono\",\"begin\":500,\"end\":510,\"pure\":false,\"pair\":5}");
		score_scene_spike(scene, 100, 10, "js@main", 10, NULL);
		score_scene_spike(scene, 200, 10, i ? "js@worker" : "gc@worker", 10, NULL);
		score_scene_spike(scene, 300, 10, "js@main", 10, NULL);
		score_scene_spike(scene, 500, 10, "js@main", 6, "cpu-external");
		score_scene_spike(scene, 700, 10, "unexplained", 10, NULL);
		explain_spikes_end(&scene->result.spikes);
		score_add(&score, SCORE_LAUNCH, &scene->truth, &scene->result);
		score_end(&score); /* counts anew */
	}
	static const struct { const char *kind; size_t plants, silent, right, n, by_name; bool pure; } rows[] = {
		{ "js-page", 4, 2, 2, 2, 2, true }, { "js-worker", 2, 0, 1, 2, 1, true }, { "storm", 2, 0, 2, 2, 0, false },
		{ "hogs", 2, 0, 2, 2, 2, false },
	};
	assert_int_equal(score.kind_count, SCENE_COUNT(rows));
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		const struct score_kind *kind = &score.kinds[i];
		assert_string_equal(kind->like->plants[0]->kind, rows[i].kind);
		assert_int_equal(kind->plants, rows[i].plants);
		assert_int_equal(kind->verdicts[SCORE_SILENT], rows[i].silent);
		assert_int_equal(kind->right.k, rows[i].right);
		assert_int_equal(kind->right.n, rows[i].n);
		assert_int_equal(kind->by_name.k, rows[i].by_name);
		assert_int_equal(score_kind_is_pure(kind), rows[i].pure);
	}
	assert_true(score_kind_is_pair(&score.kinds[3]) && !score_kind_is_pair(&score.kinds[2]));
	assert_int_equal(score.kinds[1].named[scene_cause("gc@worker")], 1);
	assert_int_equal(score.kinds[1].named[scene_cause("js@worker")], 1);
	assert_true(score.totals.pure.k == 3 && score.totals.pure.n == 4);
	assert_true(score.totals.mixtures.k == 2 && score.totals.mixtures_by_name.k == 0);
	assert_true(score.totals.all.k == 7 && score.totals.all.n == 8 && score.totals.all_by_name.k == 5);
	assert_int_equal(score.strays, 2);
	assert_int_equal(score.stray_episodes, 2);
	assert_int_equal(score.stray_causes[scene_cause("unexplained")], 2);
	assert_true(fabs(score_share(score.slow_ms, scene_cause("unexplained")) - 0.2) < 1e-9);
	assert_int_equal(score.samples, 2 * 190);
	score_release(&score);
	for (int i = 0; i < 2; i++)
		score_scene_release(&scenes[i]);
}

static void of_a_refused_launch_everything_is_withheld(void **state)
{
	(void)state;
	struct score_scene scene;
	struct score score;
	score_scene_init(&scene);
	score_scene_truth(&scene, "{\"id\":0,\"kind\":\"js-page\",\"cause\":\"js@main\",\"clock\":\"mono\",\"begin\":100,\"end\":110,"
		"\"pure\":true},{\"id\":5,\"kind\":\"a\",\"cause\":\"js@main\",\"clock\":\"mono\",\"begin\":500,\"end\":510,"
		"\"pure\":false,\"pair\":6},{\"id\":6,\"kind\":\"b\",\"cause\":\"cpu-external\",\"clock\":\"mono\",\"begin\":500,"
		"\"end\":510,\"pure\":false}");
	score_scene_spike(&scene, 100, 10, "js@main", 10, NULL);
	explain_spikes_refuse(&scene.result.spikes, EXPLAIN_LAUNCH);
	explain_spikes_end(&scene.result.spikes);
	snprintf(scene.result.refusal, sizeof scene.result.refusal, "the trace is lossy");
	score_init(&score);
	score_add(&score, SCORE_LAUNCH, &scene.truth, &scene.result);
	score_end(&score);
	assert_int_equal(score.launches, 1);
	assert_int_equal(score.refused, 1);
	assert_int_equal(score.episode_count, 2); /* the pair is one */
	assert_int_equal(score.kinds[0].verdicts[SCORE_WITHHELD], 1);
	assert_int_equal(score.kinds[1].verdicts[SCORE_WITHHELD], 1);
	assert_true(score.totals.all.n == 0 && score.spikes == 0 && score.strays == 0 && score.sums.n == 0);
	score_release(&score);
	score_scene_release(&scene);
}

static void wrong_sums_are_seen(void **state)
{
	(void)state;
	static const struct { double off_ms; bool twice, right; } rows[] = {
		{ 0, false, true }, { 0.019, false, true }, { -0.019, false, true }, { 0.021, false, false }, { -0.021, false, false },
		{ 0, true, false }, { NAN, false, false },
	};
	for (size_t r = 0; r < SCENE_COUNT(rows); r++) {
		struct score_scene scene;
		struct score score;
		score_scene_init(&scene);
		score_scene_spike(&scene, 100, 10, "js@main", 6, "gc@main");
		struct explain_spike *spike = &scene.result.spikes.items[0];
		spike->parts[0].ms += rows[r].off_ms;
		if (rows[r].twice)
			spike->parts[1].cause = spike->parts[0].cause;
		explain_spikes_end(&scene.result.spikes);
		score_init(&score);
		score_add(&score, SCORE_LAUNCH, &scene.truth, &scene.result);
		score_end(&score);
		assert_int_equal(score.sums.n, 1);
		assert_int_equal(score.sums.k, rows[r].right);
		score_release(&score);
		score_scene_release(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_episode_has_the_verdict_of_its_largest_sum),
		cmocka_unit_test(of_a_pair_either_name_is_right_and_both_are_counted),
		cmocka_unit_test(kinds_are_counted_over_launches),
		cmocka_unit_test(of_a_refused_launch_everything_is_withheld),
		cmocka_unit_test(wrong_sums_are_seen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
