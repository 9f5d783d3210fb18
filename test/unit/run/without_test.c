/* How causes are switched off, in which arms they cannot be, and the arm that results. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "probe/added.h"
#include "run/without.h"
#include "trace/cause.h"

#define PROBE(more) "{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":10," more \
	"\"parameters\":[{\"name\":\"pacer\",\"default\":\"task\",\"choices\":[\"task\",\"worker\"],\"help\":\"h\"}]," \
	"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"go\"},{\"name\":\"tinygo\",\"toolchain\":\"tinygo\"," \
	"\"source\":\"go\"},{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"a.js\"}]," \
	"\"arms\":[\"gc/worker/churn\",\"gc/worker/churn,GOGC=off\",\"gc/worker/churn,GOGC=50\",\"tinygo/worker/churn\"," \
	"\"js/main/churn,pacer=worker\",\"none/main/idle\"]}"

static struct probe *parse(const char *text)
{
	struct err err = { 0 };
	struct probe *probe = probe_parse("/probes/mine", text, strlen(text), &err);
	if (!probe)
		fail_msg("%s", err.text);
	return probe;
}

static int find(const struct probe *probe, const char *name, const char *cause, struct without *without, struct err *err)
{
	size_t index;
	struct toolchain *toolchain = NULL;
	assert_true(probe_find_arm(probe, name, &index));
	const struct probe_arm *arm = &probe->arms[index];
	struct json *parameters = probe_parameters(probe, arm, NULL, 0, err);
	assert_non_null(parameters);
	if (arm->guest_index < probe->guest_count) {
		toolchain = toolchain_load(getenv("WASMOGRAPH_SOURCE"), probe->guests[arm->guest_index].toolchain, err);
		if (!toolchain)
			fail_msg("%s", err->text);
	}
	int result = without_find(probe, arm, toolchain, parameters, cause, without, err);
	toolchain_free(toolchain);
	json_free(parameters);
	return result;
}

static void test_causes(void **state)
{
	(void)state;
	const struct { const char *arm, *cause, *key, *value, *flag, *why; } rows[] = {
		{ "gc/worker/churn", "guest-gc@worker", "GOGC", "off", NULL, NULL },
		{ "gc/worker/churn", "guest-gc", "GOGC", "off", NULL, NULL },
		{ "gc/worker/churn,GOGC=50", "guest-gc", "GOGC", "off", NULL, NULL },
		{ "gc/worker/churn,GOGC=off", "guest-gc", NULL, NULL, NULL, "off already" },
		{ "js/main/churn,pacer=worker", "guest-gc@main", NULL, NULL, NULL, "part of its bytes" },
		{ "none/main/idle", "guest-gc@main", NULL, NULL, NULL, "part of its bytes" },
		{ "gc/worker/churn", "late@main", "pacer", "worker", NULL, NULL },
		{ "js/main/churn,pacer=worker", "late@worker", NULL, NULL, NULL, "off already" },
		{ "js/main/churn,pacer=worker", "gc@main", NULL, NULL, "max-semi-space-size", NULL },
		{ "gc/worker/churn", "wasm-compile@worker", NULL, NULL, "--no-liftoff", NULL },
		{ "gc/worker/churn", "cpu-internal", NULL, NULL, "--single-threaded", NULL },
		{ "gc/worker/churn", "cpu-external", NULL, NULL, NULL, "not ours" },
		{ "gc/worker/churn", "mem-grow@worker", NULL, NULL, NULL, "no parameter" },
		{ "gc/worker/churn", "serialise@worker", NULL, NULL, NULL, "no parameter" },
		{ "gc/worker/churn", "deserialise@main", NULL, NULL, NULL, "no parameter" },
		{ "gc/worker/churn", "guest@worker", NULL, NULL, NULL, "own work" },
		{ "gc/worker/churn", "gues", NULL, NULL, NULL, "no such cause" },
		{ "gc/worker/churn", "", NULL, NULL, NULL, "no such cause" },
	};
	struct probe *probe = parse(PROBE(""));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct without without;
		struct err err = { 0 };
		int result = find(probe, rows[i].arm, rows[i].cause, &without, &err);
		if (result != (rows[i].why ? -1 : 0) || (result && !strstr(err.text, rows[i].why)))
			fail_msg("%s in %s: %s", rows[i].cause, rows[i].arm, err.text);
		if (result)
			continue;
		assert_true(!without.key == !rows[i].key && !without.flag == !rows[i].flag);
		if (rows[i].key) {
			assert_string_equal(without.key, rows[i].key);
			assert_string_equal(without.value, rows[i].value);
		}
		if (rows[i].flag)
			assert_non_null(strstr(without.flag, rows[i].flag));
		without_release(&without);
	}
	probe_free(probe);
}

/* Every cause of docs/CAUSES.md has its rule or its refusal. */
static void test_no_cause_is_forgotten(void **state)
{
	(void)state;
	struct probe *probe = parse(PROBE(""));
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		struct without without;
		struct err err = { 0 };
		if (find(probe, "gc/worker/churn", trace_cause_name(cause), &without, &err))
			assert_null(strstr(err.text, "no such cause"));
		else
			without_release(&without);
	}
	probe_free(probe);
}

