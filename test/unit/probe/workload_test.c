/* The figures were computed by three independent implementations that agree: this one, the Go guest and the
 * JavaScript guest (test/guests/ runs those). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "probe/workload.h"

#define START 0x811C9DC5u

static const uint32_t seed[4] = { 1, 2, 3, 0xFFFFFFF0 };

static void test_names(void **state)
{
	(void)state;
	assert_true(workload_is_builtin("idle"));
	assert_true(workload_is_builtin("churn"));
	assert_true(workload_is_builtin("hash"));
	assert_false(workload_is_builtin("hashes"));
	assert_false(workload_is_builtin("HASH"));
	assert_false(workload_is_builtin(""));
}

static void test_expected(void **state)
{
	static const struct {
		const char *load;
		size_t size;
		uint64_t steps;
		struct workload_result result;
	} rows[] = {
		{ "idle", 0, 5, { START, 0, 0 } },
		{ "idle", 1000, 0, { START, 0, 0 } },
		{ "churn", 100000, 0, { START, 0, 0 } },
		{ "churn", 0, 7, { START, 0, 0 } },
		{ "churn", 100000, 300, { 954577723, 52538, 30114072 } },
		{ "hash", 10000000, 6, { 646437480, 0, 60000000 } },
		{ "hash", 1003, 5, { 1152172650, 0, 5015 } },
		{ "hash", 1003, 0, { START, 0, 0 } },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct workload_result result = workload_expected(rows[i].load, seed, rows[i].size,
			rows[i].steps);
		if (result.digest != rows[i].result.digest || result.objects != rows[i].result.objects
		    || result.bytes != rows[i].result.bytes)
			fail_msg("%s %zu × %lu: digest %u, %lu objects, %lu bytes", rows[i].load, rows[i].size,
				(unsigned long)rows[i].steps, result.digest, (unsigned long)result.objects,
				(unsigned long)result.bytes);
	}
}

/* A digest that does not depend on all of seed, size and steps proves no work. */
static void test_depends_on_everything(void **state)
{
	static const char *const loads[] = { "churn", "hash" };
	static const uint32_t other[4] = { 1, 2, 3, 0xFFFFFFF1 };
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint32_t digest = workload_expected(loads[i], seed, 2000, 40).digest;
		assert_int_not_equal(digest, workload_expected(loads[i], other, 2000, 40).digest);
		assert_int_not_equal(digest, workload_expected(loads[i], seed, 9000, 40).digest);
		assert_int_not_equal(digest, workload_expected(loads[i], seed, 2000, 41).digest);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_expected),
		cmocka_unit_test(test_depends_on_everything),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
