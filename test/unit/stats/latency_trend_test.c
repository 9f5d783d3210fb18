/* Single cases; launch_signs_test.c has the rates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "stats/latency_fixture.h"
#include "stats/latency_trend.h"

/* From sample `from` on, each reply comes `spacing` ms after the one before. */
static void fall_behind(struct fixture *f, size_t from, double spacing)
{
	for (size_t i = from; i < f->samples.count; i++)
		f->returned[i] = f->returned[i - 1] + spacing;
}

static void saturated(void **state)
{
	(void)state;
	static const struct {
		size_t count, from;
		double spacing;
		bool expected;
	} rows[] = {
		{ 600, 1, 5.0, false },   /* keeps up */
		{ 600, 1, 5.05, false },  /* 1 %: 3 samples behind at the end */
		{ 600, 1, 5.5, true }, { 600, 1, 50, true },
		{ 600, 299, 6, true },    /* since half */
		{ 600, 450, 6, false },   /* a last quarter alone might be a stall */
		{ 59, 1, 20, false },     /* too few to tell */
		{ 60, 1, 20, true },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		fixture_steady(&f, rows[i].count);
		fall_behind(&f, rows[i].from, rows[i].spacing);
		assert_int_equal(latency_is_saturated(&f.samples), rows[i].expected);
	}
}

static void stalls_are_no_saturation(void **state)
{
	(void)state;
	/* window 1000 … 4000 ms */
	static const double stalls[][2] = { { 3800, 200 }, { 3800, 700 }, { 3100, 1500 }, { 2000, 900 },
		{ 2500, 1400 } };
	for (size_t i = 0; i < sizeof(stalls) / sizeof(stalls[0]); i++) {
		struct fixture f;
		fixture_steady(&f, 600);
		fixture_stall(&f, stalls[i][0], stalls[i][1]);
		assert_false(latency_is_saturated(&f.samples));
	}
}

static void lost_replies_are_backlog(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 600);
	for (size_t i = 200; i < 600; i++)
		fixture_lose(&f, i);
	assert_true(latency_is_saturated(&f.samples));
	fixture_steady(&f, 600);
	fixture_lose(&f, 599); /* one lost message is lost, not backlog */
	fixture_lose(&f, 350);
	assert_false(latency_is_saturated(&f.samples));
}

static void unsteady(void **state)
{
	(void)state;
	static const struct {
		size_t count, from, end;
		double factor;
		bool expected;
	} rows[] = {
		{ 600, 0, 600, 3, false }, { 600, 300, 600, 1.3, true }, { 600, 0, 150, 2, true },
		{ 600, 300, 600, 1.05, false },     /* under 10 % */
		{ 600, 590, 600, 50, false }, { 600, 500, 560, 50, false }, /* a tenth: an episode */
		{ 600, 0, 60, 50, false }, { 199, 100, 199, 3, false },   /* under ten blocks */
		{ 200, 100, 200, 3, true },
	};
	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		double values[FIXTURE_MAX];
		for (size_t i = 0; i < rows[r].count; i++) {
			values[i] = 1 + 0.001 * (double)(i * 7919 % 100);
			if (i >= rows[r].from && i < rows[r].end)
				values[i] *= rows[r].factor;
		}
		assert_int_equal(latency_is_unsteady(values, rows[r].count), rows[r].expected);
	}
}

/* Steps below the coarsest clock's grain are no level. */
static void grain_is_one_level(void **state)
{
	(void)state;
	double values[600];
	for (size_t i = 0; i < 600; i++)
		values[i] = i < 300 ? 0 : 0.09;
	assert_false(latency_is_unsteady(values, 600));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(saturated),
		cmocka_unit_test(stalls_are_no_saturation),
		cmocka_unit_test(lost_replies_are_backlog),
		cmocka_unit_test(unsteady),
		cmocka_unit_test(grain_is_one_level),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
