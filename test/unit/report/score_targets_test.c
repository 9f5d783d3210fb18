#include "report/score_scene.h"

#include "report/score_targets.h"

static struct trace_plant plants[] = {
	{ .kind = "js-page", .pure = true }, { .kind = "tier-up", .pure = true }, { .kind = "storm" },
	{ .kind = "hogs" },
};

static struct score_owner owners[4];

/* Kinds with so many right of so many episodes: a pure one, the browser's own tier-up, a mixture, a pair. */
static struct score score_of(struct score_kind kinds[4], const struct score_tally right[4])
{
	plants[0].cause = scene_cause("js@main");
	plants[1].cause = scene_cause("cpu-internal");
	plants[2].cause = scene_cause("gc@main");
	plants[3].cause = scene_cause("cpu-external");
	for (size_t i = 0; i < 4; i++) {
		owners[i] = (struct score_owner){ .plants = { &plants[i], &plants[0] }, .plant_count = i == 3 ? 2 : 1 };
		kinds[i] = (struct score_kind){ .like = &owners[i], .right = right[i], .episodes = right[i].n };
	}
	return (struct score){ .kinds = kinds, .kind_count = 4 };
}

static void a_target_is_met_at_its_goal(void **state)
{
	(void)state;
	static const struct { enum score_target_kind kind; struct score_tally tally; enum score_target_state state; } rows[] = {
		{ SCORE_TARGET_PURE, { 95, 100 }, SCORE_MET }, { SCORE_TARGET_PURE, { 949, 1000 }, SCORE_MISSED },
		{ SCORE_TARGET_PURE, { 0, 0 }, SCORE_NOT_JUDGED }, { SCORE_TARGET_ALL, { 95, 100 }, SCORE_MET },
		{ SCORE_TARGET_ALL, { 94, 100 }, SCORE_MISSED }, { SCORE_TARGET_ALL_BY_NAME, { 95, 100 }, SCORE_MET },
		{ SCORE_TARGET_ALL_BY_NAME, { 94, 100 }, SCORE_MISSED }, { SCORE_TARGET_CLEAR, { 98, 100 }, SCORE_MET },
		{ SCORE_TARGET_CLEAR, { 97, 100 }, SCORE_MISSED }, { SCORE_TARGET_BOTH, { 80, 100 }, SCORE_MET },
		{ SCORE_TARGET_BOTH, { 79, 100 }, SCORE_MISSED }, { SCORE_TARGET_SUMS, { 100, 100 }, SCORE_MET },
		{ SCORE_TARGET_SUMS, { 99999, 100000 }, SCORE_MISSED },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct score score = { 0 };
		struct score_target targets[SCORE_TARGETS];
		struct score_tally *places[SCORE_TARGETS] = { [SCORE_TARGET_PURE] = &score.totals.pure,
			[SCORE_TARGET_ALL] = &score.totals.all,
			[SCORE_TARGET_ALL_BY_NAME] = &score.totals.all_by_name, [SCORE_TARGET_CLEAR] = &score.totals.clear,
			[SCORE_TARGET_BOTH] = &score.totals.both, [SCORE_TARGET_SUMS] = &score.sums };
		*places[rows[i].kind] = rows[i].tally;
		score_targets(&score, targets);
		if (targets[rows[i].kind].state != rows[i].state)
			fail_msg("row %zu: %d", i, targets[rows[i].kind].state);
		for (size_t other = 0; other < SCORE_TARGETS; other++)
			assert_true(other == (size_t)rows[i].kind || targets[other].state == SCORE_NOT_JUDGED);
	}
}

/* scipy.stats.binomtest(33, 35).proportion_ci(method="wilson") */
static void the_interval_is_wilsons(void **state)
{
	(void)state;
	struct interval interval = score_interval((struct score_tally){ 33, 35 });
	assert_true(fabs(interval.value - 33.0 / 35) < 1e-12);
	assert_true(fabs(interval.low - 0.8139294258) < 1e-9);
	assert_true(fabs(interval.high - 0.9841868381) < 1e-9);
}

