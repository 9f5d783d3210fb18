#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "stats/latency_fixture.h"

static struct latency_summary summarise(const struct fixture *f)
{
	struct latency_summary summary;
	const char *what = NULL;
	assert_int_equal(latency_summarise(&f->samples, 16.7, &summary, &what), 0);
	assert_null(what);
	return summary;
}

static void steady(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600);
	struct latency_summary s = summarise(&f);
	assert_int_equal(s.measured, 600);
	assert_int_equal(s.unanswered, 0);
	assert_true(s.response_p50 == 1 && s.response_p95 == 1 && s.response_p99 == 1);
	assert_true(s.response_worst == 1);
	assert_true(s.service_p50 == 0.75 && s.service_p95 == 0.75);
	assert_true(s.lateness_p50 == 0.25 && s.lateness_p95 == 0.25);
	assert_true(isnan(s.cold_response_p95));
	assert_true(s.window_ms == 3000);
	assert_true(s.effective_n == 600 && s.p95_supported && s.p99_supported);
	assert_int_equal(s.episodes, 0);
	assert_true(s.episodes_per_minute == 0 && s.stalled_ms_per_second == 0);
	assert_true(s.longest_episode_ms == 0);
	assert_false(s.unsteady || s.on_cliff || s.saturated);
}

static void stalls_show_where_they_should(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600);
	fixture_stall(&f, 1500, 50); /* seven samples over 16.7 ms, ten over 5 */
	fixture_stall(&f, 2500, 120); /* 21 over 16.7, 24 over 5, fifteen over 50, five over 100 */
	struct latency_summary s = summarise(&f);
	assert_int_equal(s.over_threshold, 7 + 21);
	assert_int_equal(s.over_5ms, 10 + 24);
	assert_int_equal(s.over_50ms, 1 + 15);
	assert_int_equal(s.over_100ms, 5);
	assert_int_equal(s.episodes, 2);
	assert_true(s.episodes_per_minute == 40);
	assert_true(s.longest_episode_ms == 121 && s.response_worst == 121);
	assert_true(s.stalled_ms_per_second == (51 + 121) / 3.0);
	assert_true(s.on_cliff); /* 28 of 600 are 4.7 % */
	assert_true(s.response_p50 == 1);
	/* rank 570 is the 31st largest, so the fourth smallest of the 34: 6, 6, 11, 11, … */
	assert_true(s.response_p95 == 11);
	assert_true(s.effective_n < 72 && !s.p95_supported);
	assert_false(s.unsteady || s.saturated);
}

static void on_the_cliff_from_3_to_7_percent(void **state)
{
	(void)state;
	static const struct {
		size_t late;
		bool expected;
	} rows[] = { { 0, false }, { 29, false }, { 30, true }, { 50, true }, { 70, true }, { 71, false } };
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		struct fixture f;
		fixture_steady(&f, 1000);
		for (size_t i = 0; i < rows[r].late; i++)
			f.returned[13 * i] = f.due[13 * i] + 30;
		assert_int_equal(summarise(&f).on_cliff, rows[r].expected);
	}
}

static void cold_samples_stand_apart(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600);
	fixture_stall(&f, 1000, 400); /* due 1000 … 1395: the first 80 */
	f.samples.cold = 100;
	struct latency_summary s = summarise(&f);
	assert_int_equal(s.measured, 500);
	assert_int_equal(s.over_threshold, 0);
	assert_true(s.response_worst == 1);
	assert_true(s.cold_response_p95 == 401 - 5 * 5); /* sixth largest of 100 */
	assert_true(s.window_ms == 2500);
}

/* A reply that never came stays in the percentiles, at its wait so far. */
static void unanswered(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600); /* drain ends at 5000 */
	for (size_t i = 540; i < 600; i++)
		fixture_lose(&f, i);
	f.sent[599] = NAN;
	struct latency_summary s = summarise(&f);
	assert_int_equal(s.unanswered, 60);
	assert_true(s.response_worst == 5000 - f.due[540]);
	assert_true(s.response_p95 == 5000 - f.due[570]); /* the 31st largest; the 60 fall with due */
	assert_int_equal(s.over_100ms, 60);
	assert_int_equal(s.episodes, 1);
	assert_true(s.stalled_ms_per_second == 300 / 3.0); /* inside the window only */
	assert_false(s.saturated); /* a last tenth without replies may be a stall */
}

static void a_backlog_that_grows_is_saturated(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600);
	for (size_t i = 1; i < 600; i++)
		f.returned[i] = f.returned[i - 1] + 6;
	assert_true(summarise(&f).saturated);
}

static void one_sample(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 1);
	struct latency_summary s = summarise(&f);
	assert_true(s.response_p95 == 1 && isnan(s.window_ms) && isnan(s.episodes_per_minute));
	assert_false(s.p95_supported || s.p99_supported || s.unsteady || s.saturated);
}

static void contradictions_fail(void **state)
{
	(void)state;
	struct fixture f;
	struct latency_summary summary;
	const char *what = NULL;
	fixture_steady(&f, 100);
	f.returned[50] = f.due[50] - 3;
	assert_int_equal(latency_summarise(&f.samples, 16.7, &summary, &what), -1);
	assert_non_null(strstr(what, "returned before"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady),
		cmocka_unit_test(stalls_show_where_they_should),
		cmocka_unit_test(on_the_cliff_from_3_to_7_percent),
		cmocka_unit_test(cold_samples_stand_apart),
		cmocka_unit_test(unanswered),
		cmocka_unit_test(a_backlog_that_grows_is_saturated),
		cmocka_unit_test(one_sample),
		cmocka_unit_test(contradictions_fail),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
