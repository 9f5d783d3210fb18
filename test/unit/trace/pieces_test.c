#include "trace/scene.h"

#include "trace/pieces.h"

/* A task of 500 µs with a handler of 200 µs in it. */
static void fill(struct trace_lane *lane)
{
	const struct trace_name task = { TRACE_TASK, 0 }, js = { TRACE_JS, TRACE_NAME_HANDLER };
	const struct trace_name post = { TRACE_IDLE, TRACE_NAME_POST };
	struct trace_event event = { .phase = 'X', .ts_us = 1000, .dur_us = 500, .tts_us = 1, .tdur_us = 500 };
	trace_lane_init(lane, 1, 1);
	trace_lane_take(lane, &event, &task);
	event.ts_us = 1100;
	event.dur_us = event.tdur_us = 200;
	trace_lane_take(lane, &event, &js);
	event = (struct trace_event){ .phase = 'I', .ts_us = 1400 };
	trace_lane_take(lane, &event, &post);
	trace_lane_end(lane);
}

static void expect_piece(const struct trace_pieces *pieces, size_t index, double from_us, const char *name)
{
	assert_true(pieces->items[index].from_us == from_us);
	assert_string_equal(trace_cause_name(pieces->items[index].causes[TRACE_LEG_AFTER]), name);
}

static void pieces_cover_the_time_and_differ(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_pieces pieces;
	const struct trace_evidence evidence = { NULL, NULL, NAN };
	fill(&lane);
	trace_pieces_init(&pieces, &lane, TRACE_WORKER, &evidence, 0, 3000);
	trace_pieces_cover(&pieces, 0, 3000);
	assert_int_equal(pieces.count, 5);
	expect_piece(&pieces, 0, 0, "unexplained");
	expect_piece(&pieces, 1, 1000, "task@worker");
	expect_piece(&pieces, 2, 1100, "js@worker");
	expect_piece(&pieces, 3, 1300, "task@worker");
	expect_piece(&pieces, 4, 1500, "unexplained");
	assert_true(trace_pieces_end_us(&pieces, 4) == 3000);
	assert_string_equal(trace_cause_name(pieces.items[0].causes[TRACE_LEG_BEFORE]), "late@worker");
	assert_int_equal(trace_pieces_find(&pieces, 1299), 2);
	trace_pieces_release(&pieces);
	trace_lane_release(&lane);
}

static void what_is_behind_is_forgotten(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_pieces pieces;
	const struct trace_evidence evidence = { NULL, NULL, NAN };
	fill(&lane);
	trace_pieces_init(&pieces, &lane, TRACE_MAIN, &evidence, 0, 1e9);
	for (double from_us = 0; from_us < 900; from_us += 10)
		trace_pieces_cover(&pieces, from_us, from_us + 25);
	trace_pieces_cover(&pieces, 1150, 1350); /* a leap over what nobody asked for */
	size_t at = trace_pieces_find(&pieces, 1150);
	expect_piece(&pieces, at, 1150, "js@main");
	expect_piece(&pieces, at + 1, 1300, "task@main");
	trace_pieces_cover(&pieces, 1340, 1e6);
	assert_true(pieces.count - pieces.first <= 2);
	assert_string_equal(trace_cause_name(pieces.items[trace_pieces_find(&pieces, 1450)].causes[TRACE_LEG_AFTER]),
		"task@main");
	assert_string_equal(trace_cause_name(pieces.items[trace_pieces_find(&pieces, 1e6 - 1)].causes[TRACE_LEG_AFTER]),
		"unexplained");
	trace_pieces_release(&pieces);
	trace_lane_release(&lane);
}

static void messages_are_found(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_pieces pieces;
	const struct trace_evidence evidence = { NULL, NULL, NAN };
	fill(&lane);
	trace_pieces_init(&pieces, &lane, TRACE_MAIN, &evidence, 0, 3000);
	assert_true(trace_pieces_handles(&pieces, 1100, 1101, 1));
	assert_false(trace_pieces_handles(&pieces, 1100, 1101, 2));
	assert_false(trace_pieces_handles(&pieces, 1101, 3000, 1));
	assert_true(trace_pieces_handling(&pieces, 1250, 0));
	assert_true(trace_pieces_handling(&pieces, 1390, 100));
	assert_true(trace_pieces_handling(&pieces, 1010, 100));
	assert_false(trace_pieces_handling(&pieces, 1410, 100));
	assert_true(trace_pieces_posted(&pieces, 1200) == 1400);
	assert_true(trace_pieces_posted(&pieces, 1450) == 1500); /* nothing posted until the task's end */
	assert_true(trace_pieces_posted(&pieces, 1600) == -INFINITY);
	trace_pieces_release(&pieces);
	trace_lane_release(&lane);
}

static void a_thread_without_slices_is_idle(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_pieces pieces;
	const struct trace_evidence evidence = { NULL, NULL, NAN };
	trace_lane_init(&lane, 1, 1);
	trace_lane_end(&lane);
	trace_pieces_init(&pieces, &lane, TRACE_MAIN, &evidence, 0, 100);
	trace_pieces_cover(&pieces, 10, 100);
	assert_int_equal(pieces.count, 1);
	expect_piece(&pieces, 0, 10, "unexplained");
	trace_pieces_release(&pieces);
	trace_lane_release(&lane);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_cover_the_time_and_differ),
		cmocka_unit_test(what_is_behind_is_forgotten),
		cmocka_unit_test(messages_are_found),
		cmocka_unit_test(a_thread_without_slices_is_idle),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
