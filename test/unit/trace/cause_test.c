#include "trace/scene.h"

#include "trace/cause.h"

/* The list, which is closed: names are what results are stored under. */
static const struct { enum trace_what what; const char *main, *worker; } rows[] = {
	{ TRACE_TASK, "task@main", "task@worker" },
	{ TRACE_JS, "js@main", "js@worker" },
	{ TRACE_GUEST, "guest@main", "guest@worker" },
	{ TRACE_GUEST_GC, "guest-gc@main", "guest-gc@worker" },
	{ TRACE_DESERIALISE, "deserialise@main", "deserialise@worker" },
	{ TRACE_SERIALISE, "serialise@main", "serialise@worker" },
	{ TRACE_LAYOUT, "layout@main", "layout@worker" },
	{ TRACE_MEM_GROW, "mem-grow@main", "mem-grow@worker" },
	{ TRACE_WASM_COMPILE, "wasm-compile@main", "wasm-compile@worker" },
	{ TRACE_GC, "gc@main", "gc@worker" },
	{ TRACE_QUEUE, "queue@main", "queue@worker" },
	{ TRACE_BLOCKED, "blocked@main", "blocked@worker" },
	{ TRACE_LATE, "late@main", "late@worker" },
	{ TRACE_STOPPED, "stopped", "stopped" },
	{ TRACE_CPU_INTERNAL, "cpu-internal", "cpu-internal" },
	{ TRACE_CPU_EXTERNAL, "cpu-external", "cpu-external" },
	{ TRACE_CPU_WAIT, "cpu-wait", "cpu-wait" },
	{ TRACE_HOST_STALL, "host-stall", "host-stall" },
	{ TRACE_UNEXPLAINED, "unexplained", "unexplained" },
};

static void every_cause_has_its_name(void **state)
{
	(void)state;
	assert_int_equal(SCENE_COUNT(rows), TRACE_WHATS - 1); /* all but idle */
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		int main = trace_cause(rows[i].what, TRACE_MAIN), worker = trace_cause(rows[i].what, TRACE_WORKER);
		assert_string_equal(trace_cause_name(main), rows[i].main);
		assert_string_equal(trace_cause_name(worker), rows[i].worker);
		assert_int_equal(trace_cause_what(main), rows[i].what);
		assert_int_equal(trace_cause_what(worker), rows[i].what);
		assert_int_equal(trace_cause_parse(rows[i].main), main);
		assert_int_equal(trace_cause_parse(rows[i].worker), worker);
	}
	assert_int_equal(trace_cause(TRACE_IDLE, TRACE_MAIN), TRACE_NO_CAUSE);
	assert_int_equal(trace_cause_parse("js"), TRACE_NO_CAUSE);
	assert_int_equal(trace_cause_parse(""), TRACE_NO_CAUSE);
}

static void causes_are_numbered_without_a_gap(void **state)
{
	(void)state;
	size_t seen[TRACE_CAUSES] = { 0 };
	for (int what = TRACE_TASK; what < TRACE_WHATS; what++) {
		seen[trace_cause((enum trace_what)what, TRACE_MAIN)]++;
		seen[trace_cause((enum trace_what)what, TRACE_WORKER)]++;
	}
	for (int cause = 0; cause < TRACE_CAUSES; cause++)
		assert_int_equal(seen[cause], trace_cause_what(cause) < TRACE_OF_A_THREAD ? 1 : 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cause_has_its_name),
		cmocka_unit_test(causes_are_numbered_without_a_gap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
