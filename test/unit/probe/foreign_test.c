/* Guests from elsewhere: the arms that they bring, and the names that they cannot have. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/foreign.h"

static const char text[] =
	"{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":10,"
	"\"parameters\":[{\"name\":\"responder\",\"default\":\"js\",\"choices\":[\"js\",\"guest\"],\"help\":\"h\"}],"
	"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"go\"},{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"a.js\"}],"
	"\"arms\":[\"none/main/idle\",\"gc/worker/churn\",\"gc/worker/churn,GOGC=off\",\"gc/worker/churn,responder=guest\","
	"\"js/worker/churn\",\"js/worker/dance\"]}";

static struct probe *parse(void)
{
	struct err err = { 0 };
	struct probe *probe = probe_parse("/probes/mine", text, strlen(text), &err);
	if (!probe)
		fail_msg("%s", err.text);
	return probe;
}

static int add(struct probe *probe, const char *name, struct err *err)
{
	const struct probe_foreign foreign = { name, "wasm", "/a/b.wasm", NULL };
	return probe_add_foreign(probe, &foreign, err);
}

/* Once for each thread and load of the probe's own arms, whatever their guests and settings. */
static void test_arms(void **state)
{
	static const char *const arms[] = { "b/main/idle", "b/worker/churn", "b/worker/dance" };
	struct probe *probe = parse();
	struct err err = { 0 };
	(void)state;
	assert_int_equal(add(probe, "b", &err), 0);
	assert_int_equal(probe->guest_count, 3);
	assert_string_equal(probe->guests[2].file, "/a/b.wasm");
	assert_null(probe->guests[2].source);
	assert_null(probe->guests[2].glue);
	assert_int_equal(probe->arm_count, 9);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(probe->arms[6 + i].name, arms[i]);
		assert_int_equal(probe->arms[6 + i].guest_index, 2);
	}
	assert_int_equal(add(probe, "c.2", &err), 0); /* what the first brought brings nothing more */
	assert_int_equal(probe->arm_count, 12);
	assert_string_equal(probe->arms[11].name, "c.2/worker/dance");
	probe_free(probe);
}

static void test_names(void **state)
{
	static const struct { const char *name, *says; } rows[] = {
		{ "gc", "probe mine has a guest named gc already" },
		{ "none", "\"none\" cannot be a guest's name" },
		{ "", "\"\" cannot be a guest's name" },
		{ "2b", "\"2b\" cannot be a guest's name" },
		{ "a/b", "\"a/b\" cannot be a guest's name" },
		{ "a b", "say --guest NAME=FILE" },
	};
	struct probe *probe = parse();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		assert_int_equal(add(probe, rows[i].name, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s", err.text);
		assert_int_equal(probe->guest_count, 2);
		assert_int_equal(probe->arm_count, 6);
	}
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arms),
		cmocka_unit_test(test_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
