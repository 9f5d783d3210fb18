/* The sampler's file becomes the host's ticks: the party's columns get its name, no value changes. */
#include "trace/ticks_namer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "trace/ticks_csv.h"

#define NAMES_WITH(more) NAMES more "\n"
#define NAMES "mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,worker_run_ns,worker_delay_ns," \
	"worker_minflt,worker_state,all_cpu_us,browser_cpu_us"

static const char sampled[] =
	"mono_us,late_us,main_run_ns,main_delay_ns,main_minflt,main_state,"
	"t1_run_ns,t1_delay_ns,t1_minflt,t1_state,t13_run_ns,t13_delay_ns,t13_minflt,t13_state,all_cpu_us,browser_cpu_us\n"
	"1000,3,11,12,13,S,21,22,23,R,31,32,33,D,41,\n"
	"2000,4,14,15,16,T,24,25,26,R,34,35,36,S,42,43\n";

static int name_in_pieces(const char *text, int64_t tid, size_t piece, struct buf *out, struct err *err)
{
	struct trace_ticks_namer *namer = trace_ticks_namer_new(tid);
	size_t length = strlen(text);
	int result = 0;
	buf_clear(out);
	for (size_t at = 0; at < length && result == 0; at += piece)
		result = trace_ticks_namer_feed(namer, text + at, length - at < piece ? length - at : piece, out, err);
	if (result == 0)
		result = trace_ticks_namer_end(namer, out, err);
	trace_ticks_namer_free(namer);
	return result;
}

static const struct {
	int64_t tid;
	const char *named;
} rows[] = {
	{13, NAMES ",t1_run_ns,t1_delay_ns,t1_minflt,t1_state\n"
		"1000,3,11,12,13,S,31,32,33,D,41,,21,22,23,R\n"
		"2000,4,14,15,16,T,34,35,36,S,42,43,24,25,26,R\n"},
	{1, NAMES ",t13_run_ns,t13_delay_ns,t13_minflt,t13_state\n"
		"1000,3,11,12,13,S,21,22,23,R,41,,31,32,33,D\n"
		"2000,4,14,15,16,T,24,25,26,R,42,43,34,35,36,S\n"},
	/* not sampled, or not known */
	{3, NAMES ",t1_run_ns,t1_delay_ns,t1_minflt,t1_state,t13_run_ns,t13_delay_ns,t13_minflt,t13_state\n"
		"1000,3,11,12,13,S,,,,,41,,21,22,23,R,31,32,33,D\n"
		"2000,4,14,15,16,T,,,,,42,43,24,25,26,R,34,35,36,S\n"},
};

static void names_the_worker(void **state)
{
	(void)state;
	struct buf out;
	buf_init(&out, 65536);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t piece = 1; piece < sizeof sampled; piece += 7) {
			struct err err = {0};
			if (name_in_pieces(sampled, rows[i].tid, piece, &out, &err))
				fail_msg("%s", err.text);
			assert_string_equal(out.data, rows[i].named);
		}
	buf_release(&out);
}

static void what_it_made_is_read(void **state)
{
	(void)state;
	struct err err = {0};
	struct buf out;
	buf_init(&out, 65536);
	assert_int_equal(name_in_pieces(sampled, 13, 100, &out, &err), 0);
	struct trace_host *host = trace_host_new();
	struct trace_ticks_csv *csv = trace_ticks_csv_new(host);
	if (trace_ticks_csv_feed(csv, out.data, out.length, &err) || trace_ticks_csv_end(csv, &err))
		fail_msg("%s", err.text);
	assert_int_equal(host->rows, 2);
	assert_true(host->first_us == 1000 && host->last_us == 2000);
	for (int role = 0; role < TRACE_ROLES; role++)
		assert_true(host->threads[role].has_state && host->threads[role].has_delay && host->threads[role].has_faults);
	trace_ticks_csv_free(csv);
	trace_host_free(host);
	buf_release(&out);
}

static void keeps_columns_that_it_does_not_know(void **state)
{
	(void)state;
	struct err err = {0};
	struct buf out;
	buf_init(&out, 65536);
	assert_int_equal(name_in_pieces("note,mono_us\n\"a,b\",1\n\"c\"\"d\",2\n", 1, 3, &out, &err), 0);
	assert_string_equal(out.data, NAMES_WITH(",note") "1,,,,,,,,,,,,\"a,b\"\n2,,,,,,,,,,,,\"c\"\"d\"\n");
	buf_release(&out);
}

static void refuses_what_does_not_fit(void **state)
{
	(void)state;
	struct err err = {0};
	struct buf out;
	buf_init(&out, 65536);
	assert_int_equal(name_in_pieces("mono_us,late_us\n1,2\n3\n", 1, 5, &out, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_string_equal(err.text, "line 3 has 1 fields, the names are 2");
	buf_release(&out);
	buf_init(&out, 200);
	assert_int_equal(name_in_pieces(sampled, 1, 100, &out, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_the_worker),
		cmocka_unit_test(what_it_made_is_read),
		cmocka_unit_test(keeps_columns_that_it_does_not_know),
		cmocka_unit_test(refuses_what_does_not_fit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
