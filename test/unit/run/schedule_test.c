#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/schedule.h"

enum { ARMS = 3, BLOCKS = 10, SLOTS_MAX = 100 };

/* Runs a schedule to its end; `result_of` decides each launch. Returns the slots made. */
typedef enum schedule_result (*result_fn)(const struct schedule_slot *slot);

static size_t play_out(struct schedule *schedule, result_fn result_of, struct schedule_slot *slots)
{
	size_t count = 0;
	while (schedule_next(schedule, &slots[count])) {
		schedule_report(schedule, result_of(&slots[count]));
		count++;
		assert_true(count < SLOTS_MAX);
	}
	schedule_free(schedule);
	return count;
}

static size_t play_traced(uint64_t seed, int blocks, enum schedule_trace trace, result_fn result_of,
	struct schedule_slot *slots)
{
	return play_out(schedule_new(seed, ARMS, blocks, trace, true), result_of, slots);
}

static size_t play(uint64_t seed, int blocks, result_fn result_of, struct schedule_slot *slots)
{
	return play_traced(seed, blocks, SCHEDULE_TRACE_OFF, result_of, slots);
}

static enum schedule_result always_valid(const struct schedule_slot *slot)
{
	(void)slot;
	return SCHEDULE_VALID;
}

static enum schedule_result always_void(const struct schedule_slot *slot)
{
	(void)slot;
	return SCHEDULE_VOID;
}

static enum schedule_result void_in_block_2(const struct schedule_slot *slot)
{
	return slot->block == 2 && slot->attempt == 1 && slot->arm == 0 ? SCHEDULE_VOID : SCHEDULE_VALID;
}

static enum schedule_result void_in_the_traced_block(const struct schedule_slot *slot)
{
	return slot->traced ? SCHEDULE_VOID : SCHEDULE_VALID;
}

static enum schedule_result arm_1_fails(const struct schedule_slot *slot)
{
	return slot->arm == 1 ? SCHEDULE_FAILED : SCHEDULE_VALID;
}

static enum schedule_result arm_1_fails_after_block_1(const struct schedule_slot *slot)
{
	return slot->arm == 1 && slot->block > 1 ? SCHEDULE_FAILED : SCHEDULE_VALID;
}

static void every_block_holds_every_arm_once(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	assert_int_equal(play(1, BLOCKS, always_valid, slots), ARMS * BLOCKS);
	for (int b = 0; b < BLOCKS; b++) {
		bool seen[ARMS] = { false };
		for (int i = 0; i < ARMS; i++) {
			const struct schedule_slot *slot = &slots[b * ARMS + i];
			assert_int_equal(slot->block, b + 1);
			assert_int_equal(slot->number, b * ARMS + i + 1);
			assert_int_equal(slot->attempt, 1);
			assert_false(seen[slot->arm]);
			seen[slot->arm] = true;
		}
	}
}

static void orders_come_from_the_seed(void **state)
{
	(void)state;
	struct schedule_slot a[SLOTS_MAX], b[SLOTS_MAX], c[SLOTS_MAX];
	size_t count = play(1, BLOCKS, always_valid, a);
	play(1, BLOCKS, always_valid, b);
	play(2, BLOCKS, always_valid, c);
	bool differs = false, varies = false;
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(a[i].arm, b[i].arm);
		differs |= a[i].arm != c[i].arm;
		varies |= a[i].arm != a[i % ARMS].arm;
	}
	assert_true(differs);
	assert_true(varies);
}

static void a_void_block_is_rerun_once_and_whole(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play(3, BLOCKS, void_in_block_2, slots);
	size_t reruns = 0;
	assert_int_equal(count, ARMS * (BLOCKS + 1));
	for (size_t i = 0; i < count; i++) {
		if (slots[i].attempt == 2) {
			assert_int_equal(slots[i].block, 2);
			reruns++;
		}
	}
	assert_int_equal(reruns, ARMS);
}

