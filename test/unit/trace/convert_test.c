#include "trace/wire_text.h"

#include "trace/convert.h"
#include "trace/sorter.h"

#define THREAD(sequence, track, tid) "10:" sequence " 13:1 8:0 59{58:64 11{11:" track "}} 6{1{1:64 2:1000 3:1 4:1000}} " \
	"60{1:" track " 4{1:70 2:" tid " 5=T}} 12{1{1:1 2=c} 2{1:1 2=Task} 2{1:2 2=Inner}}"

static const char *const packets[] = {
	THREAD("2", "7", "71"), "10:2 13:2 8:10 11{9:1 3:1 10:1 47#5}", "10:2 13:2 8:20 11{9:1 3:1 10:2}", "10:2 13:2 8:1 11{9:2}",
	"10:2 13:2 8:9 11{9:2}",
	THREAD("3", "8", "72"), "10:3 13:2 8:15 11{9:3 3:1 10:2 48#5}",
	"10:1 35{1{18:3}}", "10:4 5{2{1=clock-domain 2=X}}",
};

static const char expected[] = "{\"traceEvents\":[\n"
	"{\"args\":{\"name\":\"T\"},\"cat\":\"__metadata\",\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":70,\"tid\":71,\"ts\":0},\n"
	"{\"args\":{\"name\":\"T\"},\"cat\":\"__metadata\",\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":70,\"tid\":72,\"ts\":0},\n"
	"{\"args\":{},\"cat\":\"c\",\"dur\":30,\"name\":\"Task\",\"ph\":\"X\",\"pid\":70,\"tid\":71,\"ts\":1010},\n"
	"{\"args\":{},\"cat\":\"c\",\"id\":0,\"name\":\"Task\",\"ph\":\"s\",\"pid\":70,\"tid\":71,\"ts\":1010},\n"
	"{\"args\":{},\"cat\":\"c\",\"name\":\"Inner\",\"ph\":\"I\",\"pid\":70,\"s\":\"t\",\"tid\":72,\"ts\":1015},\n"
	"{\"args\":{},\"bp\":\"e\",\"cat\":\"c\",\"id\":0,\"name\":\"Task\",\"ph\":\"f\",\"pid\":70,\"tid\":72,\"ts\":1015},\n"
	"{\"args\":{},\"cat\":\"c\",\"dur\":1,\"name\":\"Inner\",\"ph\":\"X\",\"pid\":70,\"tid\":71,\"ts\":1030}],\n"
	"\"metadata\":{\"clock-domain\":\"X\",\"trace_processor_stats\":{\"traced_buf\":[{\"chunks_discarded\":3}],"
	"\"tokenizer_skipped_packets\":0,\"packet_skipped_seq_needs_incremental_state_invalid\":0,\"sequence_gaps\":0,"
	"\"sequences_without_head\":0,\"legacy_events_left_out\":0,\"track_event_invalid_timestamp\":0,\"slice_max_depth_exceeded\":0,"
	"\"track_event_tokenizer_errors\":0}}}\n";

static int append(const char *bytes, size_t length, void *context, struct err *err)
{
	(void)err;
	return buf_append(context, bytes, length);
}

static int refuse(const char *bytes, size_t length, void *context, struct err *err)
{
	(void)bytes, (void)length, (void)context;
	return err_set(err, ERR_NO_SPACE, "full");
}

static struct buf stream_of_packets(void)
{
	struct buf stream;
	buf_init(&stream, 1 << 20);
	for (size_t i = 0; i < FIXTURE_COUNT(packets); i++)
		wire_put_packet(&stream, packets[i]);
	return stream;
}

static void test_events_of_all_threads_in_order(void **state)
{
	(void)state;
	struct buf stream = stream_of_packets();
	for (size_t run = 1; run <= TRACE_SORTER_RUN_BYTES; run *= TRACE_SORTER_RUN_BYTES) {
		struct trace_convert *convert = trace_convert_new(run);
		struct err err = { 0 };
		struct buf out;
		buf_init(&out, 1 << 20);
		for (size_t at = 0; at < stream.length; at += 5)
			assert_int_equal(trace_convert_feed(convert, stream.data + at, stream.length - at < 5 ? stream.length - at : 5, &err), 0);
		assert_int_equal(trace_convert_end(convert, append, &out, &err), 0);
		assert_string_equal(out.data, expected);
		trace_convert_free(convert);
		buf_release(&out);
	}
	buf_release(&stream);
}

static void test_errors(void **state)
{
	(void)state;
	struct buf stream = stream_of_packets(), out;
	struct err err = { 0 };
	buf_init(&out, 1 << 20);
	struct trace_convert *convert = trace_convert_new(TRACE_SORTER_RUN_BYTES);
	assert_int_equal(trace_convert_feed(convert, stream.data, stream.length, &err), 0);
	assert_int_equal(trace_convert_end(convert, refuse, NULL, &err), -1);
	assert_int_equal(err.code, ERR_NO_SPACE);
	trace_convert_free(convert);

	convert = trace_convert_new(TRACE_SORTER_RUN_BYTES);
	assert_int_equal(trace_convert_feed(convert, stream.data, stream.length - 1, &err), 0);
	assert_int_equal(trace_convert_end(convert, append, &out, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_int_equal(out.length, 0);
	trace_convert_free(convert);
	assert_int_equal(trace_convert_file("/nowhere", append, &out, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	buf_release(&out);
	buf_release(&stream);
}

/* A recorded JSON trace gives the same facts after it went through. */
static void test_a_recorded_trace(void **state)
{
	(void)state;
	char *path = fixture_path("whole.json.gz");
	struct trace_facts before, after;
	struct err err = { 0 };
	struct buf out;
	buf_init(&out, 64 << 20);
	assert_int_equal(trace_file_check(path, &before, &err), 0);
	assert_int_equal(trace_convert_file(path, append, &out, &err), 0);
	struct trace_check *check = trace_check_new();
	assert_int_equal(trace_check_feed(check, out.data, out.length, &err), 0);
	assert_int_equal(trace_check_end(check, &after, &err), 0);
	assert_int_equal(after.events, before.events);
	assert_int_equal(after.to_main, before.to_main);
	assert_int_equal(after.to_worker, before.to_worker);
	assert_int_equal(after.user_timings, before.user_timings);
	assert_true(after.worker.gc_us == before.worker.gc_us && after.last_us == before.last_us);
	assert_int_equal(after.loss.count, before.loss.count);
	trace_check_free(check);
	buf_release(&out);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_all_threads_in_order),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_a_recorded_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
