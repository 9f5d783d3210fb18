#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/arm.h"

static void test_good_names(void **state)
{
	static const struct {
		const char *name, *guest, *thread, *load;
		size_t settings;
		const char *key, *value; /* of the last setting */
	} rows[] = {
		{ "none/worker/idle", "none", "worker", "idle", 0, NULL, NULL },
		{ "gc/main/churn", "gc", "main", "churn", 0, NULL, NULL },
		{ "gc/worker/churn,GOGC=off", "gc", "worker", "churn", 1, "GOGC", "off" },
		{ "gc-1.22/worker/hash,GOGC=50,samples=20", "gc-1.22", "worker", "hash", 2, "samples", "20" },
		{ "a/worker/b,rate=-1.5e+3", "a", "worker", "b", 1, "rate", "-1.5e+3" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_arm arm;
		struct err err = { 0 };
		assert_int_equal(arm_parse(rows[i].name, &arm, &err), 0);
		assert_string_equal(arm.name, rows[i].name);
		assert_string_equal(arm.guest, rows[i].guest);
		assert_string_equal(arm.thread, rows[i].thread);
		assert_string_equal(arm.load, rows[i].load);
		assert_int_equal(arm.setting_count, rows[i].settings);
		if (rows[i].key) {
			assert_string_equal(arm.settings[arm.setting_count - 1].key, rows[i].key);
			assert_string_equal(arm.settings[arm.setting_count - 1].value, rows[i].value);
		}
		arm_release(&arm);
	}
}

static void test_bad_names(void **state)
{
	static const struct { const char *name, *says; } rows[] = {
		{ "", "guest name" },
		{ "gc", "thread" },
		{ "gc/worker", "load name" },
		{ "gc/worker/", "load name" },
		{ "gc/shared/idle", "neither worker nor main" },
		{ "/worker/idle", "guest name" },
		{ "g c/worker/idle", "guest name" },
		{ "1gc/worker/idle", "guest name" },
		{ "gc/worker/idle/more", "load name" },
		{ "gc/worker/ch*", "load name" },
		{ "gc/worker/idle,", "key=value" },
		{ "gc/worker/idle,GOGC", "key=value" },
		{ "gc/worker/idle,GOGC=", "key=value" },
		{ "gc/worker/idle,=1", "key=value" },
		{ "gc/worker/idle,a=1/2", "key=value" },
		{ "gc/worker/idle,a=b=c", "key=value" },
		{ "gc/worker/idle,a=*", "key=value" },
		{ "gc/worker/idle,a=1,a=2", "twice" },
		{ "gc,GOGC=off/worker/idle", "thread" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct probe_arm arm;
		struct err err = { 0 };
		if (arm_parse(rows[i].name, &arm, &err) != -1)
			fail_msg("accepted: %s", rows[i].name);
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].name, err.text);
		arm_release(&arm);
	}
}

static const char probe_json[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\","
	"\"threshold_ms\":1,\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"s\"},"
	"{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"s\"}],"
	"\"arms\":[\"gc/worker/idle\",\"gc/worker/churn\",\"gc/worker/churn,GOGC=off\",\"js/main/idle\"]}";

static void test_select(void **state)
{
	static const struct { const char *globs[3]; size_t count; const char *chosen; } rows[] = {
		{ { NULL }, 0, "0123" },
		{ { "gc/worker/churn" }, 1, "1" },
		{ { "gc/worker/churn*" }, 1, "12" },
		{ { "*/*/idle" }, 1, "03" },
		{ { "*/*/*" }, 1, "0123" },
		{ { "js/*/*", "gc/worker/idle" }, 2, "03" }, /* the probe's order, not the globs' */
		{ { "gc/*/*", "gc/worker/churn", "*/worker/*" }, 3, "012" }, /* each once */
		{ { "gc/worker/churn,*" }, 1, "2" },
	};
	struct err err = { 0 };
	struct probe *probe = probe_parse("/x/p", probe_json, sizeof probe_json - 1, &err);
	(void)state;
	assert_non_null(probe);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t selected[4], count = 99;
		assert_int_equal(probe_select_arms(probe, rows[i].globs, rows[i].count, selected, &count,
			&err), 0);
		assert_int_equal(count, strlen(rows[i].chosen));
		for (size_t k = 0; k < count; k++)
			assert_int_equal(selected[k], (size_t)(rows[i].chosen[k] - '0'));
	}
	probe_free(probe);
}

static void test_select_nothing(void **state)
{
	/* "*" does not cross a '/': FNM_PATHNAME */
	static const char *const globs[] = { "*", "gc/*", "tinygo/*/*", "gc/worker/churn,GOGC=on", "" };
	struct err err = { 0 };
	struct probe *probe = probe_parse("/x/p", probe_json, sizeof probe_json - 1, &err);
	(void)state;
	for (size_t i = 0; i < sizeof(globs) / sizeof(globs[0]); i++) {
		const char *const pair[] = { "js/*/*", globs[i] };
		size_t selected[4], count;
		assert_int_equal(probe_select_arms(probe, pair, 2, selected, &count, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_non_null(strstr(err.text, "gc/worker/churn,GOGC=off"));
		assert_non_null(strstr(err.text, globs[i]));
	}
	probe_free(probe);
}

static void the_thread_is_the_second_part(void **state)
{
	(void)state;
	assert_true(arm_is_on_main("gc/main/churn,GOGC=off"));
	assert_false(arm_is_on_main("gc/worker/churn"));
	assert_false(arm_is_on_main("gc/worker/main/x"));
	assert_false(arm_is_on_main("gc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_thread_is_the_second_part),
		cmocka_unit_test(test_good_names),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_select_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
