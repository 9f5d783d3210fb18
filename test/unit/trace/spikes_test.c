#include "trace/scene.h"

#include "trace/spikes.h"

/* A spike of sample `sample`, due then and back `response_ms` later, half of it each by two causes (in ms). */
static void add(struct explain_spikes *spikes, size_t sample, double due_ms, double response_ms, enum explain_refusal refusal,
	int cause, double ms, int other)
{
	double sums_ms[TRACE_CAUSES] = { 0 };
	const struct explain_spike spike = { .sample = sample, .due_us = 1000 * due_ms,
		.returned_us = 1000 * (due_ms + response_ms), .response_ms = response_ms, .refusal = refusal };
	sums_ms[cause] += ms;
	sums_ms[other] += response_ms - ms;
	explain_spikes_add(spikes, &spike, sums_ms);
}

static void parts_come_largest_first_and_name_the_cause(void **state)
{
	(void)state;
	struct explain_spikes spikes = { 0 };
	add(&spikes, 3, 100, 20, EXPLAIN_TOLD, 5, 7, 9);   /* 13 of 20 are cause 9: 65 % */
	add(&spikes, 5, 200, 20, EXPLAIN_TOLD, 5, 8.1, 9); /* 59.5 % */
	add(&spikes, 7, 300, 20, EXPLAIN_TOLD, 9, 20, 5);
	add(&spikes, 9, 400, 20, EXPLAIN_TOLD, 5, 10, 9);  /* equal: in the causes' own order */
	explain_spikes_end(&spikes);
	static const struct { int cause; bool mixed; int second; size_t parts; } rows[] = {
		{ 9, false, TRACE_NO_CAUSE, 2 }, { 9, true, 5, 2 }, { 9, false, TRACE_NO_CAUSE, 1 }, { 5, true, 9, 2 },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		assert_int_equal(spikes.items[i].cause, rows[i].cause);
		assert_int_equal(spikes.items[i].mixed, rows[i].mixed);
		assert_int_equal(spikes.items[i].second, rows[i].second);
		assert_int_equal(spikes.items[i].part_count, rows[i].parts);
	}
	explain_spikes_release(&spikes);
}

static void episodes_are_runs_of_neighbours(void **state)
{
	(void)state;
	struct explain_spikes spikes = { 0 };
	add(&spikes, 3, 100, 30, EXPLAIN_TOLD, 1, 30, 2);
	add(&spikes, 4, 105, 25, EXPLAIN_TOLD, 1, 25, 2);
	add(&spikes, 5, 110, 40, EXPLAIN_TOLD, 2, 40, 1);
	add(&spikes, 7, 120, 50, EXPLAIN_TOLD, 3, 50, 1); /* 6 was on time; it was back at 150, so 20 ms are new */
	add(&spikes, 8, 300, NAN, EXPLAIN_UNANSWERED, 1, 0, 1);
	add(&spikes, 20, 400, 10, EXPLAIN_OUTSIDE, 1, 10, 1);
	explain_spikes_end(&spikes);
	assert_int_equal(spikes.episode_count, 3);
	static const struct { size_t first, count, worst; double stalled_ms; int cause; } rows[] = {
		{ 0, 3, 2, 50, 1 }, { 3, 2, 4, 20, 3 }, { 5, 1, 5, 10, TRACE_NO_CAUSE },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		const struct explain_episode *episode = &spikes.episodes[i];
		assert_int_equal(episode->first, rows[i].first);
		assert_int_equal(episode->count, rows[i].count);
		assert_int_equal(episode->worst, rows[i].worst); /* what was never answered is worse than all */
		assert_true(episode->stalled_ms == rows[i].stalled_ms);
		assert_int_equal(episode->cause, rows[i].cause);
	}
	assert_int_equal(spikes.items[4].episode, 1);
	assert_int_equal(spikes.explained, 4);
	assert_true(spikes.stalled_ms == 80 && spikes.refused_ms == 10);
	explain_spikes_release(&spikes);
}

static void stalled_time_is_shared_out_once(void **state)
{
	(void)state;
	struct explain_spikes spikes = { 0 };
	add(&spikes, 3, 100, 30, EXPLAIN_TOLD, 1, 30, 2);
	add(&spikes, 4, 110, 20, EXPLAIN_TOLD, 2, 20, 1); /* 50 ms of parts in 30 ms of stall */
	spikes.fast_ms[7] = 3;
	spikes.fast_ms[1] = 1;
	explain_spikes_end(&spikes);
	assert_true(spikes.shares[1].ms == 18 && spikes.shares[2].ms == 12);
	assert_true(spikes.shares[1].share == 0.6 && spikes.shares[2].share == 0.4 && spikes.shares[7].share == 0);
	assert_true(spikes.shares[7].fast_share == 0.75 && spikes.shares[2].fast_share == 0);
	assert_int_equal(spikes.shares[1].episodes, 1);
	assert_int_equal(spikes.shares[2].episodes, 0);
	assert_int_equal(spikes.shares[2].spikes, 1);
	explain_spikes_release(&spikes);
}

static void refusing_takes_all_causes_back(void **state)
{
	(void)state;
	struct explain_spikes spikes = { 0 };
	add(&spikes, 3, 100, 30, EXPLAIN_TOLD, 1, 30, 2);
	add(&spikes, 9, 100, 30, EXPLAIN_OUTSIDE, 1, 30, 2);
	explain_spikes_refuse(&spikes, EXPLAIN_LAUNCH);
	explain_spikes_end(&spikes);
	assert_int_equal(spikes.items[0].refusal, EXPLAIN_LAUNCH);
	assert_int_equal(spikes.items[1].refusal, EXPLAIN_OUTSIDE); /* its own reason stays */
	assert_int_equal(spikes.items[0].part_count, 0);
	assert_int_equal(spikes.explained, 0);
	assert_true(isnan(spikes.shares[1].share));
	explain_spikes_release(&spikes);
}

static void every_refusal_has_a_sentence(void **state)
{
	(void)state;
	assert_string_equal(explain_refusal_text(EXPLAIN_TOLD), "");
	for (int refusal = EXPLAIN_TOLD + 1; refusal < EXPLAIN_REFUSALS; refusal++)
		assert_true(strlen(explain_refusal_text((enum explain_refusal)refusal)) > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_come_largest_first_and_name_the_cause),
		cmocka_unit_test(episodes_are_runs_of_neighbours),
		cmocka_unit_test(stalled_time_is_shared_out_once),
		cmocka_unit_test(refusing_takes_all_causes_back),
		cmocka_unit_test(every_refusal_has_a_sentence),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
