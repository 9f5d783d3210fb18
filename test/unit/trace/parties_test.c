#include "trace/scene.h"

#include "trace/parties.h"

static struct trace_text text_of(const char *text)
{
	return (struct trace_text){ text, strlen(text), false };
}

static bool mark(struct trace_parties *parties, int pid, int tid, const char *name, double ts_us)
{
	const char *args = "{\"data\":{\"startTime\":5}}";
	const struct trace_event event = { .phase = 'I', .pid = pid, .tid = tid, .ts_us = ts_us, .name = text_of(name),
		.args = { TRACE_OBJECT, text_of(args) } };
	return trace_parties_take(parties, &event);
}

static void slice(struct trace_parties *parties, int pid, int tid, double ts_us)
{
	const struct trace_event event = { .phase = 'X', .pid = pid, .tid = tid, .ts_us = ts_us, .dur_us = 10, .tts_us = 1,
		.name = text_of("MajorGC") };
	trace_parties_take(parties, &event);
}

static void marks_name_the_threads(void **state)
{
	(void)state;
	struct trace_parties parties;
	trace_parties_init(&parties);
	for (int tid = 1; tid < 20; tid++)
		slice(&parties, 7, tid, 1000 + tid);
	slice(&parties, 8, 1, 1000); /* another renderer, whose main thread has the same tid */
	assert_int_equal(trace_parties_slices(&parties), 20);
	assert_true(mark(&parties, 7, 1, "align:main", 2000));
	assert_false(trace_parties_known(&parties));
	assert_false(mark(&parties, 7, 13, "align:other", 2000));
	assert_true(mark(&parties, 7, 13, "align:worker", 2000));
	assert_true(trace_parties_known(&parties));
	/* What they had done before is kept, the others are forgotten, now and from now on. */
	assert_int_equal(trace_parties_slices(&parties), 2);
	slice(&parties, 7, 5, 3000);
	slice(&parties, 8, 1, 3000);
	slice(&parties, 7, 13, 3000);
	assert_int_equal(trace_parties_slices(&parties), 3);
	assert_int_equal(parties.roles[TRACE_MAIN]->lane.pid, 7);
	assert_int_equal(parties.roles[TRACE_WORKER]->lane.tid, 13);
	assert_true(parties.roles[TRACE_WORKER]->first_us == 1013);
	trace_parties_release(&parties);
}

static void the_thread_with_the_most_marks_has_the_role(void **state)
{
	(void)state;
	struct trace_parties parties;
	trace_parties_init(&parties);
	mark(&parties, 7, 1, "align:main", 2000);
	mark(&parties, 7, 13, "align:worker", 2000); /* the worker of before the page was loaded again */
	mark(&parties, 7, 13, "align:worker", 2001);
	mark(&parties, 7, 14, "align:worker", 3000);
	assert_int_equal(parties.roles[TRACE_WORKER]->lane.tid, 13);
	mark(&parties, 7, 14, "align:worker", 3001); /* the later one of equals */
	assert_int_equal(parties.roles[TRACE_WORKER]->lane.tid, 14);
	mark(&parties, 7, 13, "align:worker", 3002);
	assert_int_equal(parties.roles[TRACE_WORKER]->lane.tid, 13);
	trace_parties_release(&parties);
}

/* In protobuf a later thread may be told first. */
static void of_equals_the_later_one_whoever_is_told_first(void **state)
{
	(void)state;
	struct trace_parties parties;
	trace_parties_init(&parties);
	mark(&parties, 7, 14, "align:worker", 3000);
	mark(&parties, 7, 14, "align:worker", 3001);
	mark(&parties, 7, 13, "align:worker", 2000);
	mark(&parties, 7, 13, "align:worker", 2001);
	assert_int_equal(parties.roles[TRACE_WORKER]->lane.tid, 14);
	trace_parties_release(&parties);
}

static void marks_without_a_time_name_nobody(void **state)
{
	(void)state;
	struct trace_parties parties;
	trace_parties_init(&parties);
	mark(&parties, 7, 1, "align:main", NAN);
	assert_null(parties.roles[TRACE_MAIN]);
	/* A measure of that name, or a slice, is no mark. */
	const struct trace_event event = { .phase = 'X', .pid = 7, .tid = 1, .ts_us = 5, .name = text_of("align:main") };
	assert_false(trace_parties_take(&parties, &event));
	assert_null(parties.roles[TRACE_MAIN]);
	trace_parties_release(&parties);
}

static void threads_without_end_take_no_more_room(void **state)
{
	(void)state;
	struct trace_parties parties;
	trace_parties_init(&parties);
	for (int tid = 0; tid < 3 * TRACE_PARTIES_MAX; tid++)
		slice(&parties, 7, tid, 1000);
	assert_int_equal(parties.count, TRACE_PARTIES_MAX);
	assert_true(mark(&parties, 7, 100000, "align:main", 2000)); /* there is room for those that matter */
	assert_non_null(parties.roles[TRACE_MAIN]);
	for (int tid = 0; tid < 5 * TRACE_PARTIES_MAX; tid++)
		mark(&parties, 9, tid, "align:main", 2000);
	assert_int_equal(parties.count, 2 * TRACE_PARTIES_MAX);
	trace_parties_release(&parties);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_name_the_threads),
		cmocka_unit_test(the_thread_with_the_most_marks_has_the_role),
		cmocka_unit_test(of_equals_the_later_one_whoever_is_told_first),
		cmocka_unit_test(marks_without_a_time_name_nobody),
		cmocka_unit_test(threads_without_end_take_no_more_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
