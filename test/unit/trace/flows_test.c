#include "trace/fixture.h"

#include "trace/flows.h"

static struct trace_thread page = { .tid = 1 }, worker = { .tid = 13, .index = 1 };

static bool take(struct trace_flows *flows, char phase, const char *id, double ts_us, const struct trace_thread *thread,
	struct trace_flow *flow)
{
	struct trace_event event = { .phase = phase, .ts_us = ts_us, .id = fixture_value(TRACE_NUMBER, id),
		.category = fixture_value(TRACE_STRING, "a,toplevel.flow").text };
	return trace_flows_take(flows, &event, thread, flow);
}

static void many_tasks_are_found_again(void **state)
{
	(void)state;
	enum { TASKS = 5000 };
	struct trace_flows *flows = trace_flows_new();
	struct trace_flow flow;
	for (int i = 0; i < TASKS; i++) {
		trace_flows_carry(flows, &worker, 1e9 + 7.0 * i);
		trace_flows_carry(flows, &worker, 1e9 + 7.0 * i); /* two messages of one task */
	}
	for (int i = 0; i < TASKS; i++) {
		char id[16];
		snprintf(id, sizeof id, "%d", i);
		assert_false(take(flows, 's', id, 1e9 + 7.0 * i - 3, &page, &flow));
		assert_false(take(flows, 'f', id, 1e9 + 7.0 * i + 1, &worker, &flow)); /* another moment */
		assert_false(take(flows, 'f', id, 1e9 + 7.0 * i, &page, &flow));       /* another thread */
		assert_true(take(flows, 'f', id, 1e9 + 7.0 * i, &worker, &flow));
		assert_true(flow.from == &page && flow.posted_us == 1e9 + 7.0 * i - 3);
	}
	assert_int_equal(trace_flows_dropped(flows), 0);
	trace_flows_free(flows);
}

static void too_many_tasks_are_counted(void **state)
{
	(void)state;
	struct trace_flows *flows = trace_flows_new();
	for (int i = 0; i < TRACE_CARRIERS_MAX + 5; i++)
		trace_flows_carry(flows, &worker, i);
	assert_int_equal(trace_flows_dropped(flows), 5);
	trace_flows_free(flows);
	trace_flows_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_tasks_are_found_again),
		cmocka_unit_test(too_many_tasks_are_counted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
