#include "trace/fixture.h"

#include "trace/event_json.h"
#include "trace/json_event.h"

static void write(const struct trace_event *event, struct buf *out)
{
	struct trace_put put = { .out = out };
	buf_clear(out);
	trace_event_json(&put, event);
	assert_false(put.full);
}

/* What Chromium wrote itself comes back as it was. */
static void test_chromiums_own_text(void **state)
{
	(void)state;
	static const char *const rows[] = {
		"{\"args\":{\"data\":{\"traceId\":\"30\"}},\"cat\":\"devtools.timeline\",\"dur\":158,\"name\":\"HandlePostMessage\","
		"\"ph\":\"X\",\"pid\":8886,\"tdur\":151,\"tid\":8925,\"ts\":596370282,\"tts\":50271}",
		"{\"args\":{},\"cat\":\"v8\",\"dur\":0.5,\"name\":\"a\\\"b\\u2603\",\"ph\":\"X\",\"pid\":1,\"tid\":-2,\"ts\":13328432522,\"tts\":971}",
		"{\"args\":{},\"cat\":\"c\",\"name\":\"n\",\"ph\":\"I\",\"pid\":1,\"s\":\"t\",\"tid\":2,\"ts\":3}",
		"{\"args\":{},\"cat\":\"c\",\"name\":\"n\",\"ph\":\"R\",\"pid\":1,\"s\":\"p\",\"tid\":2,\"ts\":3}",
		"{\"args\":{},\"cat\":\"c\",\"id\":7,\"name\":\"n\",\"ph\":\"s\",\"pid\":1,\"tid\":2,\"ts\":3}",
		"{\"args\":{},\"bp\":\"e\",\"cat\":\"c\",\"id\":7,\"name\":\"n\",\"ph\":\"f\",\"pid\":1,\"tid\":2,\"ts\":3}",
		"{\"args\":{},\"cat\":\"c\",\"id\":\"0x7\",\"name\":\"n\",\"ph\":\"P\",\"pid\":1,\"tid\":2,\"ts\":3}",
		"{\"args\":{},\"cat\":\"c\",\"id2\":{\"local\":\"0x1f\"},\"name\":\"n\",\"ph\":\"b\",\"pid\":1,\"tid\":2,\"ts\":3}",
		"{\"args\":{\"name\":\"Main\"},\"cat\":\"__metadata\",\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":1,\"tid\":2,\"ts\":0}",
	};
	struct buf out;
	buf_init(&out, 1 << 20);
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		struct trace_event event;
		struct trace_json json = { rows[i], rows[i] + strlen(rows[i]), NULL };
		assert_true(trace_json_event(&json, &event));
		write(&event, &out);
		assert_string_equal(out.data, rows[i]);
	}
	buf_release(&out);
}

/* Text that is no JSON yet becomes it. */
static void test_plain_text_is_escaped(void **state)
{
	(void)state;
	struct trace_event event = { .phase = 'B', .ts_us = NAN, .tts_us = NAN, .name = { "a\"\\\n", 4, false },
		.category = { "", 0, false } };
	struct buf out;
	buf_init(&out, 1 << 20);
	write(&event, &out);
	assert_string_equal(out.data, "{\"args\":{},\"cat\":\"\",\"name\":\"a\\\"\\\\\\n\",\"ph\":\"B\",\"pid\":0,\"tid\":0}");
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chromiums_own_text),
		cmocka_unit_test(test_plain_text_is_escaped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
