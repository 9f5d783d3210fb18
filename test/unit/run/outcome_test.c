#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "fixture.h"
#include "run/outcome.h"

static const struct err NO_FAILURE = { .code = ERR_NONE };
static const double IDLE_DIGEST = 2166136261.0; /* 0x811C9DC5: no step was done */

/* Counters of a quiet machine, one second apart. */
static struct counters quiet_before(void)
{
	return (struct counters){ .mono_us = 1000000, .busy_us = 500000, .steal_us = 0, .tree_us = 0,
		.self_us = 0, .throttled = -1, .major_faults = 5, .swapped_pages = 0,
		.memory_stall_us = 0, .oom_kills = 0 };
}

static struct counters quiet_after(void)
{
	struct counters after = quiet_before();
	after.mono_us += 1000000;
	after.busy_us += 400000;
	after.tree_us += 400000;
	return after;
}

static void judge(struct fixture *fixture, const struct err *failure, const struct buf *upload,
	const struct counters *before, const struct counters *after, struct outcome *outcome)
{
	struct outcome_input input = { .spec = &fixture->spec, .failure = failure,
		.upload = upload ? upload->data : NULL, .upload_length = upload ? upload->length : 0,
		.before = before, .after = after, .cpus = 2 };
	outcome_judge(&input, outcome);
}

/* Judges an upload on a quiet machine; the outcome's name, and its reason in `reason`. */
static const char *judged(size_t arm, uint32_t count, double delay_ms, const char *report,
	char reason[OUTCOME_REASON_SIZE])
{
	struct fixture fixture;
	struct buf upload;
	struct outcome outcome;
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, arm);
	fixture_upload(&upload, &fixture.spec, count, delay_ms, report);
	judge(&fixture, &NO_FAILURE, &upload, &before, &after, &outcome);
	snprintf(reason, OUTCOME_REASON_SIZE, "%s", outcome.reason);
	const char *name = store_outcome_name(outcome.outcome);
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_release(&fixture);
	return name;
}

static double digest_of(size_t arm, uint64_t steps)
{
	struct fixture fixture;
	uint32_t seed[4];
	fixture_init(&fixture, arm);
	launch_spec_seed(&fixture.spec, "load", seed);
	struct workload_result expected = workload_expected(fixture.spec.arm->load, seed,
		launch_spec_step_size(&fixture.spec), steps);
	fixture_release(&fixture);
	return expected.digest;
}

static void proved_work_is_valid(void **state)
{
	(void)state;
	char reason[OUTCOME_REASON_SIZE];
	for (size_t arm = 0; arm < 2; arm++) {
		assert_string_equal(judged(arm, 40, 1, fixture_report(7, 7, digest_of(arm, 7), FIXTURE_ISOLATED),
			reason), "valid");
		assert_string_equal(reason, "");
	}
	assert_string_equal(judged(2, 40, 1, fixture_report(0, 0, IDLE_DIGEST, FIXTURE_ISOLATED), reason),
		"valid");
}

static double metric_of(const struct outcome *outcome, const char *name)
{
	for (size_t i = 0; i < outcome->metric_count; i++) {
		if (strcmp(outcome->metrics[i].name, name) == 0)
			return outcome->metrics[i].value;
	}
	return NAN;
}

/* A guest that cannot tell of its collector has no such metric: none is not zero. */
static void the_guests_collections_are_metrics(void **state)
{
	(void)state;
	struct fixture fixture;
	struct buf upload;
	struct outcome outcome;
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, 0);
	char *report = fixture_report(7, 7, digest_of(0, 7), FIXTURE_ISOLATED);
	fixture_upload(&upload, &fixture.spec, 40, 1, report);
	judge(&fixture, &NO_FAILURE, &upload, &before, &after, &outcome);
	assert_true(metric_of(&outcome, "collections") == 2);
	assert_true(metric_of(&outcome, "gc_pause_ms") == 1.5);
	assert_true(metric_of(&outcome, "gc_time_ms") == 2.5);
	outcome_release(&outcome);
	buf_release(&upload);
	memcpy(strstr(report, "pause_ns"), "_ause_ns", 8);
	memcpy(strstr(report, "collections"), "_ollections", 11);
	fixture_upload(&upload, &fixture.spec, 40, 1, report);
	judge(&fixture, &NO_FAILURE, &upload, &before, &after, &outcome);
	assert_true(isnan(metric_of(&outcome, "collections")) && isnan(metric_of(&outcome, "gc_pause_ms")));
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_release(&fixture);
}

