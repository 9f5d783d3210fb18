#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "run/plan.h"

static struct plan *parse(const char *text, struct err *err)
{
	return plan_parse("p.json", text, strlen(text), err);
}

static void a_whole_plan_is_read(void **state)
{
	(void)state;
	struct err err = { 0 };
	struct plan *plan = parse("{\"schema\":1,\"name\":\"n\",\"title\":\"t\",\"seed\":7,\"runs\":[{\"probe\":\"ping\","
		"\"arms\":[\"a/*/c\",\"d\"],\"blocks\":9,\"threshold_ms\":5,\"parameters\":{\"samples\":40,\"pacer\":\"task\"},"
		"\"primary\":[{\"metric\":\"response_p95\",\"a\":\"x\",\"b\":\"y\"}],"
		"\"secondary\":[{\"metric\":\"response_p50\",\"a\":\"x\",\"b\":\"z\"}]},{\"probe\":\"null\"}]}", &err);
	assert_non_null(plan);
	assert_true(plan->has_seed);
	assert_int_equal(plan->seed, 7);
	assert_int_equal(plan->run_count, 2);
	assert_string_equal(plan->runs[0].arms[1], "d");
	assert_int_equal(plan->runs[0].blocks, 9);
	assert_true(plan->runs[0].threshold_ms == 5);
	assert_string_equal(plan->runs[0].parameters[0], "samples=40");
	assert_string_equal(plan->runs[0].parameters[1], "pacer=task");
	assert_int_equal(plan->runs[1].blocks, PLAN_BLOCKS_DEFAULT);
	assert_int_equal(plan->runs[1].arm_count, 0);
	assert_string_equal(json_text(json_at(plan->runs[0].primary, 0), "b", ""), "y");
	assert_string_equal(json_text(json_at(plan->runs[0].secondary, 0), "b", ""), "z");
	assert_null(plan->runs[1].secondary);
	plan_free(plan);
}

static void a_run_says_how_it_is_traced(void **state)
{
	(void)state;
	struct err err = { 0 };
	struct plan *plan = parse("{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"a\"},{\"probe\":\"b\",\"trace\":\"off\"},"
		"{\"probe\":\"c\",\"trace\":\"ring\",\"trigger_ms\":12.5,\"ring_mb\":8},{\"probe\":\"d\",\"trace\":\"ring\","
		"\"trigger_ms\":{\"*/*/*\":50,\"gc/main/churn,GOGC=off\":100}},{\"probe\":\"e\",\"trace\":\"ring\"}]}", &err);
	assert_non_null(plan);
	assert_null(plan->runs[0].trace);
	assert_string_equal(plan->runs[1].trace, "off");
	assert_int_equal(plan->runs[1].trigger_count, 0);
	assert_string_equal(plan->runs[2].trace, "ring");
	assert_int_equal(plan->runs[2].ring_mb, 8);
	assert_int_equal(plan->runs[2].trigger_count, 1);
	assert_string_equal(plan->runs[2].triggers[0], "12.5");
	assert_int_equal(plan->runs[3].trigger_count, 2); /* in their order */
	assert_string_equal(plan->runs[3].triggers[0], "*/*/*=50");
	assert_string_equal(plan->runs[3].triggers[1], "gc/main/churn,GOGC=off=100");
	assert_int_equal(plan->runs[4].trigger_count + (size_t)plan->runs[4].ring_mb, 0);
	plan_free(plan);
}

static void a_broken_plan_is_a_usage_error_that_names_the_place(void **state)
{
	(void)state;
	static const struct { const char *text, *place; } rows[] = {
		{ "", "p.json" },
		{ "{\"schema\":1,", "p.json" },
		{ "[]", "schema" },
		{ "{\"schema\":2,\"name\":\"n\",\"runs\":[{\"probe\":\"p\"}]}", "schema" },
		{ "{\"schema\":1,\"runs\":[{\"probe\":\"p\"}]}", "name" },
		{ "{\"schema\":1,\"name\":\"n\"}", "runs" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[]}", "runs" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{}]}", "probe" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"blocks\":0}]}", "blocks" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"blocks\":1.5}]}", "blocks" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"threshold_ms\":-1}]}", "threshold" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"arms\":[3]}]}", "arms" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"primary\":[{\"a\":\"x\"}]}]}", "primary" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"arms\":\"a\"}]}", "arms" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"primary\":{}}]}", "primary" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"secondary\":[3]}]}", "secondary" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"on\"}]}", "runs[].trace" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":true}]}", "runs[].trace" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trigger_ms\":50}]}", "runs[].trigger_ms is of a flight recorder" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"all\",\"ring_mb\":8}]}", "runs[].ring_mb is of" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"ring_mb\":0}]}", "runs[].ring_mb must" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"ring_mb\":2001}]}", "runs[].ring_mb must" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"trigger_ms\":0}]}", "runs[].trigger_ms must" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"trigger_ms\":\"50\"}]}", "runs[].trigger_ms must" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"trigger_ms\":{}}]}", "runs[].trigger_ms must" },
		{ "{\"schema\":1,\"name\":\"n\",\"runs\":[{\"probe\":\"p\",\"trace\":\"ring\",\"trigger_ms\":{\"*\":-1}}]}", "runs[].trigger_ms must" },
		{ "{\"schema\":1,\"name\":\"a/../b\",\"runs\":[{\"probe\":\"p\"}]}", "name" },
		{ "{\"schema\":1,\"name\":\"n\",\"seed\":-1,\"runs\":[{\"probe\":\"p\"}]}", "seed" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		assert_null(parse(rows[i].text, &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, rows[i].place));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_plan_is_read),
		cmocka_unit_test(a_run_says_how_it_is_traced),
		cmocka_unit_test(a_broken_plan_is_a_usage_error_that_names_the_place),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
