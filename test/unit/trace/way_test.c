#include "trace/scene.h"

#include "trace/way.h"

#define NO SCENE_UNKNOWN

struct leg_row { enum trace_moment from, to; enum trace_role thread; bool both, posted; enum trace_leg kind; };
struct row {
	const char *line;
	double at_ms[TRACE_MOMENTS];
	size_t count;
	struct leg_row legs[TRACE_WAY_LEGS];
};

/* The page sends. */
static const struct row rows[] = {
	{ "all five", { 10, 11, 12, 13, 14 }, 4, {
		{ TRACE_DUE, TRACE_SENT, TRACE_MAIN, false, false, TRACE_LEG_BEFORE },
		{ TRACE_SENT, TRACE_RECEIVED, TRACE_WORKER, false, true, TRACE_LEG_AFTER },
		{ TRACE_RECEIVED, TRACE_REPLIED, TRACE_WORKER, false, false, TRACE_LEG_AFTER },
		{ TRACE_REPLIED, TRACE_RETURNED, TRACE_MAIN, false, true, TRACE_LEG_AFTER } } },
	{ "received is missing: both legs are the target's", { 10, 11, NO, 13, 14 }, 3, {
		{ TRACE_DUE, TRACE_SENT, TRACE_MAIN, false, false, TRACE_LEG_BEFORE },
		{ TRACE_SENT, TRACE_REPLIED, TRACE_WORKER, false, true, TRACE_LEG_AFTER },
		{ TRACE_REPLIED, TRACE_RETURNED, TRACE_MAIN, false, true, TRACE_LEG_AFTER } } },
	{ "replied is missing", { 10, 11, 12, NO, 14 }, 3, {
		{ TRACE_DUE, TRACE_SENT, TRACE_MAIN, false, false, TRACE_LEG_BEFORE },
		{ TRACE_SENT, TRACE_RECEIVED, TRACE_WORKER, false, true, TRACE_LEG_AFTER },
		{ TRACE_RECEIVED, TRACE_RETURNED, TRACE_WORKER, true, false, TRACE_LEG_AFTER } } },
	{ "sent is missing", { 10, NO, 12, 13, 14 }, 3, {
		{ TRACE_DUE, TRACE_RECEIVED, TRACE_WORKER, true, false, TRACE_LEG_AFTER },
		{ TRACE_RECEIVED, TRACE_REPLIED, TRACE_WORKER, false, false, TRACE_LEG_AFTER },
		{ TRACE_REPLIED, TRACE_RETURNED, TRACE_MAIN, false, true, TRACE_LEG_AFTER } } },
	{ "only the ends", { 10, NO, NO, NO, 14 }, 1, {
		{ TRACE_DUE, TRACE_RETURNED, TRACE_WORKER, true, false, TRACE_LEG_AFTER } } },
};

static void legs_are_those_of_their_threads(void **state)
{
	(void)state;
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct scene scene;
		struct trace_way way;
		scene_init(&scene);
		scene_sample_plain(&scene, rows[i].at_ms);
		const double offsets_us[] = { SCENE_BASE_US - 100000, SCENE_BASE_US - 30000 };
		assert_true(trace_way_init(&way, &scene.samples, 0, offsets_us));
		assert_int_equal(way.count, rows[i].count);
		for (size_t l = 0; l < way.count; l++) {
			const struct trace_way_leg *leg = &way.legs[l];
			const struct leg_row *row = &rows[i].legs[l];
			if (leg->from != row->from || leg->to != row->to || leg->thread != row->thread || leg->both != row->both
			    || leg->posted != row->posted || leg->kind != row->kind)
				fail_msg("%s: leg %zu", rows[i].line, l);
			assert_true(fabs(leg->from_us - scene_us(rows[i].at_ms[row->from])) < 0.01);
			assert_true(fabs(leg->to_us - scene_us(rows[i].at_ms[row->to])) < 0.01);
		}
		scene_release(&scene);
	}
}

/* Moments of two clocks may contradict each other by their grain: then they are equal, and the sum stays. */
static void small_contradictions_are_put_in_order(void **state)
{
	(void)state;
	static const struct { double at_ms[TRACE_MOMENTS]; bool well; } ways[] = {
		{ { 10, 9.9, 9.95, 14.1, 14 }, true }, { { 10, 11, 10.9, 10.85, 14 }, true },
		{ { 10, 11, 10.7, 13, 14 }, false }, { { 10, 9.7, 12, 13, 14 }, false }, { { 10, 11, 12, 14.3, 14 }, false },
		{ { 10, 11, 12, 13, 9.9 }, false }, { { 10, 11, 12, 13, NO }, false },
	};
	for (size_t i = 0; i < SCENE_COUNT(ways); i++) {
		struct scene scene;
		struct trace_way way;
		scene_init(&scene);
		scene_sample_plain(&scene, ways[i].at_ms);
		const double offsets_us[] = { SCENE_BASE_US - 100000, SCENE_BASE_US - 30000 };
		assert_int_equal(trace_way_init(&way, &scene.samples, 0, offsets_us), ways[i].well);
		double sum_us = 0;
		for (size_t l = 0; ways[i].well && l < way.count; l++) {
			assert_true(way.legs[l].to_us >= way.legs[l].from_us);
			sum_us += way.legs[l].to_us - way.legs[l].from_us;
		}
		assert_true(!ways[i].well || fabs(sum_us - 4000) < 0.01);
		scene_release(&scene);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(legs_are_those_of_their_threads),
		cmocka_unit_test(small_contradictions_are_put_in_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
