#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/manifest.h"

static const char text[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":1,"
	"\"parameters\":["
	"{\"name\":\"samples\",\"unit\":\"count\",\"default\":500,\"least\":20,\"most\":200000,"
	"\"whole\":true,\"help\":\"h\"},"
	"{\"name\":\"rate\",\"unit\":\"MB/s\",\"default\":16,\"least\":-1.5,\"most\":1000,\"help\":\"h\"},"
	"{\"name\":\"pacer\",\"default\":\"task\",\"choices\":[\"task\",\"worker\"],\"help\":\"h\"}],"
	"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"s\"}],"
	"\"arms\":[\"gc/worker/churn\",\"gc/worker/churn,GOGC=off,rate=2,pacer=worker\"]}";

static struct probe *probe_new(void)
{
	struct err err = { 0 };
	struct probe *probe = probe_parse("/x/ping", text, sizeof text - 1, &err);
	assert_non_null(probe);
	return probe;
}

static void test_check(void **state)
{
	static const struct { const char *key, *value, *says; } rows[] = {
		{ "samples", "20", NULL },
		{ "samples", "200000", NULL },
		{ "samples", "2e3", NULL },
		{ "rate", "-1.5", NULL },
		{ "rate", "+0.25", NULL },
		{ "pacer", "worker", NULL },
		{ "samples", "19", "whole number from 20 to 200000 (count)" },
		{ "samples", "200001", "whole number from 20 to 200000" },
		{ "samples", "20.5", "whole number" },
		{ "samples", "", "cannot be \"\"" },
		{ "samples", " 30", "cannot be" },
		{ "samples", "30x", "cannot be" },
		{ "samples", "0x20", "cannot be" },
		{ "samples", "nan", "cannot be" },
		{ "samples", "inf", "cannot be" },
		{ "samples", "1e999", "cannot be" },
		{ "rate", "1000.1", "number from -1.5 to 1000 (MB/s)" },
		{ "pacer", "Task", "one of task, worker" },
		{ "pacer", "", "one of task, worker" },
		{ "sample", "30", "has no parameter \"sample\": it has samples, rate, pacer" },
		{ "", "30", "no parameter" },
		{ "GOGC", "off", "no parameter" },
	};
	struct probe *probe = probe_new();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		int result = probe_check_parameter(probe, rows[i].key, rows[i].value, &err);
		if (result != (rows[i].says ? -1 : 0))
			fail_msg("%s=%s: %d", rows[i].key, rows[i].value, result);
		if (rows[i].says && (err.code != ERR_USAGE || !strstr(err.text, rows[i].says)))
			fail_msg("%s=%s: %s", rows[i].key, rows[i].value, err.text);
	}
	probe_free(probe);
}

static void test_values(void **state)
{
	static const struct { size_t arm; const char *overrides[3]; size_t count; const char *json; } rows[] = {
		{ 0, { NULL }, 0, "{\"samples\":500,\"rate\":16,\"pacer\":\"task\"}" },
		{ 0, { "samples=30", "pacer=worker" }, 2, "{\"samples\":30,\"rate\":16,\"pacer\":\"worker\"}" },
		{ 0, { "rate=1", "rate=2.5" }, 2, "{\"samples\":500,\"rate\":2.5,\"pacer\":\"task\"}" },
		/* an arm's own settings are what distinguishes it: they win */
		{ 1, { NULL }, 0, "{\"samples\":500,\"rate\":2,\"pacer\":\"worker\"}" },
		{ 1, { "rate=9", "samples=40" }, 2, "{\"samples\":40,\"rate\":2,\"pacer\":\"worker\"}" },
	};
	struct probe *probe = probe_new();
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct err err = { 0 };
		struct json *values = probe_parameters(probe, &probe->arms[rows[i].arm], rows[i].overrides,
			rows[i].count, &err);
		assert_non_null(values);
		char *printed = json_print(values, false);
		assert_string_equal(printed, rows[i].json);
		free(printed);
		json_free(values);
	}
	probe_free(probe);
}

static void test_bad_overrides(void **state)
{
	static const char *const overrides[] = { "samples", "samples=1", "x=1", "=1", "" };
	struct probe *probe = probe_new();
	(void)state;
	for (size_t i = 0; i < sizeof(overrides) / sizeof(overrides[0]); i++) {
		struct err err = { 0 };
		assert_null(probe_parameters(probe, &probe->arms[0], &overrides[i], 1, &err));
		assert_int_equal(err.code, ERR_USAGE);
	}
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_bad_overrides),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
