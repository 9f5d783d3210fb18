#include "trace/fixture.h"

#include "base/rng.h"
#include "trace/json_put.h"

static struct buf out;

static struct trace_put fresh(void)
{
	buf_clear(&out);
	return (struct trace_put){ .out = &out };
}

static void test_strings(void **state)
{
	(void)state;
	static const struct { const char *bytes; size_t length; const char *expected; } rows[] = {
		{ "", 0, "\"\"" },
		{ "plain", 5, "\"plain\"" },
		{ "a\"b\\c\n\t\x01", 8, "\"a\\\"b\\\\c\\n\\t\\u0001\"" },
		{ "\xe2\x98\x83", 3, "\"\xe2\x98\x83\"" },
		{ "x\xff\xe2\x98", 4, "\"x\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"" },
		{ "a\0b", 3, "\"a\\u0000b\"" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_put put = fresh();
		trace_put_string(&put, rows[i].bytes, rows[i].length);
		assert_string_equal(out.data, rows[i].expected);
	}
}

static void test_integers(void **state)
{
	(void)state;
	struct trace_put put = fresh();
	trace_put_unsigned(&put, 0);
	trace_put_literal(&put, " ");
	trace_put_unsigned(&put, UINT64_MAX);
	trace_put_literal(&put, " ");
	trace_put_signed(&put, INT64_MIN);
	trace_put_literal(&put, " ");
	trace_put_signed(&put, 7);
	assert_string_equal(out.data, "0 18446744073709551615 -9223372036854775808 7");
}

static void test_doubles(void **state)
{
	(void)state;
	static const struct { double number; const char *expected; } rows[] = {
		{ 0, "0" }, { 1.5, "1.5" }, { -0.25, "-0.25" }, { 0.001, "0.001" }, { 33.705, "33.705" }, { 1e6, "1000000" },
		{ 24.304999999701977, "24.304999999701977" }, { 1e-9, "1e-09" }, { 1e300, "1e+300" }, { NAN, "null" },
		{ INFINITY, "null" }, { 1795628861255, "1795628861255" }, { 0.1, "0.1" }, { 123456.789012, "123456.789012" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_put put = fresh();
		trace_put_double(&put, rows[i].number);
		if (strcmp(out.data, rows[i].expected) != 0)
			fail_msg("%s instead of %s", out.data, rows[i].expected);
	}
}

static void test_doubles_read_back(void **state)
{
	(void)state;
	struct rng rng;
	rng_seed(&rng, 11, "doubles");
	for (int i = 0; i < 200000; i++) {
		uint64_t bits = (uint64_t)rng_next(&rng) << 32 | rng_next(&rng);
		double number;
		memcpy(&number, &bits, sizeof number);
		if (i % 2)
			number = (double)(bits >> 24) / (double)(i % 1000 + 1);
		if (!isfinite(number))
			continue;
		struct trace_put put = fresh();
		trace_put_double(&put, number);
		if (strtod(out.data, NULL) != number)
			fail_msg("%s is not %.17g", out.data, number);
	}
}

static void test_what_does_not_fit(void **state)
{
	(void)state;
	struct buf small;
	buf_init(&small, 4);
	struct trace_put put = { .out = &small };
	trace_put_literal(&put, "1234");
	assert_false(put.full);
	trace_put_literal(&put, "5");
	assert_true(put.full);
	buf_release(&small);
}

static int begin(void **state)
{
	(void)state;
	buf_init(&out, 1 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	buf_release(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_doubles_read_back),
		cmocka_unit_test(test_what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, begin, end);
}
