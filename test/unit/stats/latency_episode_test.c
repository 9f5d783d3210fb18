#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "stats/latency_fixture.h"

static void one_stall_is_one_episode(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 200);
	fixture_stall(&f, 1100, 50); /* due 1100 … 1145 return at 1151; over 16.7: 1100 … 1130 */
	size_t count;
	struct latency_episode *episodes = latency_episodes(&f.samples, 16.7, &count);
	assert_int_equal(count, 1);
	assert_int_equal(episodes[0].first, 20);
	assert_int_equal(episodes[0].last, 26);
	assert_true(episodes[0].start_ms == 1100);
	assert_true(episodes[0].length_ms == 51);
	assert_true(episodes[0].worst_ms == 51);
	free(episodes);
	assert_true(latency_stalled_ms(&f.samples, 16.7, 2000) == 51);
	assert_true(latency_stalled_ms(&f.samples, 16.7, 1120) == 20); /* inside the window only */
}

static void one_on_time_separates(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 40);
	static const size_t late[] = { 0, 1, 3, 20, 21, 22, 39 };
	for (size_t i = 0; i < sizeof(late) / sizeof(late[0]); i++)
		f.returned[late[i]] = f.due[late[i]] + 20;
	f.returned[10] = f.due[10] + 16.5; /* slow, but on time */
	static const size_t expected[][2] = { { 0, 1 }, { 3, 3 }, { 20, 22 }, { 39, 39 } };
	size_t count;
	struct latency_episode *episodes = latency_episodes(&f.samples, 16.7, &count);
	assert_int_equal(count, 4);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(episodes[i].first, expected[i][0]);
		assert_int_equal(episodes[i].last, expected[i][1]);
	}
	free(episodes);
	/* [0, 25] ∪ [15, 35], [100, 130], [195, 215], which the window's end cuts at 200 */
	assert_true(latency_stalled_ms(&f.samples, 16.7, 1200) == 35 + 30 + 5);
}

static void cold_samples_are_in_no_episode(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 40);
	fixture_stall(&f, 1000, 100);
	f.samples.cold = 10; /* due 1050 and on are measured */
	size_t count;
	struct latency_episode *episodes = latency_episodes(&f.samples, 16.7, &count);
	assert_int_equal(count, 1);
	assert_int_equal(episodes[0].first, 10);
	assert_true(episodes[0].length_ms == 51);
	free(episodes);
	assert_true(latency_stalled_ms(&f.samples, 16.7, 1200) == 51);
}

static void missing_replies_are_late(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 20); /* drain ends at 2100 */
	fixture_lose(&f, 18);
	fixture_lose(&f, 19);
	size_t count;
	struct latency_episode *episodes = latency_episodes(&f.samples, 16.7, &count);
	assert_int_equal(count, 1);
	assert_int_equal(episodes[0].last, 19);
	assert_true(episodes[0].length_ms == 1010 && episodes[0].worst_ms == 1010);
	free(episodes);
}

static void none(void **state)
{
	(void)state;
	struct fixture f;
	fixture_steady(&f, 20);
	size_t count = 7;
	struct latency_episode *episodes = latency_episodes(&f.samples, 16.7, &count);
	assert_int_equal(count, 0);
	free(episodes);
	assert_true(latency_stalled_ms(&f.samples, 16.7, 1100) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_stall_is_one_episode),
		cmocka_unit_test(one_on_time_separates),
		cmocka_unit_test(cold_samples_are_in_no_episode),
		cmocka_unit_test(missing_replies_are_late),
		cmocka_unit_test(none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
