#include "trace/fixture.h"

#include "trace/marks.h"

enum { MARKS_MAX = 8 };

/* Seconds; a row ends at the first 0. */
struct row {
	double marks_s[MARKS_MAX];
	bool head_lost;
	struct trace_mark_ends missing;
};

static size_t count_of(const struct row *row)
{
	size_t count = 0;
	while (count < MARKS_MAX && row->marks_s[count] != 0)
		count++;
	return count;
}

static void test_missing_ends(void **state)
{
	(void)state;
	static const struct row rows[] = {
		{ { 1, 1.00001, 2, 3, 3.5, 3.50001 }, false, { false, false } },
		{ { 1, 1.00001, 3.5, 3.50001 }, false, { false, false } },
		{ { 1, 1.00001, 2, 3 }, false, { false, true } },
		{ { 1, 1.00001, 2 }, false, { false, true } },
		{ { 1, 1.00001 }, false, { false, true } },
		{ { 1, 1.00001 }, true, { true, false } },
		{ { 1, 2, 3, 3.00001 }, false, { true, false } },
		{ { 2, 3, 3.00001 }, true, { true, false } },
		{ { 2, 3, 4 }, false, { true, true } },
		{ { 2 }, false, { true, true } },
		{ { 0 }, false, { true, true } },
		{ { 1, 1.49, 2, 2.49 }, false, { false, false } }, /* under half a second is at once */
		{ { 1, 1.51, 2.6, 3.2 }, false, { true, true } },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		size_t count = count_of(&rows[i]);
		/* Begun at each place and taken round: the order in the file does not matter. */
		for (size_t turn = 0; turn < count || turn == 0; turn++) {
			struct trace_marks marks;
			trace_marks_begin(&marks);
			for (size_t m = 0; m < count; m++)
				trace_marks_add(&marks, rows[i].marks_s[(m + turn) % count] * 1e6);
			struct trace_mark_ends missing = trace_marks_missing(&marks, rows[i].head_lost);
			assert_int_equal(marks.count, count);
			if (missing.start != rows[i].missing.start || missing.end != rows[i].missing.end)
				fail_msg("row %zu, turned by %zu: start %d, end %d missing", i, turn, missing.start, missing.end);
			if (count > 1) {
				assert_true(marks.first_us == rows[i].marks_s[0] * 1e6 && marks.second_us == rows[i].marks_s[1] * 1e6);
				assert_true(marks.last_us == rows[i].marks_s[count - 1] * 1e6);
				assert_true(marks.before_last_us == rows[i].marks_s[count - 2] * 1e6);
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_missing_ends) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
