#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "stats/latency_fixture.h"

static void three_differences(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 10);
	assert_true(latency_response(&f.samples, 3) == 1);
	assert_true(latency_lateness(&f.samples, 3) == 0.25);
	assert_true(latency_service(&f.samples, 3) == 0.75);
	assert_true(latency_is_answered(&f.samples, 3));
}

static void missing_replies_wait_until_the_drain_ends(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 10); /* drain ends at 2050 */
	fixture_lose(&f, 9);    /* due 1045, sent 1045.25 */
	assert_false(latency_is_answered(&f.samples, 9));
	assert_true(latency_response(&f.samples, 9) == 1005);
	assert_true(latency_service(&f.samples, 9) == 1004.75);
	f.sent[9] = NAN;
	assert_true(latency_lateness(&f.samples, 9) == 1005);
	assert_true(isnan(latency_service(&f.samples, 9)));
	const char *what = "";
	assert_int_equal(latency_check(&f.samples, &what), 0);
	assert_null(what);
}

static void assert_refused(const struct fixture *f, const char *part)
{
	const char *what = NULL;
	assert_int_equal(latency_check(&f->samples, &what), -1);
	assert_non_null(what);
	if (!strstr(what, part))
		fail_msg("\"%s\" does not speak of \"%s\"", what, part);
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	enum column { DUE, SENT, RECEIVED, REPLIED, RETURNED };
	static const struct {
		enum column column;
		double value; /* of sample 5: due 1025, sent 1025.25, received 325, replied 325.5 */
		const char *says; /* NULL: fine */
	} rows[] = {
		{ DUE, 1020, "do not increase" }, { DUE, 1019, "do not increase" },
		{ DUE, NAN, "due time is missing" }, { DUE, INFINITY, "due time is missing" },
		{ SENT, 1024.95, NULL }, { SENT, 1024.8, "sent before it was due" },
		{ SENT, NAN, "never sent" }, { SENT, INFINITY, "infinite" },
		{ RETURNED, 1025.2, NULL }, { RETURNED, 1025.1, "returned before" },
		{ RETURNED, NAN, NULL }, { RETURNED, INFINITY, "infinite" },
		{ REPLIED, 324.95, NULL }, { REPLIED, 324.8, "replied to before" },
		{ REPLIED, NAN, NULL }, { RECEIVED, NAN, NULL }, { RECEIVED, 330, "replied to before" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		fixture_steady(&f, 10);
		double *columns[] = { f.due, f.sent, f.received, f.replied, f.returned };
		columns[rows[i].column][5] = rows[i].value;
		const char *what = NULL;
		if (rows[i].says)
			assert_refused(&f, rows[i].says);
		else
			assert_int_equal(latency_check(&f.samples, &what), 0);
	}
}

static void a_drain_must_outlast_what_is_missing(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 10);
	const char *what;
	f.samples.drain_end_ms = NAN; /* nothing is missing */
	assert_int_equal(latency_check(&f.samples, &what), 0);
	fixture_lose(&f, 9);
	assert_refused(&f, "drain");
	f.samples.drain_end_ms = 1044;
	assert_refused(&f, "drain");
	f.samples.drain_end_ms = 1045;
	assert_int_equal(latency_check(&f.samples, &what), 0);
}

static void something_must_be_measured(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 10);
	f.samples.cold = 10;
	assert_refused(&f, "no sample");
	f.samples.cold = 11;
	assert_refused(&f, "no sample");
	fixture_steady(&f, 0);
	assert_refused(&f, "no sample");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_differences),
		cmocka_unit_test(missing_replies_wait_until_the_drain_ends),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(a_drain_must_outlast_what_is_missing),
		cmocka_unit_test(something_must_be_measured),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
