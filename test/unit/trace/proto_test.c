/* Streams of packets, written as text (wire_text.h), and the events they are. */
#include "trace/wire_text.h"

#include "trace/check.h"
#include "trace/proto.h"
#include "trace/proto_held.h"

/* A sequence of the thread 70/71, whose track is 7, with a clock in µs that stands at 1000 and the thread's time. */
#define CLEAR "10:2 13:1 8:0 59{58:64 11{11:7 31:9}} 6{1{1:3 2:1000000} 1{1:64 2:1000 3:1 4:1000}}"
#define THREAD "10:2 13:2 8:0 60{1:7 5:5 4{1:70 2:71 5=Main}}"
#define PROCESS "10:2 13:2 8:0 60{1:5 3{1:70 6=/usr/lib/x} 6{1:2}}"
#define COUNTER "10:2 13:2 8:0 60{1:9 5:7 8{1:1 4:1000 5:1}}"
#define NAMES "10:2 13:2 12{1{1:1 2=c} 1{1:2 2=d} 2{1:1 2=Task} 2{1:2 2=Inner} 3{1:1 2=data} 3{1:2 2=a.b[c]} " \
	"4{1:1 2=f.cc 3=Post 4:12} 29{1:1 2=kept}}"
#define BEGINNING CLEAR, THREAD, PROCESS, COUNTER, NAMES
#define BEGINNING_LOG "M 70/71 ts=0.000 dur=0.000 tdur=0.000 tts=nan name=thread_name cat=__metadata id= id2= args={\"name\":\"Main\"}\n" \
	"M 70/0 ts=0.000 dur=0.000 tdur=0.000 tts=nan name=process_name cat=__metadata id= id2= args={\"name\":\"Renderer\"}\n"
#define E "10:2 13:2 8:"

enum { PACKETS_MAX = 24 };

struct row {
	const char *what;
	const char *packets[PACKETS_MAX];
	const char *expected;    /* events after BEGINNING_LOG */
};