static void reruns_stop_at_a_fifth_of_the_blocks_but_at_least_one(void **state)
{
	(void)state;
	static const struct { int blocks, reruns; } rows[] = {
		{ 1, 1 }, { 4, 1 }, { 6, 1 }, { 9, 1 }, { 10, 2 }, { 20, 4 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct schedule_slot slots[SLOTS_MAX];
		size_t count = play(5, rows[i].blocks, always_void, slots);
		assert_int_equal(count, ARMS * (rows[i].blocks + rows[i].reruns));
	}
}

static void without_reruns_void_blocks_stay(void **state)
{
	(void)state;
	struct schedule *schedule = schedule_new(5, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, false);
	struct schedule_slot slot;
	int made = 0;
	for (; schedule_next(schedule, &slot); made++) {
		assert_int_equal(slot.attempt, 1);
		schedule_report(schedule, SCHEDULE_VOID);
	}
	assert_int_equal(made, ARMS * BLOCKS);
	schedule_free(schedule);
}

static size_t launches_of(const struct schedule_slot *slots, size_t count, size_t arm)
{
	size_t launches = 0;
	for (size_t i = 0; i < count; i++)
		launches += slots[i].arm == arm;
	return launches;
}

static void an_arm_that_never_works_is_stopped_after_three(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play(7, BLOCKS, arm_1_fails, slots);
	assert_int_equal(launches_of(slots, count, 0), BLOCKS);
	assert_int_equal(launches_of(slots, count, 1), 3);
}

static void an_arm_that_worked_once_goes_on(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play(7, BLOCKS, arm_1_fails_after_block_1, slots);
	assert_int_equal(launches_of(slots, count, 1), BLOCKS);
}

static void the_total_foresees_the_end(void **state)
{
	(void)state;
	struct schedule *schedule = schedule_new(9, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, true);
	struct schedule_slot slot;
	assert_int_equal(schedule_total(schedule), ARMS * BLOCKS);
	schedule_stop_arm(schedule, 2);
	assert_int_equal(schedule_total(schedule), 2 * BLOCKS);
	assert_true(schedule_arm_stopped(schedule, 2));
	int made = 0;
	while (schedule_next(schedule, &slot)) {
		assert_int_equal(schedule_total(schedule), 2 * BLOCKS);
		assert_int_not_equal(slot.arm, 2);
		schedule_report(schedule, SCHEDULE_VALID);
		made++;
	}
	assert_int_equal(made, 2 * BLOCKS);
	schedule_free(schedule);
}

static size_t play_limited(result_fn result_of, struct schedule_slot *slots)
{
	struct schedule *schedule = schedule_new(11, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, true);
	schedule_limit_arm(schedule, 1, 2);
	return play_out(schedule, result_of, slots);
}

static enum schedule_result void_in_block_1(const struct schedule_slot *slot)
{
	return slot->block == 1 && slot->attempt == 1 && slot->arm == 0 ? SCHEDULE_VOID : SCHEDULE_VALID;
}

static enum schedule_result arm_1_is_void_at_first(const struct schedule_slot *slot)
{
	return slot->block <= 4 && slot->arm == 1 ? SCHEDULE_VOID : SCHEDULE_VALID;
}

static enum schedule_result arm_1_always_fails(const struct schedule_slot *slot)
{
	return slot->arm == 1 ? SCHEDULE_FAILED : SCHEDULE_VALID;
}

static void a_limited_arm_is_left_out_when_enough_of_it_stands(void **state)
{
	(void)state;
	static const struct { result_fn result_of; size_t launches; int last_block; } rows[] = {
		{ always_valid, 2, 2 },
		{ arm_1_always_fails, 2, 2 },      /* a failure is a result */
		{ void_in_block_1, 3, 2 },         /* that of the block's first attempt does not count */
		{ arm_1_is_void_at_first, 8, 6 },  /* two reruns, then blocks without it */
	};
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct schedule_slot slots[SLOTS_MAX];
		size_t count = play_limited(rows[r].result_of, slots);
		int last = 0;
		for (size_t i = 0; i < count; i++)
			last = slots[i].arm == 1 ? slots[i].block : last;
		assert_int_equal(launches_of(slots, count, 1), rows[r].launches);
		assert_int_equal(last, rows[r].last_block);
		assert_int_equal(slots[count - 1].block, BLOCKS);
	}
}

static void the_total_knows_the_limit(void **state)
{
	(void)state;
	struct schedule *schedule = schedule_new(9, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, true);
	struct schedule_slot slot;
	schedule_limit_arm(schedule, 1, 2);
	do
		assert_int_equal(schedule_total(schedule), 2 * BLOCKS + 2);
	while (schedule_next(schedule, &slot) && (schedule_report(schedule, SCHEDULE_VALID), true));
	schedule_free(schedule);
}

