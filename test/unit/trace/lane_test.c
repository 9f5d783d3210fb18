#include "trace/scene.h"

#include "trace/lane.h"

static const struct trace_name js = { TRACE_JS, 0 }, gc = { TRACE_GC, 0 }, task = { TRACE_TASK, 0 };
static const struct trace_name handler = { TRACE_JS, TRACE_NAME_HANDLER }, none = { TRACE_IDLE, 0 };
static const struct trace_name guest = { TRACE_GUEST, TRACE_NAME_MEASURE };
static const struct trace_name grow = { TRACE_MEM_GROW, 0 };

static void add(struct trace_lane *lane, char phase, double ts_us, double dur_us, const struct trace_name *name)
{
	const struct trace_event event = { .phase = phase, .ts_us = ts_us, .dur_us = dur_us, .tts_us = ts_us,
		.tdur_us = dur_us / 2 };
	trace_lane_take(lane, &event, name);
}

static void add_id(struct trace_lane *lane, char phase, double ts_us, const char *id, const struct trace_name *name)
{
	const struct trace_event event = { .phase = phase, .ts_us = ts_us, .tts_us = NAN,
		.id2 = { TRACE_OBJECT, { id, strlen(id), false } } };
	trace_lane_take(lane, &event, name);
}

static void expect(const struct trace_lane *lane, size_t index, double from_us, double to_us, enum trace_what what)
{
	assert_true(index < lane->count);
	assert_true(trace_lane_us(lane, lane->slices[index].start) == from_us);
	assert_true(trace_lane_us(lane, lane->slices[index].end) == to_us);
	assert_int_equal(lane->slices[index].what, what);
}

static void slices_are_kept_in_their_order(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'X', 5000, 100, &gc);
	add(&lane, 'X', 4000, 50, &js);   /* a little late */
	add(&lane, 'X', 4000, 900, &task); /* contains it */
	for (int i = 0; i < 200; i++)
		add(&lane, 'X', 6000 + 10 * i, 5, i % 2 ? &js : &gc);
	add(&lane, 'X', 100, 10, &js);    /* far too late to be put in place at once */
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 204);
	expect(&lane, 0, 100, 110, TRACE_JS);
	expect(&lane, 1, 4000, 4900, TRACE_TASK);
	expect(&lane, 2, 4000, 4050, TRACE_JS);
	expect(&lane, 3, 5000, 5100, TRACE_GC);
	for (size_t i = 1; i < lane.count; i++)
		assert_true(lane.slices[i - 1].start <= lane.slices[i].start);
	assert_int_equal(lane.slices[2].cpu_share, TRACE_SLICE_CPU_WHOLE / 2);
	trace_lane_release(&lane);
}

static void what_says_nothing_new_is_left_out(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'X', 1000, 1000, &gc);
	add(&lane, 'X', 1100, 500, &gc);      /* inside */
	add(&lane, 'X', 2100, 1000, &handler);
	add(&lane, 'X', 2110, 200, &js);      /* inside, short */
	add(&lane, 'X', 2400, 400, &js);      /* inside, but its processor time says something */
	add(&lane, 'X', 4000, 10, &none);
	add(&lane, 'I', 4100, 0, &js);        /* a slice of 0 µs */
	add(&lane, 'I', 4200, 0, &handler);   /* of which only that it was matters */
	add(&lane, 'I', 4300, 0, &grow);
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 5);
	expect(&lane, 2, 2400, 2800, TRACE_JS);
	expect(&lane, 3, 4200, 4200, TRACE_JS);
	expect(&lane, 4, 4300, 4300, TRACE_MEM_GROW);
	assert_int_equal(lane.handlers, 2);
	trace_lane_release(&lane);
}

