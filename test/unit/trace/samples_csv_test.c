#include "trace/scene.h"

#include "trace/samples_csv.h"

#define HEADER "sample,due_ms,sent_ms,received_ms,replied_ms,returned_ms\n"
#define EXPORT "run,launch,arm,traced,sample,cold,answered,due_ms,sent_ms,received_ms,replied_ms,returned_ms\r\n"

struct reading {
	struct trace_samples_csv *csv;
	struct trace_samples samples;
	struct trace_samples_facts facts;
	struct err err;
	int result;
};

static void read_pieces(struct reading *reading, const char *text, size_t step)
{
	*reading = (struct reading){ .csv = trace_samples_csv_new(TRACE_MAIN) };
	size_t length = strlen(text);
	for (size_t at = 0; at < length && !reading->result; at += step) {
		size_t piece = at + step < length ? step : length - at;
		char *copy = malloc(piece); /* exactly so large: reading beyond it is found */
		memcpy(copy, text + at, piece);
		reading->result = trace_samples_csv_feed(reading->csv, copy, piece, &reading->err);
		free(copy);
	}
	if (!reading->result)
		reading->result = trace_samples_csv_end(reading->csv, &reading->samples, &reading->facts, &reading->err);
}

static void read_text(struct reading *reading, const char *text)
{
	read_pieces(reading, text, strlen(text) + 1);
}

static void release(struct reading *reading)
{
	trace_samples_csv_free(reading->csv);
}

static double at(const struct reading *reading, enum trace_moment moment, size_t index)
{
	return trace_sample_ms(&reading->samples, index, moment);
}

static void the_plain_form_is_read_however_it_is_cut(void **state)
{
	(void)state;
	for (size_t step = 1; step < 40; step++) {
		struct reading r;
		read_pieces(&r, HEADER "7,10.5,11,12.25,13,14.125\n8,15.5,,,,\n", step);
		assert_int_equal(r.result, 0);
		assert_int_equal(r.samples.count, 2);
		assert_int_equal(trace_sample_number(&r.samples, 0), 7);
		assert_true(at(&r, TRACE_DUE, 0) == 10.5 && at(&r, TRACE_RECEIVED, 0) == 12.25);
		assert_true(at(&r, TRACE_RETURNED, 0) == 14.125 && at(&r, TRACE_DUE, 1) == 15.5);
		assert_true(isnan(at(&r, TRACE_SENT, 1)) && isnan(at(&r, TRACE_RETURNED, 1)));
		release(&r);
	}
}

static void our_own_export_is_read(void **state)
{
	(void)state;
	struct reading r;
	read_text(&r, EXPORT
		"20260101T000000Z-ping-abcd,3,\"gc/worker/churn,GOGC=off\",1,0,1,1,1,2,3,4,5\r\n"
		"20260101T000000Z-ping-abcd,3,\"gc/worker/churn,GOGC=off\",1,1,0,1,6,7,8,9,10\r\n"
		"20260101T000000Z-ping-abcd,1,\"gc/worker/churn,GOGC=off\",0,0,0,1,6,7,8,9,10\r\n");
	assert_int_equal(r.result, 0);
	assert_int_equal(r.samples.count, 2);
	assert_int_equal(r.samples.cold, 1);
	assert_int_equal(r.facts.untraced, 1); /* the untraced launch is left out */
	assert_string_equal(r.facts.arm, "gc/worker/churn,GOGC=off");
	assert_string_equal(r.facts.launch, "3");
	release(&r);
}

static void columns_may_stand_anywhere_and_be_missing(void **state)
{
	(void)state;
	struct reading r;
	read_text(&r, "note,returned_ms,due_ms\n\"a \"\"quoted\"\",\nnote\",20,10\nb,25,15\n");
	assert_int_equal(r.result, 0);
	assert_int_equal(r.samples.count, 2);
	assert_null(r.samples.times_ms[TRACE_SENT]);
	assert_null(r.samples.times_ms[TRACE_REPLIED]);
	assert_int_equal(trace_sample_number(&r.samples, 1), 1); /* the row's number */
	release(&r);
	read_text(&r, "sent_ms,returned_ms\n3,4\n");
	assert_int_equal(r.result, 0);
	assert_true(r.facts.due_is_sent);
	assert_true(at(&r, TRACE_DUE, 0) == 3);
	release(&r);
}

