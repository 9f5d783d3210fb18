/* A run that was interrupted after each of its launches is gone on with as if it had not been: the launches that stand and
 * those that the schedule gives then are those of a run that was left alone. */
#include "run/resume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fixture.h"

enum { ARMS = 3, BLOCKS = 4, MOST = 100 };

static const size_t arms[ARMS] = { 0, 2, 3 };

/* Which launches come to nothing: some void ones, so that blocks are made again, and an arm that fails until it is stopped. */
static const char *outcome_of(const struct schedule_slot *slot)
{
	if (slot->arm == 1)
		return "failed";
	return slot->block == 2 && slot->attempt == 1 && slot->arm == 2 ? "void" : "valid";
}

static enum schedule_result result_of(const char *outcome)
{
	return strcmp(outcome, "void") == 0 ? SCHEDULE_VOID : strcmp(outcome, "failed") == 0 ? SCHEDULE_FAILED : SCHEDULE_VALID;
}

static struct store_launch launch_of(const struct fixture *fixture, const struct schedule_slot *slot, int number)
{
	return (struct store_launch){ .number = number, .block = slot->block, .attempt = slot->attempt, .traced = slot->traced,
		.arm = (char *)fixture->probe->arms[arms[slot->arm]].name, .outcome = (char *)outcome_of(slot) };
}

/* Appends what the schedule still gives. */
static size_t go_on(const struct fixture *fixture, struct schedule *schedule, int lost, struct store_launch *launches, size_t count)
{
	struct schedule_slot slot;
	while (schedule_next(schedule, &slot)) {
		assert_true(count < MOST);
		schedule_report(schedule, result_of(outcome_of(&slot)));
		launches[count++] = launch_of(fixture, &slot, slot.number + lost);
	}
	return count;
}

static void assert_same(const struct store_launch *a, const struct store_launch *b)
{
	assert_int_equal(a->block, b->block);
	assert_int_equal(a->attempt, b->attempt);
	assert_string_equal(a->arm, b->arm);
	assert_true(a->traced == b->traced);
}

static void goes_on_wherever_it_was_interrupted(void **state)
{
	(void)state;
	struct fixture fixture;
	struct err err = { 0 };
	struct store_launch whole[MOST], again[MOST];
	fixture_init(&fixture, 0);
	struct run_request request = { .probe = fixture.probe, .arms = arms, .arm_count = ARMS, .blocks = BLOCKS };
	struct schedule *schedule = schedule_new(5, ARMS, BLOCKS, SCHEDULE_TRACE_EXPLAIN, true);
	size_t count = go_on(&fixture, schedule, 0, whole, 0);
	schedule_free(schedule);
	assert_true(count > ARMS * BLOCKS / 2);
	for (size_t done = 0; done <= count; done++) {
		struct resume resume;
		memcpy(again, whole, done * sizeof(*again));
		if (done < count) { /* that launch was under way */
			again[done] = whole[done];
			again[done].outcome = (char *)"abandoned";
		}
		schedule = schedule_new(5, ARMS, BLOCKS, SCHEDULE_TRACE_EXPLAIN, true);
		assert_int_equal(resume_schedule(again, done + (done < count), &request, schedule, &resume, &err), 0);
		assert_int_equal(resume.stand, done);
		assert_int_equal(resume.taken, done + (done < count));
		assert_int_equal(resume.block, done ? whole[done - 1].block : 0);
		assert_int_equal(go_on(&fixture, schedule, resume.taken - resume.stand, again, done), count);
		for (size_t i = 0; i < count; i++)
			assert_same(&again[i], &whole[i]);
		for (size_t i = done; i < count; i++)
			assert_int_equal(again[i].number, i + 2); /* never the abandoned one's */
		schedule_free(schedule);
	}
	fixture_release(&fixture);
}

static void refuses_launches_of_another_order(void **state)
{
	(void)state;
	struct fixture fixture;
	struct err err = { 0 };
	struct resume resume;
	struct store_launch launches[MOST];
	fixture_init(&fixture, 0);
	struct run_request request = { .probe = fixture.probe, .arms = arms, .arm_count = ARMS, .blocks = BLOCKS };
	struct schedule *schedule = schedule_new(5, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, true);
	size_t count = go_on(&fixture, schedule, 0, launches, 0);
	schedule_free(schedule);
	launches[3].block++;
	schedule = schedule_new(5, ARMS, BLOCKS, SCHEDULE_TRACE_OFF, true);
	assert_int_equal(resume_schedule(launches, count, &request, schedule, &resume, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_non_null(strstr(err.text, "launch 4"));
	schedule_free(schedule);
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_on_wherever_it_was_interrupted),
		cmocka_unit_test(refuses_launches_of_another_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