static void the_traced_block_comes_last_and_is_not_rerun(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play_traced(3, BLOCKS, SCHEDULE_TRACE_EXPLAIN, void_in_the_traced_block, slots);
	assert_int_equal(count, ARMS * (BLOCKS + 1));
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(slots[i].traced, i >= ARMS * BLOCKS);
		assert_int_equal(slots[i].attempt, 1);
		assert_int_equal(slots[i].block, (int)(i / ARMS) + 1);
	}
}

/* The measured blocks are the same, launch for launch, whether or not a traced one follows. */
static void tracing_changes_no_measured_block(void **state)
{
	(void)state;
	struct schedule_slot off[SLOTS_MAX], explain[SLOTS_MAX];
	size_t count = play_traced(4, BLOCKS, SCHEDULE_TRACE_OFF, void_in_block_2, off);
	play_traced(4, BLOCKS, SCHEDULE_TRACE_EXPLAIN, void_in_block_2, explain);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(off[i].arm, explain[i].arm);
		assert_false(off[i].traced || explain[i].traced);
	}
}

static void all_means_every_block(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play_traced(3, BLOCKS, SCHEDULE_TRACE_ALL, void_in_block_2, slots);
	assert_int_equal(count, ARMS * (BLOCKS + 1)); /* one is rerun */
	for (size_t i = 0; i < count; i++)
		assert_true(slots[i].traced);
}

static void the_total_holds_the_traced_block(void **state)
{
	(void)state;
	struct schedule *schedule = schedule_new(9, ARMS, BLOCKS, SCHEDULE_TRACE_EXPLAIN, true);
	assert_int_equal(schedule_total(schedule), ARMS * (BLOCKS + 1));
	schedule_free(schedule);
}

static void a_ring_has_each_arm_recorded_and_not_in_every_block(void **state)
{
	(void)state;
	struct schedule_slot slots[SLOTS_MAX];
	size_t count = play_traced(7, BLOCKS, SCHEDULE_TRACE_RING, always_valid, slots);
	bool mixed = false;
	assert_int_equal(count, 2 * ARMS * BLOCKS);
	for (size_t b = 0; b < BLOCKS; b++) {
		int seen[ARMS][2] = { { 0 } };
		for (size_t i = 2 * ARMS * b; i < 2 * ARMS * (b + 1); i++) {
			assert_int_equal(slots[i].block, (int)b + 1);
			seen[slots[i].arm][slots[i].traced]++;
			mixed |= i > 2 * ARMS * b && slots[i].traced != slots[i - 1].traced && slots[i].arm != slots[i - 1].arm;
		}
		for (size_t a = 0; a < ARMS; a++)
			assert_true(seen[a][0] == 1 && seen[a][1] == 1);
	}
	assert_true(mixed);
}

static void trace_words(void **state)
{
	(void)state;
	static const char *const words[] = { "off", "explain", "all", "ring" };
	enum schedule_trace trace;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(schedule_trace_parse(words[i], &trace), 0);
		assert_string_equal(schedule_trace_name(trace), words[i]);
	}
	assert_int_equal(schedule_trace_parse("rings", &trace), -1);
	assert_int_equal(schedule_trace_parse("", &trace), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_block_holds_every_arm_once),
		cmocka_unit_test(orders_come_from_the_seed),
		cmocka_unit_test(a_void_block_is_rerun_once_and_whole),
		cmocka_unit_test(reruns_stop_at_a_fifth_of_the_blocks_but_at_least_one),
		cmocka_unit_test(without_reruns_void_blocks_stay),
		cmocka_unit_test(an_arm_that_never_works_is_stopped_after_three),
		cmocka_unit_test(an_arm_that_worked_once_goes_on),
		cmocka_unit_test(a_limited_arm_is_left_out_when_enough_of_it_stands),
		cmocka_unit_test(the_total_knows_the_limit),
		cmocka_unit_test(the_total_foresees_the_end),
		cmocka_unit_test(the_traced_block_comes_last_and_is_not_rerun),
		cmocka_unit_test(tracing_changes_no_measured_block),
		cmocka_unit_test(all_means_every_block),
		cmocka_unit_test(the_total_holds_the_traced_block),
		cmocka_unit_test(a_ring_has_each_arm_recorded_and_not_in_every_block),
		cmocka_unit_test(trace_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