static void samples_are_put_in_the_order_of_their_dues(void **state)
{
	(void)state;
	struct reading r;
	read_text(&r, "sample,cold,due_ms,returned_ms\n5,0,30,31\n4,0,20,21\n9,1,40,41\n");
	assert_int_equal(r.result, -1); /* a cold one after the measured ones cannot be sorted to the front */
	release(&r);
	read_text(&r, "sample,cold,due_ms,returned_ms\n5,0,30,31\n4,0,20,21\n3,1,10,11\n");
	assert_int_equal(r.result, 0);
	assert_int_equal(r.samples.cold, 1);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(trace_sample_number(&r.samples, i), 3 + (int)i);
	release(&r);
}

static void what_is_wrong_is_said_with_its_line(void **state)
{
	(void)state;
	static const struct { const char *text, *said; } rows[] = {
		{ "", "no sample" },
		{ HEADER, "no sample" },
		{ "sample,due_ms\n1,2\n", "header that names returned_ms" },
		{ "returned_ms\n1\n", "header that names returned_ms" },
		{ "1,10,11,12,13,14\n", "header" },
		{ "due_ms,due_ms,returned_ms\n1,1,2\n", "due_ms twice" },
		{ HEADER "1,10,11,12,13,x\n", "line 2: returned_ms is no number: x" },
		{ HEADER "1,10,11,12,13,0x10\n", "line 2: returned_ms" },
		{ HEADER "1,10,11,12,13,inf\n", "line 2: returned_ms" },
		{ HEADER "1,10,11,12,13,nan\n", "line 2: returned_ms" },
		{ HEADER "1.5,10,11,12,13,14\n", "line 2: sample is no number" },
		{ HEADER "1,10,11,12,13,14\n\n2,,11,12,13,14\n", "line 4: the sample has no due_ms" },
		{ HEADER "1,10,11\n", "line 2: the row ends before" },
		{ HEADER "1,10,\"11,12\n", "ends inside quotes" },
		{ HEADER "1,10,1\"1,12,13,14\n", "line 2: a quote" },
		{ HEADER "1,10,\"11\"x,12,13,14\n", "line 2: something follows a closing quote" },
		{ EXPORT "r,1,a,1,0,0,1,1,2,3,4,5\r\nr,2,a,1,0,0,1,1,2,3,4,5\r\n", "line 3: the samples are of more than one launch" },
		{ EXPORT "r,1,a,0,0,0,1,1,2,3,4,5\r\n", "untraced" },
		{ EXPORT "r,1,a,1,0,1,1,1,2,3,4,5\r\n", "cold" },
	};
	for (size_t i = 0; i < SCENE_COUNT(rows); i++) {
		struct reading r;
		read_text(&r, rows[i].text);
		if (r.result != -1 || !strstr(r.err.text, rows[i].said))
			fail_msg("row %zu: %d \"%s\", expected \"%s\"", i, r.result, r.err.text, rows[i].said);
		release(&r);
	}
}

static void the_threshold_is_relative_but_not_below_5_ms(void **state)
{
	(void)state;
	struct reading r;
	read_text(&r, "due_ms,returned_ms\n10,11\n20,21\n30,31\n40,90\n50,\n");
	assert_true(trace_samples_threshold_ms(&r.samples) == 5);
	release(&r);
	read_text(&r, "due_ms,returned_ms\n10,14\n20,24\n30,34\n40,90\n50,\n");
	assert_true(trace_samples_threshold_ms(&r.samples) == 12); /* the p50 of five is the third: 4 */
	release(&r);
	read_text(&r, "due_ms,returned_ms\n10,\n20,\n30,34\n");
	assert_true(isnan(trace_samples_threshold_ms(&r.samples)));
	release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_plain_form_is_read_however_it_is_cut),
		cmocka_unit_test(our_own_export_is_read),
		cmocka_unit_test(columns_may_stand_anywhere_and_be_missing),
		cmocka_unit_test(samples_are_put_in_the_order_of_their_dues),
		cmocka_unit_test(what_is_wrong_is_said_with_its_line),
		cmocka_unit_test(the_threshold_is_relative_but_not_below_5_ms),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
