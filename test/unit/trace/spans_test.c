#include "trace/scene.h"

#include "trace/spans.h"

static struct trace_spans three(void)
{
	struct trace_spans spans = { 0 };
	trace_spans_add(&spans, &(struct trace_span){ 10, 20, 1, 0 });
	trace_spans_add(&spans, &(struct trace_span){ 30, 40, 2, 0 });
	trace_spans_add(&spans, &(struct trace_span){ 40, 50, 3, 0 });
	return spans;
}

static void spans_ascend_and_join(void **state)
{
	(void)state;
	struct trace_spans spans = { 0 };
	trace_spans_join(&spans, 10, 20);
	trace_spans_join(&spans, 20, 30);  /* touches */
	trace_spans_join(&spans, 15, 25);  /* lies inside */
	trace_spans_join(&spans, 31, 40);
	assert_int_equal(spans.count, 2);
	assert_true(spans.items[0].from_us == 10 && spans.items[0].to_us == 30);
	trace_spans_add(&spans, &(struct trace_span){ 35, 45, 7, 0 }); /* another value: cut, not joined */
	assert_int_equal(spans.count, 3);
	assert_true(spans.items[2].from_us == 40 && spans.items[2].to_us == 45);
	trace_spans_add(&spans, &(struct trace_span){ 41, 44, 8, 0 }); /* nothing is left of it */
	trace_spans_add(&spans, &(struct trace_span){ 50, NAN, 8, 0 });
	assert_int_equal(spans.count, 3);
	trace_spans_add(&spans, &(struct trace_span){ 45, 50, NAN, 0 });
	trace_spans_add(&spans, &(struct trace_span){ 50, 55, NAN, 0 }); /* what is unknown is not the same */
	assert_int_equal(spans.count, 5);
	trace_spans_release(&spans);
}

static void a_list_gives_way_from_a_moment_on(void **state)
{
	(void)state;
	static const struct {
		double from_us;
		size_t count;
		double to_us;
	} rows[] = { { 60, 3, 50 }, { 45, 3, 45 }, { 40, 2, 40 }, { 35, 2, 35 }, { 25, 1, 20 }, { 10, 0, 0 }, { 0, 0, 0 } };
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct trace_spans spans = three();
		trace_spans_yield(&spans, rows[i].from_us);
		assert_int_equal(spans.count, rows[i].count);
		assert_true(spans.count == 0 || spans.items[spans.count - 1].to_us == rows[i].to_us);
		trace_spans_release(&spans);
	}
}

static void sums_are_of_what_lies_inside(void **state)
{
	(void)state;
	struct trace_spans spans = three();
	assert_true(trace_spans_overlap_us(&spans, 0, 100) == 30);
	assert_true(trace_spans_overlap_us(&spans, 15, 35) == 10);
	assert_true(trace_spans_overlap_us(&spans, 20, 30) == 0);
	assert_true(trace_spans_overlap_us(&spans, 50, 90) == 0);
	assert_true(trace_spans_integral(&spans, 15, 45) == 5 * 1 + 10 * 2 + 5 * 3);
	trace_spans_release(&spans);
}

static void a_cursor_tells_what_holds_and_until_when(void **state)
{
	(void)state;
	struct trace_spans spans = three();
	struct trace_spans_cursor cursor = { &spans, 0 };
	static const struct { double at_us, edge_us; int value; } rows[] = {
		{ 5, 10, 0 }, { 10, 20, 1 }, { 19, 20, 1 }, { 20, 30, 0 }, { 30, 40, 2 }, { 40, 50, 3 }, { 50, 1000, 0 },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		double edge_us = 1000;
		const struct trace_span *span = trace_spans_at(&cursor, rows[i].at_us, &edge_us);
		assert_true(edge_us == rows[i].edge_us);
		assert_int_equal(span ? (int)span->value : 0, rows[i].value);
	}
	double nearer_us = 35;
	cursor.next = 0;
	trace_spans_at(&cursor, 32, &nearer_us); /* another list's change comes first */
	assert_true(nearer_us == 35);
	trace_spans_release(&spans);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spans_ascend_and_join),
		cmocka_unit_test(a_list_gives_way_from_a_moment_on),
		cmocka_unit_test(sums_are_of_what_lies_inside),
		cmocka_unit_test(a_cursor_tells_what_holds_and_until_when),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
