#include "trace/fixture.h"

#include <unistd.h>

#include "base/rng.h"
#include "trace/sorter.h"

enum { TEXTS = 5000 };

struct taken {
	size_t count, bytes;
	double last_key;
	unsigned last_number;
	size_t stop_at;
};

/* Texts are "KEY NUMBER …": keys ascend, and of equal ones the numbers. */
static int take(const char *bytes, size_t length, void *context, struct err *err)
{
	struct taken *taken = context;
	double key;
	unsigned number;
	char copy[64] = { 0 };
	memcpy(copy, bytes, length < 63 ? length : 63);
	assert_int_equal(sscanf(copy, "%lf %u ", &key, &number), 2);
	assert_true(taken->count == 0 || key > taken->last_key || (key == taken->last_key && number > taken->last_number));
	taken->last_key = key;
	taken->last_number = number;
	taken->count++;
	taken->bytes += length;
	return taken->count == taken->stop_at ? err_set(err, ERR_CLOSED, "enough") : 0;
}

static size_t add_all(struct trace_sorter *sorter)
{
	struct rng rng;
	struct err err = { 0 };
	size_t bytes = 0;
	char text[2000];
	rng_seed(&rng, 3, "texts");
	for (unsigned i = 0; i < TEXTS; i++) {
		double key = (double)rng_below(&rng, 700) - 350;
		int length = snprintf(text, sizeof text, "%.0f %u %*s", key, i, (int)rng_below(&rng, i % 97 ? 40 : 1900), "");
		assert_int_equal(trace_sorter_add(sorter, key, text, (size_t)length, &err), 0);
		bytes += (size_t)length;
	}
	return bytes;
}

static void test_runs_of_every_size(void **state)
{
	(void)state;
	static const size_t sizes[] = { 1, 1000, 10 * 1000, 100 * 1000, 1 << 20, TRACE_SORTER_RUN_BYTES };
	for (size_t i = 0; i < FIXTURE_COUNT(sizes); i++) {
		struct trace_sorter *sorter = trace_sorter_new(sizes[i]);
		struct taken taken = { 0 };
		struct err err = { 0 };
		size_t bytes = add_all(sorter);
		assert_int_equal(trace_sorter_give(sorter, take, &taken, &err), 0);
		assert_int_equal(taken.count, TEXTS);
		assert_int_equal(taken.bytes, bytes);
		trace_sorter_free(sorter);
	}
}

static void test_the_user_ends_it(void **state)
{
	(void)state;
	for (size_t size = 1000; size < 1e8; size *= 1000) {
		struct trace_sorter *sorter = trace_sorter_new(size);
		struct taken taken = { .stop_at = 40 };
		struct err err = { 0 };
		add_all(sorter);
		assert_int_equal(trace_sorter_give(sorter, take, &taken, &err), -1);
		assert_int_equal(err.code, ERR_CLOSED);
		assert_int_equal(taken.count, 40);
		trace_sorter_free(sorter);
	}
}

static void test_nothing(void **state)
{
	(void)state;
	struct trace_sorter *sorter = trace_sorter_new(TRACE_SORTER_RUN_BYTES);
	struct taken taken = { 0 };
	struct err err = { 0 };
	assert_int_equal(trace_sorter_give(sorter, take, &taken, &err), 0);
	assert_int_equal(taken.count, 0);
	trace_sorter_free(sorter);
}

static void test_no_place_for_the_file(void **state)
{
	(void)state;
	struct trace_sorter *sorter = trace_sorter_new(10);
	struct err err = { 0 };
	char *before = getenv("TMPDIR") ? mem_strdup(getenv("TMPDIR")) : NULL;
	setenv("TMPDIR", "/nowhere/at/all", 1);
	assert_int_equal(trace_sorter_add(sorter, 1, "one", 3, &err), 0);
	assert_int_equal(trace_sorter_add(sorter, 1, "two", 3, &err), -1);
	assert_int_equal(err.code, ERR_IO);
	assert_non_null(strstr(err.text, "/nowhere/at/all"));
	if (before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
	free(before);
	trace_sorter_free(sorter);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs_of_every_size),
		cmocka_unit_test(test_the_user_ends_it),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_no_place_for_the_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
