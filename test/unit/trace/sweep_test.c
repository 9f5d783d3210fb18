#include "trace/scene.h"

#include "base/rng.h"
#include "trace/sweep.h"

static void add(struct trace_lane *lane, double from_us, double to_us, double cpu_us, enum trace_what what, unsigned flags)
{
	const struct trace_name name = { what, flags };
	const struct trace_event event = { .phase = 'X', .ts_us = from_us, .dur_us = to_us - from_us, .tts_us = 1,
		.tdur_us = cpu_us };
	trace_lane_take(lane, &event, &name);
}

struct expected { double from_us, to_us; enum trace_what what; double root_us, off_share; };

static void expect(const struct trace_lane *lane, const struct expected *expected, size_t count)
{
	struct trace_sweep sweep;
	struct trace_segment segment;
	trace_sweep_init(&sweep, lane);
	for (size_t i = 0; i < count; i++) {
		assert_true(trace_sweep_next(&sweep, &segment));
		double root_us = segment.root ? trace_lane_us(lane, segment.root->from) : 0;
		if (segment.from_us != expected[i].from_us || segment.to_us != expected[i].to_us
		    || segment.what != expected[i].what || root_us != expected[i].root_us
		    || fabs(segment.off_share - expected[i].off_share) > 0.001)
			fail_msg("segment %zu: [%g, %g) what %d root %g off %g", i, segment.from_us, segment.to_us, segment.what,
				root_us, segment.off_share);
	}
	assert_false(trace_sweep_next(&sweep, &segment));
	trace_sweep_release(&sweep);
}

static void the_strongest_open_slice_names_the_instant(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 1);
	add(&lane, 1000, 2000, 1000, TRACE_TASK, 0);
	add(&lane, 1100, 1900, 800, TRACE_JS, 0);
	add(&lane, 1200, 1500, 300, TRACE_GC, 0);
	add(&lane, 1300, 1400, 100, TRACE_JS, TRACE_NAME_HANDLER); /* JavaScript inside a collection stays the collection */
	add(&lane, 1450, 1950, 0, TRACE_GUEST, TRACE_NAME_MEASURE); /* a measure that nests nowhere */
	add(&lane, 3000, 3500, 500, TRACE_TASK, 0);
	trace_lane_end(&lane);
	const struct expected expected[] = {
		{ 1000, 1100, TRACE_TASK, 1000, 0 }, { 1100, 1200, TRACE_JS, 1000, 0 }, { 1200, 1500, TRACE_GC, 1000, 0 },
		{ 1500, 1950, TRACE_GUEST, 1000, 0 }, { 1950, 2000, TRACE_TASK, 1000, 0 }, { 2000, 3000, TRACE_IDLE, 0, -1 },
		{ 3000, 3500, TRACE_TASK, 3000, 0 }, { 3500, INFINITY, TRACE_IDLE, 0, -1 },
	};
	expect(&lane, expected, SCENE_COUNT(expected));
	trace_lane_release(&lane);
}

static void time_off_the_processor_is_of_the_innermost_slice(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 1);
	add(&lane, 0, 10000, 5000, TRACE_TASK, 0);   /* own: 2,000 of which on: 1,800 */
	add(&lane, 1000, 9000, 3200, TRACE_JS, 0);   /* own: 4,000, on 1,200 */
	add(&lane, 2000, 6000, 2000, TRACE_GC, 0);   /* own: 4,000, on 2,000 */
	trace_lane_end(&lane);
	const struct expected expected[] = {
		{ 0, 1000, TRACE_TASK, 0, 0 /* 200 µs are as usual */ }, { 1000, 2000, TRACE_JS, 0, 0.7 },
		{ 2000, 6000, TRACE_GC, 0, 0.5 }, { 6000, 9000, TRACE_JS, 0, 0.7 }, { 9000, 10000, TRACE_TASK, 0, 0 },
		{ 10000, INFINITY, TRACE_IDLE, 0, -1 },
	};
	expect(&lane, expected, SCENE_COUNT(expected));
	trace_lane_release(&lane);
}

static void a_task_that_grows_memory_says_so_all_over(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_sweep sweep;
	trace_lane_init(&lane, 1, 1);
	add(&lane, 1000, 2000, 1000, TRACE_TASK, 0);
	add(&lane, 1500, 1510, 10, TRACE_MEM_GROW, 0);
	add(&lane, 3000, 4000, 1000, TRACE_TASK, 0);
	trace_lane_end(&lane);
	trace_sweep_init(&sweep, &lane);
	assert_true(trace_sweep_root(&sweep, 1000)->grows);
	assert_true(trace_sweep_root(&sweep, 1999)->grows);
	assert_null(trace_sweep_root(&sweep, 2000));
	assert_null(trace_sweep_root(&sweep, 999));
	assert_false(trace_sweep_root(&sweep, 3500)->grows);
	assert_null(trace_sweep_root(&sweep, 4000));
	trace_sweep_release(&sweep);
	trace_lane_release(&lane);
}

static void slices_deeper_than_any_are_passed_over(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_sweep sweep;
	struct trace_segment segment;
	size_t count = 0;
	trace_lane_init(&lane, 1, 1);
	for (int i = 0; i < 3 * TRACE_SWEEP_DEPTH; i++)
		add(&lane, 1000 + i, 9000 - i, 500, i % 2 ? TRACE_JS : TRACE_GC, TRACE_NAME_HANDLER);
	trace_lane_end(&lane);
	trace_sweep_init(&sweep, &lane);
	while (trace_sweep_next(&sweep, &segment))
		count++;
	assert_true(count > 1);
	trace_sweep_release(&sweep);
	trace_lane_release(&lane);
}

/* Against the definition, instant by instant. */
static void it_agrees_with_the_plain_definition(void **state)
{
	(void)state;
	enum { LENGTH = 3000, SLICES = 60 };
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct rng rng;
		struct trace_lane lane;
		struct trace_sweep sweep;
		struct trace_segment segment;
		enum trace_what whats[LENGTH] = { TRACE_IDLE };
		rng_seed(&rng, seed, "sweep");
		trace_lane_init(&lane, 1, 1);
		for (int i = 0; i < SLICES; i++) {
			unsigned from = rng_below(&rng, LENGTH), to = from + rng_below(&rng, LENGTH - from);
			enum trace_what what = TRACE_TASK + rng_below(&rng, TRACE_CLASSES - TRACE_TASK);
			add(&lane, 1 + from, 1 + to, 0, what, rng_below(&rng, 3) ? 0 : TRACE_NAME_MEASURE);
			for (unsigned at = from; at < to; at++)
				whats[at] = what > whats[at] ? what : whats[at];
		}
		trace_lane_end(&lane);
		trace_sweep_init(&sweep, &lane);
		double covered_us = lane.count ? trace_lane_us(&lane, lane.slices[0].start) : 0;
		while (trace_sweep_next(&sweep, &segment)) {
			assert_true(segment.from_us == covered_us);
			covered_us = segment.to_us;
			for (double at_us = segment.from_us; at_us < fmin(segment.to_us, 1 + LENGTH); at_us++)
				assert_int_equal(whats[(size_t)at_us - 1], segment.what);
		}
		trace_sweep_release(&sweep);
		trace_lane_release(&lane);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_strongest_open_slice_names_the_instant),
		cmocka_unit_test(time_off_the_processor_is_of_the_innermost_slice),
		cmocka_unit_test(a_task_that_grows_memory_says_so_all_over),
		cmocka_unit_test(slices_deeper_than_any_are_passed_over),
		cmocka_unit_test(it_agrees_with_the_plain_definition),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
