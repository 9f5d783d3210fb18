#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>

#include "base/rng.h"
#include "stats/changepoint.h"
#include "stats/simulate.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { SERIES_MAX = 200, POINTS_MAX = 8 };

/* Levels one after the other, each `length` values long, with 2 % scatter. */
static size_t find(const double *levels, size_t level_count, size_t length, double smallest,
	struct changepoint *points)
{
	double values[SERIES_MAX];
	struct rng rng;
	rng_seed(&rng, 1, "levels");
	for (size_t i = 0; i < level_count * length; i++)
		values[i] = levels[i / length] * exp(0.02 * simulate_normal(&rng));
	return changepoint_find(values, level_count * length, 50, 0.001, smallest, points, POINTS_MAX);
}

static void finds_each_step(void **state)
{
	(void)state;
	static const struct {
		double levels[4];
		size_t level_count, length, found;
	} rows[] = {
		{ { 1 }, 1, 40, 0 },
		{ { 1, 1.2 }, 2, 20, 1 },
		{ { 1, 0.8 }, 2, 20, 1 },
		{ { 1, 1.2 }, 2, 100, 1 },              /* more than one window each side */
		{ { 1, 1.2, 1 }, 3, 30, 2 },
		{ { 5, 10, 20, 10 }, 4, 15, 3 },
		{ { 1, 1.03 }, 2, 60, 0 },              /* certain, but under 5 % */
		{ { 1000, 1200 }, 2, 20, 1 }, { { 1e-6, 1.2e-6 }, 2, 20, 1 },
	};
	for (size_t r = 0; r < COUNT(rows); r++) {
		struct changepoint points[POINTS_MAX];
		size_t found = find(rows[r].levels, rows[r].level_count, rows[r].length, 0.05, points);
		assert_int_equal(found, rows[r].found);
		for (size_t i = 0; i < found; i++) {
			assert_int_equal(points[i].index, (i + 1) * rows[r].length);
			assert_true(points[i].p < 0.001);
			assert_true(fabs(points[i].before / rows[r].levels[i] - 1) < 0.02);
			assert_true(fabs(points[i].after / rows[r].levels[i + 1] - 1) < 0.02);
		}
	}
}

static void smallest_step_counts(void **state)
{
	(void)state;
	static const double levels[] = { 1, 1.03 };
	struct changepoint points[POINTS_MAX];
	size_t any = find(levels, 2, 60, 0, points);
	assert_true(any >= 1); /* chance steps within a level may pass, too: that is why */
	for (size_t i = 0; i < any; i++)
		assert_true(fabs(points[i].after / points[i].before - 1) < 0.05);
	assert_int_equal(find(levels, 2, 60, 0.05, points), 0);
}

static void capacity_bounds_what_is_written(void **state)
{
	(void)state;
	static const double levels[] = { 1, 2, 4, 8 };
	struct changepoint points[POINTS_MAX], one[2] = { { 0 }, { .index = 77 } };
	double values[60];
	for (size_t i = 0; i < 60; i++)
		values[i] = levels[i / 15] * (1 + 0.01 * (double)(i % 3));
	assert_int_equal(changepoint_find(values, 60, 50, 0.001, 0.05, points, POINTS_MAX), 3);
	assert_int_equal(changepoint_find(values, 60, 50, 0.001, 0.05, one, 1), 3);
	assert_int_equal(one[0].index, 15);
	assert_int_equal(one[1].index, 77);
}

static void short_series_say_nothing(void **state)
{
	(void)state;
	static const double values[] = { 1, 9, 1, 9 };
	for (size_t count = 0; count <= 4; count++)
		assert_int_equal(changepoint_find(values, count, 50, 0.001, 0.05, NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_step),
		cmocka_unit_test(smallest_step_counts),
		cmocka_unit_test(capacity_bounds_what_is_written),
		cmocka_unit_test(short_series_say_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