/* What the probe itself says of a cause goes before the general rule, and may be of some guests alone. */
static void test_a_probe_with_switches(void **state)
{
	(void)state;
	const struct { const char *arm, *cause, *key, *value, *why; } rows[] = {
		{ "gc/worker/churn", "gc@main", "pacer", "worker", NULL },
		{ "js/main/churn,pacer=worker", "gc", NULL, NULL, "off already" },
		{ "tinygo/worker/churn", "mem-grow@worker", "room", "64", NULL },
		{ "gc/worker/churn", "mem-grow@worker", NULL, NULL, "it grows anyway" },
		{ "none/main/idle", "mem-grow@main", NULL, NULL, "it grows anyway" },
		{ "gc/worker/churn", "js@worker", "room", "7", NULL },
		{ "gc/worker/churn,room=7", "js@worker", NULL, NULL, "off already" },
	};
	struct probe *probe = parse("{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":10,\"parameters\":["
		"{\"name\":\"pacer\",\"default\":\"task\",\"choices\":[\"task\",\"worker\"],\"help\":\"h\"},"
		"{\"name\":\"room\",\"default\":0,\"least\":0,\"most\":99,\"unit\":\"MB\",\"help\":\"h\"}],"
		"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"go\"},{\"name\":\"tinygo\",\"toolchain\":\"tinygo\","
		"\"source\":\"go\"},{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"a.js\"}],"
		"\"arms\":[\"gc/worker/churn\",\"gc/worker/churn,room=7\",\"tinygo/worker/churn\",\"js/main/churn,pacer=worker\","
		"\"none/main/idle\"],\"without\":[{\"cause\":\"gc\",\"parameter\":\"pacer\",\"value\":\"worker\",\"how\":\"h\"},"
		"{\"cause\":\"js\",\"parameter\":\"room\",\"value\":\"7\",\"how\":\"h\"},"
		"{\"cause\":\"mem-grow\",\"parameter\":\"room\",\"value\":\"64\",\"how\":\"h\",\"toolchains\":[\"tinygo\"],"
		"\"otherwise\":\"it grows anyway\"}]}");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct without without;
		struct err err = { 0 };
		int result = find(probe, rows[i].arm, rows[i].cause, &without, &err);
		if (result != (rows[i].why ? -1 : 0) || (result && !strstr(err.text, rows[i].why)))
			fail_msg("%s in %s: %s", rows[i].cause, rows[i].arm, err.text);
		if (result)
			continue;
		assert_string_equal(without.key, rows[i].key);
		assert_string_equal(without.value, rows[i].value);
		without_release(&without);
	}
	probe_free(probe);
}

/* A guest that is built without the cause stands beside the one that was measured, and the arm has it. */
static void test_a_build_without_the_cause(void **state)
{
	(void)state;
	struct probe *probe = parse(PROBE(""));
	struct without without;
	struct err err = { 0 };
	size_t index;
	assert_int_equal(find(probe, "tinygo/worker/churn", "guest-gc@worker", &without, &err), 0);
	assert_null(without.key);
	assert_string_equal(json_text(without.options, "gc", ""), "leaking");
	assert_int_equal(without_add_arm(probe, "tinygo/worker/churn", &without, &index, &err), 0);
	const struct probe_arm *arm = &probe->arms[index];
	assert_int_equal(arm->guest_index, 3);
	assert_int_equal(arm->setting_count, 0);
	assert_string_equal(probe->guests[3].name, "tinygo-without-guest-gc");
	assert_string_equal(probe->guests[3].source, "go");
	assert_string_equal(json_text(probe->guests[3].options, "gc", ""), "leaking");
	assert_null(probe->guests[1].options);
	without_release(&without);
	probe_free(probe);
}

/* The browser takes them beside the probe's own, which are not lost. */
static void test_a_probe_with_flags_of_v8(void **state)
{
	(void)state;
	struct without without;
	struct err err = { 0 };
	struct probe *probe = parse(PROBE("\"browser_flags\":[\"--js-flags=--trace-gc\"],"));
	assert_int_equal(find(probe, "gc/worker/churn", "gc@main", &without, &err), 0);
	assert_non_null(without.flag);
	without_release(&without);
	probe_free(probe);
}

/* The name tells the cause; the settings are what page and guest get. */
static void test_arms(void **state)
{
	(void)state;
	const struct { const char *arm, *cause, *name; size_t settings; } rows[] = {
		{ "gc/worker/churn", "guest-gc", "gc/worker/churn,without=guest-gc", 1 },
		{ "gc/worker/churn,GOGC=50", "guest-gc", "gc/worker/churn,GOGC=50,without=guest-gc", 1 },
		{ "gc/worker/churn,GOGC=50", "gc", "gc/worker/churn,GOGC=50,without=gc", 1 },
		{ "gc/worker/churn", "gc", "gc/worker/churn,without=gc", 0 },
	};
	struct probe *probe = parse(PROBE(""));
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct without without;
		struct err err = { 0 };
		size_t index;
		assert_int_equal(find(probe, rows[i].arm, rows[i].cause, &without, &err), 0);
		assert_int_equal(without_add_arm(probe, rows[i].arm, &without, &index, &err), 0);
		const struct probe_arm *arm = &probe->arms[index];
		assert_string_equal(arm->name, rows[i].name);
		assert_int_equal(arm->setting_count, rows[i].settings);
		if (without.key)
			assert_string_equal(arm->settings[0].value, without.value);
		without_release(&without);
	}
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_causes),
		cmocka_unit_test(test_no_cause_is_forgotten),
		cmocka_unit_test(test_a_probe_with_switches),
		cmocka_unit_test(test_a_build_without_the_cause),
		cmocka_unit_test(test_a_probe_with_flags_of_v8),
		cmocka_unit_test(test_arms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
