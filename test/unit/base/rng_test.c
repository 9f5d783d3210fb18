#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/rng.h"

/* Outputs of the C reference xoshiro128starstar.c, version 1.1; the last row also stands in
 * the tests of rand_xoshiro. web/random.js and the guests must give the same. */
static void matches_reference_vectors(void **state)
{
	(void)state;
	static const struct {
		uint32_t state[4], expected[10];
		size_t count;
	} rows[] = {
		{{0, 1, 2, 3},
			{5760, 17280, 2966400, 32451840, 2604340873, 3891234569, 1254043636, 216095511,
				3291724652, 2070429911}, 10},
		{{0x964D4A0C, 0xD40AB895, 0xAD7FDECB, 0x3006F0F0},
			{0xF1391922, 0x6FE53806, 0xA5BE2840, 0xF510EE70}, 4},
		{{1, 2, 3, 4},
			{11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849,
				3729100597, 4258142804}, 10},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rng rng;
		memcpy(rng.state, rows[i].state, sizeof rng.state);
		for (size_t d = 0; d < rows[i].count; d++)
			assert_int_equal(rng_next(&rng), rows[i].expected[d]);
	}
}

/* SHA-256("42/block/3/schedule") = c8877590 0c3f411f 29747f61 0e45efe7 … by sha256sum. */
static void seeds_by_hash_of_seed_and_stream(void **state)
{
	(void)state;
	static const uint32_t expected_state[4] = {0x907587c8, 0x1f413f0c, 0x617f7429, 0xe7ef450e};
	static const uint32_t expected[] = {1007325374, 2843924331, 2637851286, 3644413143};
	struct rng rng;
	rng_seed(&rng, 42, "block/3/schedule");
	assert_memory_equal(rng.state, expected_state, sizeof expected_state);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(rng_next(&rng), expected[i]);
}

static void streams_and_seeds_differ(void **state)
{
	(void)state;
	static const struct {
		uint64_t seed;
		const char *stream;
	} rows[] = {{1, "a"}, {1, "b"}, {2, "a"}, {11, "a"}, {1, "1/a"}, {UINT64_MAX, "a"}, {1, ""}};
	enum { COUNT = sizeof rows / sizeof rows[0] };
	struct rng rngs[COUNT];
	for (size_t i = 0; i < COUNT; i++) {
		rng_seed(&rngs[i], rows[i].seed, rows[i].stream);
		for (size_t j = 0; j < i; j++)
			assert_memory_not_equal(rngs[i].state, rngs[j].state, sizeof rngs[i].state);
	}
}

static void unit_stays_below_one(void **state)
{
	(void)state;
	struct rng rng;
	double sum = 0;
	rng_seed(&rng, 7, "unit");
	enum { DRAWS = 100000 };
	for (int i = 0; i < DRAWS; i++) {
		struct rng twin = rng;
		double unit = rng_unit(&rng);
		assert_true(unit >= 0 && unit < 1);
		assert_true(unit * 0x1p32 == rng_next(&twin));
		sum += unit;
	}
	/* sd of the mean is 0.29/√100000 = 0.0009; the seed is fixed, so this is no gamble */
	assert_true(fabs(sum / DRAWS - 0.5) < 0.005);
}

static void below_is_uniform(void **state)
{
	(void)state;
	static const uint32_t bounds[] = {1, 2, 3, 6, 10, 20};
	struct rng rng;
	rng_seed(&rng, 7, "below");
	enum { DRAWS = 60000 };
	for (size_t b = 0; b < sizeof bounds / sizeof bounds[0]; b++) {
		uint32_t bound = bounds[b];
		int counts[20] = {0};
		double chi2 = 0, expected = (double)DRAWS / bound;
		for (int i = 0; i < DRAWS; i++) {
			uint32_t draw = rng_below(&rng, bound);
			assert_true(draw < bound);
			counts[draw]++;
		}
		for (uint32_t i = 0; i < bound; i++)
			chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
		/* mean + 4 sd of χ² with bound − 1 degrees of freedom */
		assert_true(chi2 <= bound - 1 + 4 * sqrt(2.0 * bound));
	}
}

/* With bound 3·2^30 a plain remainder would draw the first quarter twice as often as the
 * others. */
static void below_has_no_modulo_bias(void **state)
{
	(void)state;
	struct rng rng;
	int low = 0;
	rng_seed(&rng, 7, "bias");
	enum { DRAWS = 30000 };
	for (int i = 0; i < DRAWS; i++)
		low += rng_below(&rng, 3u << 30) < 1u << 30;
	assert_in_range(low, DRAWS / 3 - 400, DRAWS / 3 + 400);
}

static void bound_one_draws_nothing(void **state)
{
	(void)state;
	struct rng rng, kept;
	rng_seed(&rng, 7, "one");
	kept = rng;
	assert_int_equal(rng_below(&rng, 1), 0);
	assert_memory_equal(&rng, &kept, sizeof rng);
}

/* All 24 orders of four, each as often as the others. */
static void shuffle_gives_every_order(void **state)
{
	(void)state;
	int counts[256] = {0}, seen = 0;
	struct rng rng;
	rng_seed(&rng, 7, "shuffle");
	enum { DRAWS = 24000 };
	for (int i = 0; i < DRAWS; i++) {
		size_t order[4];
		rng_shuffle(&rng, order, 4);
		counts[order[0] | order[1] << 2 | order[2] << 4 | order[3] << 6]++;
	}
	for (int i = 0; i < 256; i++)
		if (counts[i] > 0) {
			seen++;
			assert_in_range(counts[i], 850, 1150);
		}
	assert_int_equal(seen, 24);
}

static void shuffle_is_the_documented_one(void **state)
{
	(void)state;
	enum { COUNT = 30 };
	struct rng rng, twin;
	size_t order[COUNT], expected[COUNT];
	rng_seed(&rng, 9, "order");
	twin = rng;
	rng_shuffle(&rng, order, COUNT);
	for (size_t i = 0; i < COUNT; i++)
		expected[i] = i;
	for (uint32_t last = COUNT; last >= 2; last--) {
		uint32_t pick = rng_below(&twin, last);
		size_t kept = expected[last - 1];
		expected[last - 1] = expected[pick];
		expected[pick] = kept;
	}
	assert_memory_equal(order, expected, sizeof order);
	rng_shuffle(&rng, NULL, 0);
}

static void system_source_differs_each_time(void **state)
{
	(void)state;
	uint8_t a[1000] = {0}, b[1000] = {0};
	rng_system(a, sizeof a);
	rng_system(b, sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	rng_system(NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(matches_reference_vectors),
		cmocka_unit_test(seeds_by_hash_of_seed_and_stream),
		cmocka_unit_test(streams_and_seeds_differ),
		cmocka_unit_test(unit_stays_below_one),
		cmocka_unit_test(below_is_uniform),
		cmocka_unit_test(below_has_no_modulo_bias),
		cmocka_unit_test(bound_one_draws_nothing),
		cmocka_unit_test(shuffle_gives_every_order),
		cmocka_unit_test(shuffle_is_the_documented_one),
		cmocka_unit_test(system_source_differs_each_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