static const struct row rows[] = {
	{ "a slice: length, thread time, two categories", { E "5 11{9:1 3:1 3:2 10:1 12:30}", E "40 11{9:2 12:25}" },
		"X 70/71 ts=1005.000 dur=40.000 tdur=25.000 tts=30.000 name=Task cat=c,d id= id2= args={}\n" },
	{ "packed numbers", { E "5 11{9:1 3(1 2) 10:1 12(30)}", E "40 11{9:2 12(25)}" },
		"X 70/71 ts=1005.000 dur=40.000 tdur=25.000 tts=30.000 name=Task cat=c,d id= id2= args={}\n" },
	{ "one in another: the outer first", { E "5 11{9:1 3:1 10:1}", E "1 11{9:1 3:1 10:2}", E "2 11{9:3 3:1 10:1}", E "3 11{9:2}",
		E "4 11{9:2}" },
		"X 70/71 ts=1005.000 dur=10.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n"
		"X 70/71 ts=1006.000 dur=5.000 tdur=0.000 tts=nan name=Inner cat=c id= id2= args={}\n"
		"I 70/71 ts=1008.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n" },
	{ "0 µs long: an instant", { E "5 11{9:1 3:1 10:1 12:3}", E "0 11{9:2 12:0}" },
		"I 70/71 ts=1005.000 dur=0.000 tdur=0.000 tts=3.000 name=Task cat=c id= id2= args={}\n" },
	{ "ends never", { E "5 11{9:1 3:1 10:1 12:3}" },
		"B 70/71 ts=1005.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n" },
	{ "began before the recording", { E "5 11{9:2 12:3}", E "1 11{9:3 3:1 10:2 12:1}" },
		"I 70/71 ts=1006.000 dur=0.000 tdur=0.000 tts=4.000 name=Inner cat=c id= id2= args={}\n" },
	{ "arguments of both ends", { E "5 11{9:1 3:1 10:1 4{1:1 3:7}}", E "3 11{9:2 4{10=after 4:-8}}" },
		"X 70/71 ts=1005.000 dur=3.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"data\":7,\"after\":-8}\n" },
	{ "the end's argument of the same name counts", { E "5 11{9:1 3:1 10:1 4{10=a 3:7} 4{10=b 3:8} 4{10=c 3:9}}", E "3 11{9:2 4{10=b 3:1} 4{10=d 3:2}}" },
		"X 70/71 ts=1005.000 dur=3.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"a\":7,\"c\":9,\"b\":1,\"d\":2}\n" },
	{ "a sample of a profile, and kinds that are not read", { E "5 11{3:1 10:1 11:0 12:4 6{2:80 6:31} 4{10=data 9='{\"x\":1}'}}", E "1 11{3:1 10:1 6{2:67}}",
		E "1 11{9:4 3:1 30:5}" },
		"P 70/71 ts=1005.000 dur=0.000 tdur=0.000 tts=4.000 name=Task cat=c id=0x1f id2= args={\"data\":{\"x\":1}}\n" },
	{ "arguments of the end alone", { E "5 11{9:1 3:1 10:1}", E "3 11{9:2 4{10=after 2:1}}" },
		"X 70/71 ts=1005.000 dur=3.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"after\":true}\n" },
	{ "a mark: name inline, the system's clock, which leaves the sequence's own alone", { "10:2 13:2 8:2500000 58:3 11{9:3 3:1 23=align:main 12:1}",
		E "5 11{9:3 3:1 10:2 12:1}" },
		"I 70/71 ts=2500.000 dur=0.000 tdur=0.000 tts=1.000 name=align:main cat=c id= id2= args={}\n"
		"I 70/71 ts=1005.000 dur=0.000 tdur=0.000 tts=2.000 name=Inner cat=c id= id2= args={}\n" },
	{ "navigation timing", { "10:2 13:2 8:2500000 58:3 11{3:1 10:1 11:0 6{2:82} 4{1:1 6=x}}" },
		"R 70/71 ts=2500.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"data\":\"x\"}\n" },
	{ "a track of the thread's: a pair", { "10:2 13:2 8:0 60{1:33 5:7}", "10:2 13:2 8:9000000 58:3 11{9:1 3:1 23=h:guest 11:33 4{10=startTime 5~1.5}}",
		"10:2 13:2 8:9500000 58:3 11{9:2 11:33}" },
		"b 70/71 ts=9000.000 dur=0.000 tdur=0.000 tts=nan name=h:guest cat=c id= id2={\"local\":\"0x21\"} args={\"startTime\":1.5}\n"
		"e 70/71 ts=9500.000 dur=0.000 tdur=0.000 tts=nan name=h:guest cat=c id= id2={\"local\":\"0x21\"} args={}\n" },
	{ "a pair of 0 µs", { "10:2 13:2 8:0 60{1:33 5:5}", E "1 11{9:1 3:1 10:1 11:33}", E "0 11{9:2 11:33}" },
		"n 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2={\"local\":\"0x21\"} args={}\n" },
	{ "pairs in pairs", { "10:2 13:2 8:0 60{1:33 5:7}", E "1 11{9:1 3:1 10:1 11:33}", E "1 11{9:1 3:1 10:2 11:33}", E "1 11{9:2 11:33}",
		E "1 11{9:2 11:33 4{10=z 3:1}}" },
		"b 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2={\"local\":\"0x21\"} args={\"z\":1}\n"
		"b 70/71 ts=1002.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id= id2={\"local\":\"0x21\"} args={}\n"
		"e 70/71 ts=1003.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id= id2={\"local\":\"0x21\"} args={}\n"
		"e 70/71 ts=1004.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2={\"local\":\"0x21\"} args={}\n" },
	{ "an instant of the process", { E "1 11{9:3 3:1 10:1 11:5}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n" },
	{ "a track that was never described is of the sequence's thread", { E "1 11{9:3 3:1 10:1 11:99}" },
		"n 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2={\"local\":\"0x63\"} args={}\n" },
	{ "a descriptor's time moves the clock", { "10:2 13:2 8:100 60{1:33 5:7}", E "1 11{9:3 3:1 10:1}" },
		"I 70/71 ts=1101.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n" },
	{ "every kind of argument", { E "1 11{9:3 3:1 10:1 4{10=b 2:0} 4{10=u 3:18446744073709551615} 4{10=i 4:-1} 4{10=d 5~0.1} "
		"4{10=s 6=a\"b} 4{10=p 7:255} 4{10=k 17:1} 4{10=j 9='[1,{\"x\":2}]'} 4{10=bad 9=[1,} 4{10=dict 11{10=in 11{10=deep 3:1}} 11{1:1 6=t}} "
		"4{10=list 12{3:1} 12{6=two} 12{11{10=x 3:3}}} 4{1:2 3:4}}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"b\":false,\"u\":18446744073709551615,"
		"\"i\":-1,\"d\":0.1,\"s\":\"a\\\"b\",\"p\":\"0xff\",\"k\":\"kept\",\"j\":[1,{\"x\":2}],\"bad\":\"[1,\","
		"\"dict\":{\"in\":{\"deep\":1},\"data\":\"t\"},\"list\":[1,\"two\",{\"x\":3}],\"a_b_c_\":4}\n" },
	{ "the older nesting", { E "1 11{9:3 3:1 10:1 4{10=data 8{1:1 2=id 3{5:-2} 2=on 3{7:1} 2=half 3{6~0.5} 2=list 3{1:2 4{8=x} 4{5:1}} 2=empty 3{8=}}}}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"data\":{\"id\":-2,\"on\":true,\"half\":0.5,"
		"\"list\":[\"x\",1],\"empty\":\"\"}}\n" },
	{ "the older nesting, a dictionary and an array at once", { E "1 11{9:3 3:1 10:1 4{10=data 8{2=id 3{5:-2} 4{5:1} 3{5:3}}}}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"data\":{\"id\":-2,\"\":3}}\n" },
	{ "arguments without a value or name are left out", { E "1 11{9:3 3:1 10:1 4{10=none} 4{3:1} 4{1:77 3:1} 4{10=empty 8{1:1}} 4{10=x 3:1}}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"x\":1}\n" },
	{ "a place in the source", { E "1 11{9:3 3:1 10:1 34:1}", E "1 11{9:3 3:1 10:1 5{1:1}}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"src_file\":\"f.cc\",\"src_func\":\"Post\",\"src_line\":12}\n"
		"I 70/71 ts=1002.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={\"src_file\":\"f.cc\",\"src_func\":\"Post\",\"src_line\":12}\n" },
	{ "names and times begin anew, open slices do not", { E "5 11{9:1 3:1 10:1 12:30}", "10:2 13:1 8:0 59{58:64 11{11:7 31:9}} 6{1{1:64 2:2000 3:1 4:1000}}",
		"10:2 13:2 12{1{1:1 2=new} 2{1:1 2=Other}}", E "1 11{9:3 3:1 10:1 12:50}", E "1 11{9:2 12:10}" },
		"X 70/71 ts=1005.000 dur=997.000 tdur=30.000 tts=30.000 name=Task cat=c id= id2= args={}\n"
		"I 70/71 ts=2001.000 dur=0.000 tdur=0.000 tts=50.000 name=Other cat=new id= id2= args={}\n" },
	{ "unknown fields and messages are stepped over", { E "1 900=abc 901{1:1} 11{9:3 3:1 10:1 700:1 1064{1:1} 701=x}", "10:3 4{1:1}", "" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n" },
	{ "a name is told again only when it changes", { THREAD, THREAD, "10:2 13:2 60{1:7 5:5 4{1:70 2:71 5=Other}}" },
		"M 70/71 ts=0.000 dur=0.000 tdur=0.000 tts=nan name=thread_name cat=__metadata id= id2= args={\"name\":\"Other\"}\n" },
	{ "a flow of three, and one that ended", { E "1 11{9:3 3:1 10:1 47#9}", E "1 11{9:3 3:1 10:2 47#9 47#8}", E "1 11{9:3 3:1 10:1 48#9}", E "1 11{9:3 3:1 10:2 47#9}" },
		"I 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n"
		"I 70/71 ts=1002.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id= id2= args={}\n"
		"I 70/71 ts=1003.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2= args={}\n"
		"I 70/71 ts=1004.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id= id2= args={}\n"
		"s 70/71 ts=1001.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id=0 id2= args={}\n"
		"f 70/71 ts=1002.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id=0 id2= args={}\n"
		"s 70/71 ts=1002.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id=1 id2= args={}\n"
		"f 70/71 ts=1003.000 dur=0.000 tdur=0.000 tts=nan name=Inner cat=c id=1 id2= args={}\n" },
};

static const char *const beginning[] = { BEGINNING };

static void put_all(struct buf *out, const char *const *packets, size_t most)
{
	for (size_t i = 0; i < most && packets[i]; i++)
		wire_put_packet(out, packets[i]);
}

static void read_stream(const struct buf *stream, size_t step, struct fixture_log *log)
{
	struct err err = { 0 };
	if (fixture_read_joined(stream->data, stream->length, step, log, &err))
		fail_msg("%s", err.text);
}

static void test_events(void **state)
{
	(void)state;
	static const size_t steps[] = { 1, 2, 3, 7, 1 << 20 };
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct buf stream;
		buf_init(&stream, 1 << 20);
		put_all(&stream, beginning, FIXTURE_COUNT(beginning));
		put_all(&stream, rows[i].packets, PACKETS_MAX);
		for (size_t s = 0; s < FIXTURE_COUNT(steps); s++) {
			struct fixture_log log;
			char *expected = mem_format("%s%smetadata {}\n", BEGINNING_LOG, rows[i].expected);
			read_stream(&stream, steps[s], &log);
			if (strcmp(log.text.data, expected) != 0)
				fail_msg("%s\n%s\ninstead of\n%s", rows[i].what, log.text.data, expected);
			free(expected);
			fixture_log_release(&log);
		}
		buf_release(&stream);
	}
}

/* ---- loss ---- */

#define NOTHING_LOST "10:1 35{1{12:100}}"

struct loss_row {
	const char *what;
	const char *packets[PACKETS_MAX];
	const char *expected;    /* counters that are not 0 */
	size_t events;           /* after the beginning's */
};

static const struct loss_row loss_rows[] = {
	{ "nothing", { E "1 11{9:3 3:1 10:1}", NOTHING_LOST }, "", 1 },
	{ "the service's counters", { "10:1 35{1{3:4 18:5 19:6 6:7} 1{18:1} 14:2 15:2 8:9}" },
		"chunks_discarded=6 chunks_overwritten=4 patches_failed=7 trace_writer_packet_loss=6 traced_final_flush_failed=1 "
		"traced_flushes_failed=2 ", 0 },
	{ "a gap: nothing is read until the state begins anew", { E "1 11{9:3 3:1 10:1}", "10:2 13:2 42:1 8:1 11{9:3 3:1 10:1}",
		E "1 11{9:3 3:1 10:1}", CLEAR, NAMES, E "1 11{9:3 3:1 10:1}", NOTHING_LOST },
		"packet_skipped_seq_needs_incremental_state_invalid=2 sequence_gaps=1 ", 2 },
	{ "a first packet follows on nothing", { "10:4 13:1 42:1 87:1 8:0 59{58:64 11{11:7}} 6{1{1:64 2:1 3:1 4:1000}}", NOTHING_LOST }, "", 0 },
	{ "a sequence without its head", { "10:4 13:2 42:1 8:1 11{9:3}", "10:4 13:2 8:1 11{9:3}", NOTHING_LOST },
		"packet_skipped_seq_needs_incremental_state_invalid=2 sequences_without_head=1 ", 0 },
	{ "the same in a ring is what a ring is", { "10:4 13:2 42:1 8:1 11{9:3}", "10:1 35{1{3:1}}" },
		"chunks_overwritten=1 packet_skipped_seq_needs_incremental_state_invalid=1 ", 0 },
	{ "a sequence that never said its state", { "10:4 13:2 8:1 11{9:3}", NOTHING_LOST },
		"packet_skipped_seq_needs_incremental_state_invalid=1 ", 0 },
	{ "an event without a time", { "10:2 13:2 11{9:3 3:1 10:1}", NOTHING_LOST }, "track_event_invalid_timestamp=1 ", 0 },
	{ "an event on a clock that nobody set", { "10:2 13:2 8:1 58:70 11{9:3 3:1 10:1}", NOTHING_LOST },
		"track_event_invalid_timestamp=1 ", 0 },
	{ "a damaged packet: its sequence is not to be trusted after it", { "10:2 13:2 11=\xff\xff", E "1 11{9:3 3:1 10:1}", NOTHING_LOST },
		"packet_skipped_seq_needs_incremental_state_invalid=1 tokenizer_skipped_packets=1 ", 0 },
	{ "damaged names", { "10:2 13:2 12=\xff\xff", NOTHING_LOST }, "tokenizer_skipped_packets=1 ", 0 },
	{ "a damaged descriptor", { "10:2 13:2 60=\xff\xff", NOTHING_LOST }, "tokenizer_skipped_packets=1 ", 0 },
	{ "damaged arguments: the event is there", { E "1 11{9:3 3:1 10:1 4=\xff}", NOTHING_LOST }, "tokenizer_skipped_packets=1 ", 1 },
};

static int by_name(const void *left, const void *right)
{
	return strcmp(left, right);
}

static void counters_of(struct trace_loss *loss, char out[512])
{
	size_t at = 0;
	out[0] = '\0';
	qsort(loss->counters, loss->count, sizeof loss->counters[0], by_name);
	for (size_t i = 0; i < loss->count; i++)
		at += (size_t)snprintf(out + at, 512 - at, "%s=%.0f ", loss->counters[i].name, loss->counters[i].value);
}

static struct trace_facts check_stream(const struct buf *stream)
{
	struct trace_facts facts;
	struct err err = { 0 };
	struct trace_check *check = trace_check_new();
	if (trace_check_feed(check, stream->data, stream->length, &err) || trace_check_end(check, &facts, &err))
		fail_msg("%s", err.text);
	trace_check_free(check);
	return facts;
}

static void test_loss(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_COUNT(loss_rows); i++) {
		struct buf stream;
		char found[512];
		buf_init(&stream, 1 << 20);
		put_all(&stream, beginning, FIXTURE_COUNT(beginning));
		put_all(&stream, loss_rows[i].packets, PACKETS_MAX);
		struct trace_facts facts = check_stream(&stream);
		assert_true(facts.loss.has_stats);
		counters_of(&facts.loss, found);
		if (strcmp(found, loss_rows[i].expected) != 0 || facts.events != 2 + loss_rows[i].events)
			fail_msg("%s: %llu events, %s instead of %s", loss_rows[i].what, (unsigned long long)facts.events, found,
				loss_rows[i].expected);
		buf_release(&stream);
	}
}

/* ---- the stream ---- */

static void test_malformed_streams(void **state)
{
	(void)state;
	static const struct { const char *bytes; size_t length; enum err_code code; const char *says; } streams[] = {
		{ "\n\x05", 2, ERR_INVALID, "cut off" },
		{ "\n\x02\x50\x02\n", 5, ERR_INVALID, "cut off" },
		{ "\n\x02\x50\x02\x12\x00", 6, ERR_INVALID, "malformed at byte 4" },
		{ "\n\x02\x50\x02{\"traceEvents\":[]}", 20, ERR_INVALID, "malformed at byte 4" },
		{ "\n\xff\xff\xff\x7f", 5, ERR_TOO_LARGE, "too large" },
		{ "\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12, ERR_INVALID, "no length" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(streams); i++) {
		for (size_t step = 1; step < 30; step += 28) {
			struct fixture_log log;
			struct err err = { 0 };
			assert_int_equal(fixture_read(streams[i].bytes, streams[i].length, 0, step, &log, &err), -1);
			if (err.code != streams[i].code || !strstr(err.text, streams[i].says))
				fail_msg("stream %zu: %s", i, err.text);
			fixture_log_release(&log);
		}
	}
}

static void test_metadata(void **state)
{
	(void)state;
	struct buf stream;
	struct fixture_log log;
	buf_init(&stream, 1 << 20);
	wire_put_packet(&stream, "10:9 5{2{1=clock-domain 2=X} 2{1=cpu-num-cores 4:2} 2{1=vm 3:1} 2{1=net 5='{\"a\":1}'} 2{1=bad 5=[} 2{1=none}}");
	read_stream(&stream, 5, &log);
	assert_string_equal(log.text.data,
		"metadata {\"clock-domain\":\"X\",\"cpu-num-cores\":2,\"vm\":1,\"net\":{\"a\":1},\"bad\":\"[\"}\n");
	fixture_log_release(&log);
	buf_release(&stream);
}

/* Deeper slices are not told, and do not end those above them. */
static void test_depth(void **state)
{
	(void)state;
	struct buf stream;
	enum { DEPTH = TRACE_HELD_DEPTH_MAX };
	buf_init(&stream, 8 << 20);
	put_all(&stream, beginning, FIXTURE_COUNT(beginning));
	for (int i = 0; i < DEPTH + 3; i++)
		wire_put_packet(&stream, E "1 11{9:1 3:1 10:1}");
	for (int i = 0; i < DEPTH + 3; i++)
		wire_put_packet(&stream, E "1 11{9:2}");
	wire_put_packet(&stream, E "1 11{9:3 3:1 10:2}");
	wire_put_packet(&stream, NOTHING_LOST);
	struct trace_facts facts = check_stream(&stream);
	assert_int_equal(facts.events, 2 + DEPTH + 1);
	assert_true(trace_loss_value(&facts.loss, "slice_max_depth_exceeded") == 3);
	buf_release(&stream);
}

/* In a task of very many events those that have ended are told before it; none is lost, and its length is right. */
static void test_a_task_of_many_events(void **state)
{
	(void)state;
	enum { EVENTS = 200 * 1000 };
	struct buf stream;
	buf_init(&stream, 64 << 20);
	put_all(&stream, beginning, FIXTURE_COUNT(beginning));
	wire_put_packet(&stream, E "1 11{9:1 3:1 10:1 4{10=first 6=kept}}");
	wire_put_packet(&stream, E "1 11{9:1 3:1 23=inner_one}");
	for (int i = 0; i < EVENTS; i++)
		wire_put_packet(&stream, E "1 11{9:3 3:1 10:2 4{10=x 3:1}}");
	wire_put_packet(&stream, E "1 11{9:2}");
	wire_put_packet(&stream, E "1 11{9:2}");
	struct fixture_log log;
	read_stream(&stream, 1 << 16, &log);
	assert_int_equal(log.events, 2 + EVENTS + 2);
	assert_non_null(strstr(log.text.data, "X 70/71 ts=1001.000 dur=200003.000 tdur=0.000 tts=nan name=Task cat=c id= id2= "
		"args={\"first\":\"kept\"}\nX 70/71 ts=1002.000 dur=200001.000 tdur=0.000 tts=nan name=inner one cat=c"));
	fixture_log_release(&log);
	buf_release(&stream);
}

/* Very many tracks that come once: they are forgotten, and what is open stays. */
static void test_many_tracks(void **state)
{
	(void)state;
	enum { TRACKS = 50 * 1000 };
	struct buf stream;
	struct fixture_log log;
	char packet[200];
	buf_init(&stream, 64 << 20);
	put_all(&stream, beginning, FIXTURE_COUNT(beginning));
	wire_put_packet(&stream, "10:2 13:2 8:0 60{1:33 5:7}");
	wire_put_packet(&stream, E "1 11{9:1 3:1 10:1 11:33}");
	for (int i = 1000; i < 1000 + TRACKS; i++) {
		snprintf(packet, sizeof packet, "10:2 13:2 8:0 60{1:%d 5:7}", i);
		wire_put_packet(&stream, packet);
		snprintf(packet, sizeof packet, E "1 11{9:1 3:1 10:2 11:%d}", i);
		wire_put_packet(&stream, packet);
		snprintf(packet, sizeof packet, E "1 11{9:2 11:%d}", i);
		wire_put_packet(&stream, packet);
	}
	wire_put_packet(&stream, E "1 11{9:2 11:33}");
	read_stream(&stream, 1 << 16, &log);
	assert_int_equal(log.events, 2 + 2 * TRACKS + 2);
	assert_non_null(strstr(log.text.data, "e 70/71 ts=101002.000 dur=0.000 tdur=0.000 tts=nan name=Task cat=c id= id2={\"local\":\"0x21\"}"));
	fixture_log_release(&log);
	buf_release(&stream);
}

static void on_scope(const struct trace_event *event, void *context)
{
	char *scopes = context;
	if (event->phase == 'I')
		scopes[strlen(scopes)] = event->scope ? event->scope : '-';
}

static void test_scopes(void **state)
{
	(void)state;
	struct buf stream;
	struct err err = { 0 };
	char scopes[8] = { 0 };
	struct trace_reader_calls calls = { .on_event = on_scope, .context = scopes };
	struct trace_reader *reader = trace_reader_new(&calls);
	buf_init(&stream, 1 << 20);
	put_all(&stream, beginning, FIXTURE_COUNT(beginning));
	wire_put_packet(&stream, E "1 11{9:3 3:1 10:1}");
	wire_put_packet(&stream, E "1 11{9:3 3:1 10:1 11:5}");
	assert_int_equal(trace_reader_feed(reader, stream.data, stream.length, &err), 0);
	assert_int_equal(trace_reader_end(reader, &err), 0);
	assert_string_equal(scopes, "tp");
	trace_reader_free(reader);
	buf_release(&stream);
}

static void on_args(const struct trace_event *event, void *context)
{
	struct buf *found = context;
	if (event->phase != 'M')
		buf_append_format(found, "%.*s ", (int)event->args.text.length, event->args.text.bytes);
}

/* Of the arguments, at any depth, of beginnings and ends, only those are written that are asked for; names are whole ones. */
static void test_asked_arguments(void **state)
{
	(void)state;
	static const struct { const char *keys[3], *expected; } asked_rows[] = {
		{ { "data", "traceId" }, "{\"data\":{\"traceId\":7}} {\"data\":1} {} " },
		{ { "after" }, "{} {\"after\":3} {} " },
		{ { "other", "dat" }, "{} {} {} " },
		{ { "src_line" }, "{} {} {\"src_line\":5} " },
		{ { NULL }, "{} {} {} " },
	};
	struct buf stream;
	buf_init(&stream, 1 << 20);
	put_all(&stream, beginning, FIXTURE_COUNT(beginning));
	wire_put_packet(&stream, E "1 11{9:3 3:1 10:1 4{10=data 11{10=traceId 3:7} 11{10=more 3:8}}}");
	wire_put_packet(&stream, E "1 11{9:1 3:1 10:1 4{10=data 3:1} 4{10=date 3:1}}");
	wire_put_packet(&stream, E "1 11{9:2 4{10=after 3:3} 4{10=aft 3:1}}");
	wire_put_packet(&stream, E "1 12{4{1:9 2=f.cc 3=g 4:5}} 11{9:3 3:1 10:1 34:9}");
	for (size_t i = 0; i < FIXTURE_COUNT(asked_rows); i++) {
		struct buf found;
		struct err err = { 0 };
		buf_init(&found, 1 << 20);
		struct trace_reader_calls calls = { .on_event = on_args, .context = &found, .args = asked_rows[i].keys };
		struct trace_reader *reader = trace_reader_new(&calls);
		assert_int_equal(trace_reader_feed(reader, stream.data, stream.length, &err), 0);
		assert_int_equal(trace_reader_end(reader, &err), 0);
		assert_string_equal(found.data, asked_rows[i].expected);
		trace_reader_free(reader);
		buf_release(&found);
	}
	buf_release(&stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_loss),
		cmocka_unit_test(test_malformed_streams),
		cmocka_unit_test(test_metadata),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_a_task_of_many_events),
		cmocka_unit_test(test_many_tracks),
		cmocka_unit_test(test_scopes),
		cmocka_unit_test(test_asked_arguments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