static void the_worst_pure_kind_is_looked_for(void **state)
{
	(void)state;
	static const struct { struct score_tally right[4]; enum score_target_state state; } rows[] = {
		{ { { 28, 35 }, { 0, 35 }, { 0, 35 }, { 0, 35 } }, SCORE_MET },
		{ { { 27, 35 }, { 35, 35 }, { 35, 35 }, { 35, 35 } }, SCORE_MISSED },
		{ { { 0, 0 }, { 35, 35 }, { 35, 35 }, { 35, 35 } }, SCORE_NOT_JUDGED },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct score_kind kinds[4];
		struct score score = score_of(kinds, rows[i].right);
		struct score_target targets[SCORE_TARGETS];
		score_targets(&score, targets);
		assert_int_equal(targets[SCORE_TARGET_LEAST].state, rows[i].state);
		assert_true(rows[i].state == SCORE_NOT_JUDGED || strstr(targets[SCORE_TARGET_LEAST].text, "js-page"));
	}
}

static void only_the_tier_up_itself_is_excused(void **state)
{
	(void)state;
	struct score_kind kinds[4];
	struct score_target targets[SCORE_TARGETS];
	struct score score = score_of(kinds, (const struct score_tally[4]){ { 35, 35 }, { 0, 35 }, { 35, 35 }, { 35, 35 } });
	score_targets(&score, targets);
	assert_int_equal(targets[SCORE_TARGET_LEAST].state, SCORE_MET);
	plants[1].kind = "crowd"; /* the cause is the same */
	score_targets(&score, targets);
	plants[1].kind = "tier-up";
	assert_int_equal(targets[SCORE_TARGET_LEAST].state, SCORE_MISSED);
	assert_non_null(strstr(targets[SCORE_TARGET_LEAST].text, "crowd"));
}

static void every_kind_but_pairs_needs_its_episodes(void **state)
{
	(void)state;
	static const struct { size_t episodes[4]; enum score_target_state state; const char *rarest; } rows[] = {
		{ { 35, 40, 36, 2 }, SCORE_MET, "js-page" },
		{ { 50, 34, 40, 40 }, SCORE_MISSED, "tier-up" },
		{ { 50, 40, 0, 40 }, SCORE_MISSED, "storm" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct score_kind kinds[4];
		struct score_tally right[4];
		for (size_t k = 0; k < 4; k++)
			right[k] = (struct score_tally){ rows[i].episodes[k], rows[i].episodes[k] };
		struct score score = score_of(kinds, right);
		struct score_target targets[SCORE_TARGETS];
		score_targets(&score, targets);
		assert_int_equal(targets[SCORE_TARGET_EPISODES].state, rows[i].state);
		assert_non_null(strstr(targets[SCORE_TARGET_EPISODES].text, rows[i].rarest));
	}
}

static void little_may_be_unexplained(void **state)
{
	(void)state;
	static const struct { double unexplained_ms; enum score_target_state state; } rows[] = {
		{ 0, SCORE_MET }, { 2, SCORE_MET }, { 2.1, SCORE_MISSED },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct score score = { 0 };
		struct score_target targets[SCORE_TARGETS];
		score.slow_ms[scene_cause("js@main")] = 100 - rows[i].unexplained_ms;
		score.slow_ms[scene_cause("unexplained")] = rows[i].unexplained_ms;
		score_targets(&score, targets);
		assert_int_equal(targets[SCORE_TARGET_UNEXPLAINED].state, rows[i].state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_is_met_at_its_goal),
		cmocka_unit_test(the_interval_is_wilsons),
		cmocka_unit_test(the_worst_pure_kind_is_looked_for),
		cmocka_unit_test(only_the_tier_up_itself_is_excused),
		cmocka_unit_test(every_kind_but_pairs_needs_its_episodes),
		cmocka_unit_test(little_may_be_unexplained),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
