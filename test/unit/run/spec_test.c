#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fixture.h"

static void the_manifest_says_what_the_page_must_know(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, 4);
	struct json *manifest = launch_spec_manifest(&fixture.spec);
	assert_string_equal(json_text(manifest, "arm", ""), "js/worker/churn,samples=60,GOGC=off");
	assert_string_equal(json_text(manifest, "load", ""), "churn");
	assert_string_equal(json_text(manifest, "launch", ""), "20260101T000000Z-fixture-0000:5");
	assert_true(json_number(json_get(manifest, "parameters"), "samples", 0) == 60);
	const struct json *guest = json_get(manifest, "guest");
	assert_string_equal(json_text(guest, "module", ""), "guest/guest.js");
	assert_int_equal(json_type(json_get(guest, "wasm")), JSON_NULL);
	assert_string_equal(json_text(json_get(guest, "environment"), "GOGC", ""), "off");
	assert_null(json_get(json_get(guest, "environment"), "samples"));
	double extra = json_number(json_get(manifest, "seeds"), "warmup_extra_ms", -1);
	assert_true(extra >= 0 && extra < 250);
	char *text = json_print(manifest, false);
	assert_null(strstr(text, "digest"));
	free(text);
	json_free(manifest);
	fixture_release(&fixture);
}

static void a_recorder_is_told_what_ends_it(void **state)
{
	(void)state;
	static const struct { double trigger_ms; bool is_length; const char *of; } rows[] = {
		{ 0, false, NULL }, { 50, false, "response" }, { 32.5, true, "length" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;
		fixture_init(&fixture, 3);
		fixture.spec.trigger_ms = rows[i].trigger_ms;
		fixture.spec.trigger_is_length = rows[i].is_length;
		fixture.spec.threshold_ms = 16.7;
		struct json *manifest = launch_spec_manifest(&fixture.spec);
		const struct json *recorder = json_get(manifest, "recorder");
		assert_int_equal(json_type(recorder), rows[i].of ? JSON_OBJECT : JSON_NULL);
		if (rows[i].of) {
			assert_true(json_number(recorder, "trigger_ms", 0) == rows[i].trigger_ms);
			assert_true(json_number(recorder, "threshold_ms", 0) == 16.7);
			assert_string_equal(json_text(recorder, "of", ""), rows[i].of);
		}
		json_free(manifest);
		fixture_release(&fixture);
	}
}

static void a_page_without_a_guest_gets_none(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, 3);
	struct json *manifest = launch_spec_manifest(&fixture.spec);
	assert_int_equal(json_type(json_get(manifest, "guest")), JSON_NULL);
	json_free(manifest);
	fixture_release(&fixture);
}

static void thread_responder_and_tracing_are_the_arms_and_the_launchs(void **state)
{
	(void)state;
	static const struct { size_t arm; bool traced; const char *thread, *responder; } rows[] = {
		{ 0, false, "worker", "js" }, { 0, true, "worker", "js" }, { 5, false, "main", "guest" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;
		fixture_init(&fixture, rows[i].arm);
		fixture.spec.traced = rows[i].traced;
		struct json *manifest = launch_spec_manifest(&fixture.spec);
		assert_string_equal(json_text(manifest, "thread", ""), rows[i].thread);
		assert_string_equal(json_text(manifest, "responder", ""), rows[i].responder);
		assert_int_equal(json_bool(manifest, "traced", !rows[i].traced), rows[i].traced);
		json_free(manifest);
		fixture_release(&fixture);
	}
}

/* Without the parameter the probe's own word counts. */
static void a_probe_may_fix_the_responder(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, 0);
	struct json *none = json_new_object();
	assert_string_equal(launch_spec_responder(fixture.probe, none), "js");
	assert_string_equal(launch_spec_responder(fixture.probe, fixture.parameters), "js");
	json_set_text(fixture.parameters, "responder", "guest");
	assert_string_equal(launch_spec_responder(fixture.probe, fixture.parameters), "guest");
	json_free(none);
	fixture_release(&fixture);
}

static void seeds_are_the_blocks_and_shared_by_its_arms(void **state)
{
	(void)state;
	struct fixture one, other;
	uint32_t a[4], b[4], c[4], d[4];
	fixture_init(&one, 0);
	fixture_init(&other, 1);
	launch_spec_seed(&one.spec, "schedule", a);
	launch_spec_seed(&other.spec, "schedule", b);
	assert_memory_equal(a, b, sizeof(a));
	launch_spec_seed(&one.spec, "load", c);
	assert_memory_not_equal(a, c, sizeof(a));
	one.spec.block = 3;
	launch_spec_seed(&one.spec, "schedule", d);
	assert_memory_not_equal(a, d, sizeof(a));
	fixture_release(&one);
	fixture_release(&other);
}

static void step_sizes_follow_the_load(void **state)
{
	(void)state;
	static const struct { size_t arm, size; } rows[] = { { 0, 64000 }, { 1, 1000 }, { 2, 0 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture fixture;
		fixture_init(&fixture, rows[i].arm);
		assert_int_equal(launch_spec_step_size(&fixture.spec), rows[i].size);
		fixture_release(&fixture);
	}
}

static void a_setting_that_nobody_knows_is_refused(void **state)
{
	(void)state;
	struct fixture fixture;
	struct err err = { 0 };
	fixture_init(&fixture, 4);
	assert_int_equal(launch_spec_check_settings(fixture.probe, fixture.spec.arm, NULL, &err), -1);
	assert_int_equal(err.code, ERR_USAGE);
	assert_non_null(strstr(err.text, "GOGC"));
	assert_int_equal(launch_spec_check_settings(fixture.probe, &fixture.probe->arms[0], NULL, &err), 0);
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manifest_says_what_the_page_must_know),
		cmocka_unit_test(a_recorder_is_told_what_ends_it),
		cmocka_unit_test(a_page_without_a_guest_gets_none),
		cmocka_unit_test(thread_responder_and_tracing_are_the_arms_and_the_launchs),
		cmocka_unit_test(a_probe_may_fix_the_responder),
		cmocka_unit_test(seeds_are_the_blocks_and_shared_by_its_arms),
		cmocka_unit_test(step_sizes_follow_the_load),
		cmocka_unit_test(a_setting_that_nobody_knows_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