static void what_is_missing_or_untrue_fails(void **state)
{
	(void)state;
	const double good = digest_of(0, 7);
	const struct {
		uint32_t count;
		double steps_done, guest_steps, digest;
		const char *environment, *reason;
	} rows[] = {
		{ 39, 7, 7, good, FIXTURE_ISOLATED, "short upload" },
		{ 41, 7, 7, good, FIXTURE_ISOLATED, "short upload" },
		{ 40, 7, 7, good + 1, FIXTURE_ISOLATED, "digest" },
		{ 40, 7, 6, good, FIXTURE_ISOLATED, "steps" },
		{ 40, 1e12, 1e12, good, FIXTURE_ISOLATED, "at most" },
		{ 40, 0, 0, IDLE_DIGEST, FIXTURE_ISOLATED, "no work" },
		{ 40, 7, -1, good, FIXTURE_ISOLATED, "no proof" },
		{ 40, 7, 7, good, "{\"isolated_page\":true,\"isolated_worker\":false}", "crossOriginIsolated" },
		{ 40, 7, 7, good, "{}", "crossOriginIsolated" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char reason[OUTCOME_REASON_SIZE];
		const char *report = fixture_report(rows[i].steps_done, rows[i].guest_steps, rows[i].digest,
			rows[i].environment);
		assert_string_equal(judged(0, rows[i].count, 1, report, reason), "failed");
		assert_non_null(strstr(reason, rows[i].reason));
	}
}

static void a_broken_or_absent_upload_fails(void **state)
{
	(void)state;
	struct fixture fixture;
	struct outcome outcome;
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, 0);
	judge(&fixture, &NO_FAILURE, NULL, &before, &after, &outcome);
	assert_int_equal(outcome.outcome, STORE_FAILED);
	struct buf garbage;
	buf_init(&garbage, 100);
	buf_append_text(&garbage, "nothing like an upload");
	judge(&fixture, &NO_FAILURE, &garbage, &before, &after, &outcome);
	assert_int_equal(outcome.outcome, STORE_FAILED);
	outcome_release(&outcome);
	buf_release(&garbage);
	fixture_release(&fixture);
}

static void a_failure_on_the_way_is_the_reason(void **state)
{
	(void)state;
	struct fixture fixture;
	struct outcome outcome;
	struct err failure = { 0 };
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, 0);
	err_set(&failure, ERR_GUEST, "measuring: guest trapped");
	judge(&fixture, &failure, NULL, &before, &after, &outcome);
	assert_int_equal(outcome.outcome, STORE_FAILED);
	assert_string_equal(outcome.reason, "measuring: guest trapped");
	assert_int_equal(outcome.metric_count, 0);
	outcome_release(&outcome);
	fixture_release(&fixture);
}

static void a_disturbed_machine_or_a_hidden_page_voids(void **state)
{
	(void)state;
	struct fixture fixture;
	struct buf upload;
	struct outcome outcome;
	struct counters before = quiet_before(), disturbed = quiet_after(), quiet = quiet_after();
	fixture_init(&fixture, 0);
	disturbed.busy_us += 600000; /* somebody else used 30 % of two CPUs */
	fixture_upload(&upload, &fixture.spec, 40, 1, fixture_report(7, 7, digest_of(0, 7), FIXTURE_ISOLATED));
	judge(&fixture, &NO_FAILURE, &upload, &before, &disturbed, &outcome);
	assert_int_equal(outcome.outcome, STORE_VOID);
	assert_true(outcome.metric_count > 10);
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_upload(&upload, &fixture.spec, 40, 1, fixture_report(7, 7, digest_of(0, 7),
		"{\"isolated_page\":true,\"isolated_worker\":true,\"visibility\":\"hidden\"}"));
	judge(&fixture, &NO_FAILURE, &upload, &before, &quiet, &outcome);
	assert_int_equal(outcome.outcome, STORE_VOID);
	assert_non_null(strstr(outcome.reason, "hidden"));
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_release(&fixture);
}

static void a_schedule_that_was_not_kept_fails(void **state)
{
	(void)state;
	struct fixture fixture;
	struct buf upload;
	struct outcome outcome;
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, 0);
	fixture_upload(&upload, &fixture.spec, 40, 1,
		fixture_report(7, 7, digest_of(0, 7), FIXTURE_ISOLATED));
	double *due = (double *)(void *)(upload.data + upload.length - 5 * 40 * sizeof(double));
	due[20] += 0.25;
	judge(&fixture, &NO_FAILURE, &upload, &before, &after, &outcome);
	assert_int_equal(outcome.outcome, STORE_FAILED);
	assert_non_null(strstr(outcome.reason, "schedule"));
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_release(&fixture);
}

static void spikes_carry_their_episodes(void **state)
{
	(void)state;
	struct fixture fixture;
	struct buf upload;
	struct outcome outcome;
	struct counters before = quiet_before(), after = quiet_after();
	fixture_init(&fixture, 0);
	fixture_upload(&upload, &fixture.spec, 40, 1, fixture_report(7, 7, digest_of(0, 7), FIXTURE_ISOLATED));
	double *returned = (double *)(void *)(upload.data + upload.length - 40 * sizeof(double));
	returned[10] += 20;
	returned[11] += 20;
	returned[20] += 30;
	judge(&fixture, &NO_FAILURE, &upload, &before, &after, &outcome);
	assert_int_equal(outcome.outcome, STORE_VALID);
	assert_int_equal(outcome.spike_count, 3);
	assert_int_equal(outcome.spikes[0].sample, 10);
	assert_int_equal(outcome.spikes[0].episode, 0);
	assert_int_equal(outcome.spikes[1].episode, 0);
	assert_int_equal(outcome.spikes[2].sample, 20);
	assert_int_equal(outcome.spikes[2].episode, 1);
	assert_true(fabs(outcome.spikes[2].response_ms - 31) < 1e-9);
	outcome_release(&outcome);
	buf_release(&upload);
	fixture_release(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(proved_work_is_valid),
		cmocka_unit_test(the_guests_collections_are_metrics),
		cmocka_unit_test(what_is_missing_or_untrue_fails),
		cmocka_unit_test(a_broken_or_absent_upload_fails),
		cmocka_unit_test(a_failure_on_the_way_is_the_reason),
		cmocka_unit_test(a_disturbed_machine_or_a_hidden_page_voids),
		cmocka_unit_test(a_schedule_that_was_not_kept_fails),
		cmocka_unit_test(spikes_carry_their_episodes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