/* In protobuf a measure may be told before the slices round it, and a long slice after many that lie in it. */
static void what_is_left_out_does_not_depend_on_the_order(void **state)
{
	(void)state;
	struct trace_lane lane;
	enum { INNER = 3000 };
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'X', 1020, 60, &guest);
	add(&lane, 'X', 1000, 100, &js);
	add(&lane, 'X', 1050, 10, &js);       /* inside the script, whatever lies between */
	for (int i = 0; i < INNER; i++)
		add(&lane, 'X', 2000 + 10 * i, 5, i == INNER - 1 ? &gc : &js);
	add(&lane, 'X', 2000, 10 * INNER, &js); /* round all of them */
	add(&lane, 'X', 2000 + 10 * INNER, 5, &js);
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 5);
	expect(&lane, 0, 1000, 1100, TRACE_JS);
	expect(&lane, 1, 1020, 1080, TRACE_GUEST);
	expect(&lane, 2, 2000, 2000 + 10 * INNER, TRACE_JS);
	expect(&lane, 3, 1990 + 10 * INNER, 1995 + 10 * INNER, TRACE_GC);
	expect(&lane, 4, 2000 + 10 * INNER, 2005 + 10 * INNER, TRACE_JS);
	trace_lane_release(&lane);
}

static void beginnings_find_their_ends(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'E', 900, 0, &none);       /* of something before the trace */
	add(&lane, 'B', 1000, 0, &task);
	add(&lane, 'B', 1100, 0, &none);
	add(&lane, 'B', 1200, 0, &gc);
	add(&lane, 'E', 1300, 0, &none);
	add(&lane, 'E', 1400, 0, &none);
	add(&lane, 'E', 1500, 0, &none);
	add(&lane, 'B', 2000, 0, &js);        /* never ends */
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 3);
	expect(&lane, 0, 1000, 1500, TRACE_TASK);
	expect(&lane, 1, 1200, 1300, TRACE_GC);
	expect(&lane, 2, 2000, INFINITY, TRACE_JS);
	trace_lane_release(&lane);
}

static void brackets_too_deep_keep_the_outer_ones_right(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	for (int i = 0; i < TRACE_LANE_OPEN_MAX + 50; i++)
		add(&lane, 'B', 1000 + i, 0, i ? &none : &gc);
	for (int i = 0; i < TRACE_LANE_OPEN_MAX + 50; i++)
		add(&lane, 'E', 2000 + i, 0, &none);
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 1);
	expect(&lane, 0, 1000, 2000 + TRACE_LANE_OPEN_MAX + 49, TRACE_GC);
	trace_lane_release(&lane);
}

static void measures_pair_by_their_ids_in_order(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	add_id(&lane, 'e', 50, "{\"local\":\"0x9\"}", &guest); /* nothing began */
	add_id(&lane, 'b', 100, "{\"local\":\"0x1\"}", &guest);
	add_id(&lane, 'b', 150, "{\"local\":\"0x2\"}", &guest); /* inside the first */
	add_id(&lane, 'e', 180, "{\"local\":\"0x2\"}", &guest);
	add_id(&lane, 'e', 200, "{\"local\":\"0x1\"}", &guest);
	add_id(&lane, 'b', 300, "{\"local\":\"0x1\"}", &guest); /* the id again */
	add_id(&lane, 'b', 300, "{\"local\":\"0x1\"}", &js);    /* no measure: not ours */
	add_id(&lane, 'e', 400, "{\"local\":\"0x1\"}", &guest);
	add(&lane, 'X', 500, 100, &guest);                      /* as other writers have it */
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 4);
	assert_int_equal(lane.measures, 4);
	expect(&lane, 0, 100, 200, TRACE_GUEST);
	expect(&lane, 1, 150, 180, TRACE_GUEST);
	expect(&lane, 2, 300, 400, TRACE_GUEST);
	expect(&lane, 3, 500, 600, TRACE_GUEST);
	assert_int_equal(lane.slices[0].cpu_share, TRACE_SLICE_CPU_UNKNOWN);
	trace_lane_release(&lane);
}

