#include "store/fixture.h"

#include "report/number.h"
#include "report/table.h"
#include "report/unit.h"

static void test_format(void **state)
{
	(void)state;
	static const struct { double value; const char *text; } rows[] = {
		{ 0, "0" }, { 0.0004, "0.000" }, { 0.005, "0.005" }, { 0.1234, "0.123" }, { 0.9994, "0.999" },
		{ 0.9996, "1.00" }, { 1, "1.00" }, { 9.994, "9.99" }, { 9.996, "10.0" }, { 12.34, "12.3" },
		{ 99.94, "99.9" }, { 99.96, "100" }, { 1234.6, "1235" }, { 987654321, "987654321" },
		{ 1.5e10, "1.50e+10" }, { -3.14159, "-3.14" }, { NAN, "–" }, { INFINITY, "∞" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char text[NUMBER_SIZE];
		number_format(rows[i].value, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_figures(void **state)
{
	(void)state;
	static const struct { double value; const char *text; } rows[] = {
		{ 0, "0" }, { 0.0372, "0.0372" }, { 0.000072, "0.0000720" }, { 0.09996, "0.100" }, { 0.09994, "0.0999" }, { 0.5, "0.500" },
		{ 0.9996, "1.00" }, { 0.9994, "0.999" }, { 12.34, "12.3" }, { -0.0372, "-0.0372" }, { 7.2e-8, "7.20e-08" }, { 1e-6, "0.00000100" },
		{ 1.5e10, "1.50e+10" }, { NAN, "–" }, { INFINITY, "∞" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char text[NUMBER_SIZE];
		number_figures(rows[i].value, text);
		assert_string_equal(text, rows[i].text);
	}
	char *interval = number_interval_figures((struct interval){ 0.000072, 0.00007, 0.0001, 6 });
	assert_string_equal(interval, "0.0000720 [0.0000700, 0.000100]");
	free(interval);
}

static void test_p(void **state)
{
	(void)state;
	static const struct { double p; const char *text; } rows[] = {
		{ 1, "1" }, { 0.0078125, "0.0078" }, { 0.05, "0.05" }, { 0.00001, "<0.0001" }, { NAN, "–" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char text[NUMBER_SIZE];
		number_p(rows[i].p, text);
		assert_string_equal(text, rows[i].text);
	}
}

static void test_intervals_are_aligned(void **state)
{
	(void)state;
	static const struct interval intervals[] = {
		{ 12.34, 9.5, 101, 8 }, { 0.5, 0.25, 1, 8 }, { 7, NAN, NAN, 1 }, { NAN, NAN, NAN, 0 },
	};
	static const char *const texts[] = {
		" 12.3 [ 9.50,  101]", "0.500 [0.250, 1.00]", " 7.00              ", "    –              ",
	};
	char **made = number_intervals(intervals, FIXTURE_COUNT(intervals));
	for (size_t i = 0; i < FIXTURE_COUNT(intervals); i++) {
		assert_string_equal(made[i], texts[i]);
		free(made[i]);
	}
	free(made);
	char *alone = number_interval(intervals[2]);
	assert_string_equal(alone, "7.00");
	free(alone);
}

static void test_wrap(void **state)
{
	(void)state;
	char *text = NULL, words[600];
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	number_wrap(out, 2, 4, "  short\tand \x07 tame ");
	number_wrap(out, 0, 0, "");
	memset(words, 'w', 250);
	words[250] = '\0';
	number_wrap(out, 1, 3, words);
	fclose(out);
	assert_int_equal(strncmp(text, "  short and tame\n\n", 18), 0);
	size_t letters = 0, column = 0;
	for (const char *c = text + 18; *c; c++) {
		column = *c == '\n' ? 0 : column + 1;
		letters += *c == 'w';
		assert_true(column <= NUMBER_COLUMNS);
	}
	assert_int_equal(letters, 250);
	free(text);
}

static void test_table(void **state)
{
	(void)state;
	char *text = NULL;
	size_t length = 0;
	struct table *table = table_new(3);
	table_row(table, (const char *const[]){ "name", "µs", "b" });
	table_row(table, (const char *const[]){ "é", "1.00", "–" });
	table_row(table, (const char *const[]){ "longer", "12", "" });
	FILE *out = open_memstream(&text, &length);
	table_print(out, table);
	fclose(out);
	assert_string_equal(text, "name      µs  b\né       1.00  –\nlonger    12\n");
	free(text);
	table_free(table);
}

static void test_units(void **state)
{
	(void)state;
	static const struct { const char *from, *to; double factor; } rows[] = {
		{ "ms", "ms", 1 }, { "s", "ms", 1000 }, { "us", "ms", 0.001 }, { "ns", "us", 0.001 },
		{ "bytes", "MB", 1e-6 }, { "MiB", "bytes", 1048576 }, { "share", "%", 100 },
		{ "1/min", "1/min", 1 }, { "ms", "bytes", NAN }, { "1/min", "ms", NAN },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		double factor = unit_factor(rows[i].from, rows[i].to);
		assert_true(isnan(rows[i].factor) ? isnan(factor) : fabs(factor / rows[i].factor - 1) < 1e-12);
	}
	static const struct { const char *metric, *unit; bool geometric; } means[] = {
		{ "response_p95", "ms", true }, { "longest_episode_ms", "ms", false }, { "gc_pause_ms", "ms", false }, { "gc_time_ms", "ms", false },
		{ "episodes_per_minute", "1/min", false }, { "stalled_ms_per_second", "ms/s", false },
		{ "file_size", "bytes", true }, { "busy_share", "share", false }, { "exports", "count", false },
		{ "call", "ns", true },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(means); i++)
		assert_int_equal(unit_is_geometric(means[i].metric, means[i].unit), means[i].geometric);
	/* A mean of nanoseconds over many calls goes below the page clock's grain, and stays. */
	static const double calls[] = { 3.0, 3.0 };
	assert_true(fabs(unit_interval("call", "ns", calls, 2, UNIT_CONFIDENCE_PERCENT / 100.0).value - 3) < 1e-12);
}

/* What one way takes beyond another may be less than nothing: it is not raised to the clock's grain. */
static void test_differences(void **state)
{
	(void)state;
	static const struct { const char *unit; double values[3], mean; bool low_is_below; } rows[] = {
		{ "ms", { -0.4, -0.5, -0.6 }, -0.5, true },
		{ "ms", { -0.1, 0.3, 0.4 }, 0.2, true },
		{ "us", { -2, -4, -6 }, -4, true },
		{ "count", { -1, 3, 4 }, 2, true },
		{ "count", { 0, 0, 9 }, 3, false },      /* a count's bound is not below 0 */
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct interval interval = unit_interval("extra", rows[i].unit, rows[i].values, 3, UNIT_CONFIDENCE_PERCENT / 100.0);
		assert_true(fabs(interval.value - rows[i].mean) < 1e-12);
		assert_int_equal(interval.low < 0, rows[i].low_is_below);
		assert_true(interval.low < interval.value && interval.value < interval.high);
	}
	static const double times[] = { 0, 0, 0 };
	assert_true(unit_interval("time", "ms", times, 3, UNIT_CONFIDENCE_PERCENT / 100.0).value > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_p),
		cmocka_unit_test(test_intervals_are_aligned),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_differences),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
