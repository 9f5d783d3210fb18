#include "report/score_scene.h"

#include "report/score_need.h"

static void so_many_blocks_are_needed_as_the_rate_says(void **state)
{
	(void)state;
	static const struct { size_t plants, episodes, wanted, blocks, needed; } rows[] = {
		{ 1, 1, 35, 1, 34 }, { 2, 2, 35, 1, 17 },  /* 16.5 */
		{ 35, 35, 35, 4, 0 }, { 36, 34, 35, 34, 1 },
		{ 4, 2, 35, 2, 33 },                       /* half are silent: as many as plants want */
		{ 10, 1, 35, 2, 12 },                      /* 70 plants are enough */
		{ 10, 0, 35, 2, 12 },                      /* silent by its nature */
		{ 70, 0, 35, 2, 0 }, { 70, 34, 35, 20, 0 },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		const struct trace_plant plant = { .kind = "a", .pure = i % 2 == 0 };
		const struct score_owner owner = { .plants = { &plant }, .plant_count = 1 };
		struct score_kind kind = { .like = &owner, .plants = rows[i].plants, .episodes = rows[i].episodes };
		const struct score score = { .kinds = &kind, .kind_count = 1 };
		size_t needed = score_blocks_needed(&score, rows[i].wanted, rows[i].blocks);
		if (needed != rows[i].needed)
			fail_msg("row %zu: %zu", i, needed);
	}
}

static void the_rarest_kind_decides_and_pairs_do_not(void **state)
{
	(void)state;
	const struct trace_plant plant = { .kind = "a", .pure = true };
	const struct score_owner alone = { .plants = { &plant }, .plant_count = 1 };
	const struct score_owner pair = { .plants = { &plant, &plant }, .plant_count = 2 };
	struct score_kind kinds[] = {
		{ .like = &alone, .plants = 20, .episodes = 20 }, { .like = &alone, .plants = 10, .episodes = 10 },
		{ .like = &pair, .plants = 1, .episodes = 1 },
	};
	const struct score score = { .kinds = kinds, .kind_count = 3 };
	assert_int_equal(score_blocks_needed(&score, 20, 5), 5);
	assert_int_equal(score_blocks_needed(&score, 10, 5), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(so_many_blocks_are_needed_as_the_rate_says),
		cmocka_unit_test(the_rarest_kind_decides_and_pairs_do_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
