#include "trace/scene.h"

#include "base/rng.h"
#include "trace/clock.h"

static void the_offset_is_the_median(void **state)
{
	(void)state;
	struct trace_clock clock = { 0 };
	static const double off_us[] = { 3, -4, 0, 86, 1 }; /* one that came late, as single marks do */
	for (size_t i = 0; i < SCENE_COUNT(off_us); i++)
		trace_clock_add(&clock, 5e9 + 1e6 * (double)i + off_us[i], 700 + 1000 * (double)i);
	struct trace_clock_reading reading = trace_clock_read(&clock);
	assert_int_equal(reading.marks, 5);
	assert_true(reading.offset_us == 5e9 - 700000 + 1);
	assert_true(reading.spread_us == 90);
	assert_true(reading.p95_us == 85); /* the fifth of five */
	trace_clock_release(&clock);
}

static void an_even_count_takes_the_middle(void **state)
{
	(void)state;
	struct trace_clock clock = { 0 };
	trace_clock_add(&clock, 1000, 0);
	trace_clock_add(&clock, 1004, 0);
	assert_true(trace_clock_read(&clock).offset_us == 1002);
	trace_clock_release(&clock);
}

static void without_marks_nothing_is_known(void **state)
{
	(void)state;
	struct trace_clock clock = { 0 };
	struct trace_clock_reading reading = trace_clock_read(&clock);
	assert_int_equal(reading.marks, 0);
	assert_true(isnan(reading.offset_us) && isnan(reading.p95_us) && isnan(reading.spread_us));
	trace_clock_add(&clock, NAN, 5); /* a mark without a time, or without startTime, is none */
	trace_clock_add(&clock, 5, NAN);
	assert_int_equal(trace_clock_read(&clock).marks, 0);
	trace_clock_release(&clock);
}

/* 95 of 100 within 20 µs are well; 94 are not. */
static void the_limit_is_a_p95(void **state)
{
	(void)state;
	for (int off = 5; off <= 6; off++) {
		struct trace_clock clock = { 0 };
		for (int i = 0; i < 100; i++)
			trace_clock_add(&clock, 1e6 + (i < off ? 50 : 0), 0);
		struct trace_clock_reading reading = trace_clock_read(&clock);
		assert_int_equal(reading.p95_us > TRACE_CLOCK_P95_MAX_US, off == 6);
		trace_clock_release(&clock);
	}
}

static void a_million_marks_take_no_more_room(void **state)
{
	(void)state;
	struct trace_clock clock = { 0 };
	struct rng rng;
	rng_seed(&rng, 1, "clock");
	for (int i = 0; i < 1000000; i++)
		trace_clock_add(&clock, 7e6 + 10 * rng_unit(&rng), 0);
	struct trace_clock_reading reading = trace_clock_read(&clock);
	assert_int_equal(reading.marks, 1000000);
	assert_true(clock.kept < TRACE_CLOCK_MARKS && clock.kept >= TRACE_CLOCK_MARKS / 4);
	assert_true(fabs(reading.offset_us - (7e6 + 5)) < 0.5);
	trace_clock_release(&clock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_offset_is_the_median),
		cmocka_unit_test(an_even_count_takes_the_middle),
		cmocka_unit_test(without_marks_nothing_is_known),
		cmocka_unit_test(the_limit_is_a_p95),
		cmocka_unit_test(a_million_marks_take_no_more_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