static void many_open_measures_take_no_more_room(void **state)
{
	(void)state;
	struct trace_lane lane;
	char id[64];
	trace_lane_init(&lane, 1, 2);
	for (int i = 0; i < 10000; i++) {
		snprintf(id, sizeof id, "{\"local\":\"0x%x\"}", i);
		add_id(&lane, 'b', 100 + i, id, &guest);
	}
	add_id(&lane, 'e', 20000, id, &guest); /* the newest is still known */
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 1);
	trace_lane_release(&lane);
}

static void only_what_reaches_into_the_windows_is_kept(void **state)
{
	(void)state;
	struct trace_lane lane;
	struct trace_spans windows = { 0 };
	trace_spans_join(&windows, 1000, 2000);
	trace_spans_join(&windows, 5000, 6000);
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'X', 100, 10, &gc);        /* here before the windows are known */
	add(&lane, 'X', 1500, 10, &gc);
	trace_lane_limit(&lane, &windows);
	assert_int_equal(lane.count, 1);
	add(&lane, 'X', 2500, 10, &gc);       /* between */
	add(&lane, 'X', 2600, 10, &grow);     /* growths matter to their whole task */
	add(&lane, 'X', 4000, 1500, &js);     /* reaches in */
	add(&lane, 'X', 3000, 9000, &task);   /* goes over both ends, and comes late */
	add(&lane, 'X', 6001, 10, &gc);
	add(&lane, 'X', 900, 200, &js);       /* back in the first */
	trace_lane_end(&lane);
	assert_int_equal(lane.count, 5);
	expect(&lane, 0, 900, 1100, TRACE_JS);
	expect(&lane, 1, 1500, 1510, TRACE_GC);
	expect(&lane, 2, 2600, 2610, TRACE_MEM_GROW);
	expect(&lane, 3, 3000, 12000, TRACE_TASK);
	expect(&lane, 4, 4000, 5500, TRACE_JS);
	trace_lane_forget(&lane, 1200);
	assert_int_equal(lane.count, 4);
	trace_lane_release(&lane);
	trace_spans_release(&windows);
}

static void a_full_lane_says_from_when_on(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	for (int i = 0; i < 8; i++)
		add(&lane, 'X', 1000 + 100 * i, 10, &gc);
	lane.most = 8;
	assert_true(lane.dropped_us == INFINITY);
	add(&lane, 'X', 2000, 10, &gc);
	add_id(&lane, 'b', 1200, "1", &guest); /* measures come last in the file, and there is room left for them */
	add_id(&lane, 'e', 1300, "1", &guest);
	assert_true(lane.dropped_us == 2000);
	assert_int_equal(lane.count, 9);
	trace_lane_release(&lane);
}

static void moments_out_of_reach_are_dropped(void **state)
{
	(void)state;
	struct trace_lane lane;
	trace_lane_init(&lane, 1, 2);
	add(&lane, 'X', 1e9, 10, &gc);
	add(&lane, 'X', 1e9 - 700e6, 10, &gc);  /* more than ten minutes before the first */
	add(&lane, 'X', 1e9 + 5000e6, 10, &gc); /* more than an hour after it */
	add(&lane, 'X', NAN, 10, &gc);
	add(&lane, 'X', 1e9 + 50, NAN, &gc);
	add(&lane, 'X', 1e9 + 50, -5, &gc);
	assert_int_equal(lane.count, 1);
	assert_true(lane.dropped_us == 1e9 - 700e6);
	trace_lane_release(&lane);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_are_kept_in_their_order),
		cmocka_unit_test(what_says_nothing_new_is_left_out),
		cmocka_unit_test(what_is_left_out_does_not_depend_on_the_order),
		cmocka_unit_test(beginnings_find_their_ends),
		cmocka_unit_test(brackets_too_deep_keep_the_outer_ones_right),
		cmocka_unit_test(measures_pair_by_their_ids_in_order),
		cmocka_unit_test(many_open_measures_take_no_more_room),
		cmocka_unit_test(only_what_reaches_into_the_windows_is_kept),
		cmocka_unit_test(a_full_lane_says_from_when_on),
		cmocka_unit_test(moments_out_of_reach_are_dropped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
