#include "trace/summary_scene.h"

#define FLOW(ph, id, tid, ts) PHASE(ph, "SequenceManager PostTask", tid, ts) ",\"cat\":\"toplevel.flow\",\"id\":" #id

static const struct trace_route *route_of(const struct summary_scene *scene, int64_t from, int64_t to)
{
	for (size_t i = 0; i < scene->summary->routes.count; i++) {
		const struct trace_route *route = scene->summary->routes.items[i];
		if (route->from->tid == from && route->to->tid == to)
			return route;
	}
	fail_msg("there is no such route");
	return NULL;
}

/* Chromium notes the sending late: the second way is negative. */
static void ways_by_pair(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		PHASE_ARGS("I", "SchedulePostMessage", 1, 1000, ID(1)), SLICE_ARGS("HandlePostMessage", 13, 1040, 30, ID(1)),
		SLICE_ARGS("HandlePostMessage", 13, 2000, 20, ID(2)), PHASE_ARGS("I", "SchedulePostMessage", 1, 2011, ID(2)),
		PHASE_ARGS("I", "SchedulePostMessage", 13, 3000, ID(3)), PHASE_ARGS("I", "HandlePostMessage", 1, 3060, ID(3)),
		PHASE_ARGS("I", "SchedulePostMessage", 13, 4000, ID(4)), SLICE_ARGS("HandlePostMessage", 13, 5000, 20, ID(5)));
	assert_int_equal(scene.summary->routes.count, 2);
	assert_int_equal(scene.summary->routes.unpaired, 2);
	const struct trace_route *there = route_of(&scene, 1, 13), *back = route_of(&scene, 13, 1);
	assert_true(scene.summary->routes.items[0] == there); /* the busier one */
	assert_true(there->latency.count == 2 && there->latency.negative == 1 && there->latency.longest_us == 40);
	assert_true(there->slowest_us == 1040 && there->handling.count == 2 && there->handling.longest_us == 30);
	assert_true(back->latency.count == 1 && back->latency.longest_us == 60 && back->handling.longest_us == 0);
	assert_int_equal(there->queue.count, 0);
	summary_release(&scene);
}

/* Arrows to the tasks in which messages are handled, and to no others. */
static void queues_by_arrows(void **state)
{
	(void)state;
	struct summary_scene scene;
	SUMMARY(&scene, 50000,
		PHASE_ARGS("I", "SchedulePostMessage", 1, 990, ID(1)),
		SLICE("ThreadControllerImpl::RunTask", 13, 1040, 90), SLICE("RunTask", 13, 1041, 88),
		SLICE_ARGS("HandlePostMessage", 13, 1050, 30, ID(1)),
		SLICE("ThreadControllerImpl::RunTask", 13, 1500, 90),
		FLOW("s", 5, 1, 980), FLOW("f", 5, 13, 1040),
		FLOW("s", 6, 1, 1400), FLOW("f", 6, 13, 1500), /* no message */
		FLOW("f", 7, 13, 1040),                        /* without its beginning */
		PHASE("s", "x", 1, 900) ",\"cat\":\"devtools.timeline\",\"id\":8",
		PHASE("f", "x", 13, 1040) ",\"cat\":\"devtools.timeline\",\"id\":8");
	const struct trace_route *route = route_of(&scene, 1, 13);
	assert_true(route->queue.count == 1 && route->queue.longest_us == 60 && route->latency.longest_us == 60);
	assert_int_equal(scene.summary->routes.count, 1);
	summary_release(&scene);
}

/* More pairs than are kept: they are counted. */
static void too_many_pairs(void **state)
{
	(void)state;
	struct summary_scene scene;
	struct buf text;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < TRACE_ROUTES_MAX + 3; i++)
		buf_append_format(&text, "%s{\"ph\":\"I\",\"name\":\"SchedulePostMessage\",\"pid\":7,\"tid\":1,\"ts\":%d,\"args\":{\"data\":"
			"{\"traceId\":\"%d\"}}},{\"ph\":\"X\",\"name\":\"HandlePostMessage\",\"pid\":7,\"tid\":%d,\"ts\":%d,\"dur\":1,\"args\":"
			"{\"data\":{\"traceId\":\"%d\"}}}", i ? "," : "[", 10 * i, i, 100 + i, 10 * i + 5, i);
	buf_append_text(&text, "]");
	summary_read(&scene, 50000, text.data, text.length);
	assert_int_equal(scene.summary->routes.count, TRACE_ROUTES_MAX);
	assert_int_equal(scene.summary->routes.beyond, 3);
	buf_release(&text);
	summary_release(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ways_by_pair),
		cmocka_unit_test(queues_by_arrows),
		cmocka_unit_test(too_many_pairs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
