#include "trace/fixture.h"

#include "trace/json_event.h"

#define CHROMIUM "{\"args\":{\"data\":{\"traceId\":\"17\"}},\"cat\":\"devtools.timeline\",\"dur\":158,\"name\":" \
	"\"HandlePostMessage\",\"ph\":\"X\",\"pid\":8886,\"tdur\":151,\"tid\":13,\"ts\":596370282,\"tts\":50271}"

struct row {
	const char *text, *log;
};

/* Written as the fixture's log writes it. */
static const struct row rows[] = {
	{ CHROMIUM, "X 8886/13 ts=596370282.000 dur=158.000 tdur=151.000 tts=50271.000 name=HandlePostMessage "
		"cat=devtools.timeline id= id2= args={\"data\":{\"traceId\":\"17\"}}" },
	/* Any order, white space anywhere, members that nobody knows. */
	{ "{ \"ts\" : 5 ,\n\t\"ph\" : \"I\" , \"unknown\" : [ 1 , { \"ph\" : \"X\" } ] , \"tid\" : 2 , \"s\" : \"t\" }",
		"I 0/2 ts=5.000 dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	{ "{}", "- 0/0 ts=nan dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	{ "{ }", "- 0/0 ts=nan dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	/* The last of equal members counts. */
	{ "{\"ts\":1,\"ts\":2,\"name\":\"a\",\"name\":\"b\"}",
		"- 0/0 ts=2.000 dur=0.000 tdur=0.000 tts=nan name=b cat= id= id2= args=" },
	/* Keys and values with escapes. */
	{ "{\"\\u0074s\":7,\"na\\u006de\":\"a\\\"}b\",\"\\\"ts\":8,\"ts\\\\\":9}",
		"- 0/0 ts=7.000 dur=0.000 tdur=0.000 tts=nan name=a\\\"}b(escaped) cat= id= id2= args=" },
	/* Numbers: fractions, exponents, negative ones written as unsigned, the edges of the quick way. */
	{ "{\"ts\":1.25,\"dur\":1e3,\"tts\":-5,\"pid\":18446744073709551615,\"tid\":-1,\"tdur\":0}",
		"- -1/-1 ts=1.250 dur=1000.000 tdur=0.000 tts=-5.000 name= cat= id= id2= args=" },
	{ "{\"ts\":18446744073709551000,\"pid\":123456789012345678,\"tid\":1234567890123456789}",
		"- 123456789012345678/1234567890123456789 ts=-616.000 dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	{ "{\"ts\":0,\"pid\":0,\"tid\":-0}", "- 0/0 ts=0.000 dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	{ "{\"pid\":5.5,\"tid\":99999999999999999999}", "- 0/0 ts=nan dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	/* Numbers as text, and members of another type. */
	{ "{\"ts\":\"12\",\"pid\":\"7\",\"tid\":null,\"name\":5,\"cat\":{\"a\":1},\"ph\":\"XX\",\"dur\":true}",
		"- 7/0 ts=12.000 dur=0.000 tdur=0.000 tts=nan name= cat= id= id2= args=" },
	{ "{\"id\":\"0x1\",\"id2\":{\"local\":\"0x2\"},\"bind_id\":\"0x3\",\"args\":{}}",
		"- 0/0 ts=nan dur=0.000 tdur=0.000 tts=nan name= cat= id=0x1 id2={\"local\":\"0x2\"} args={}" },
	{ "{\"cat\":\"\",\"name\":\"\xFF\xC3\"}", "- 0/0 ts=nan dur=0.000 tdur=0.000 tts=nan name=\xFF\xC3 cat= id= id2= args=" },
};

static bool read(const char *text, size_t length, struct trace_event *event, struct trace_json *json)
{
	*json = (struct trace_json){ text, text + length, NULL };
	return trace_json_event(json, event);
}

static void assert_log(const struct trace_event *event, const char *wanted)
{
	struct fixture_log log = { 0 };
	buf_init(&log.text, 1 << 20);
	fixture_on_event(event, &log);
	log.text.data[log.text.length - 1] = '\0';
	assert_string_equal(log.text.data, wanted);
	fixture_log_release(&log);
}

static void test_events(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		/* In a block of its own, with nothing after it and with much. */
		for (size_t more = 0; more <= 64; more += 64) {
			size_t length = strlen(rows[i].text);
			char *copy = mem_alloc_zero(length + more, 1);
			memcpy(copy, rows[i].text, length);
			memset(copy + length, '}', more);
			struct trace_event event;
			struct trace_json json;
			if (!read(copy, length + more, &event, &json))
				fail_msg("%s: %s", rows[i].text, json.problem ? json.problem : "open");
			assert_ptr_equal(json.at, copy + length);
			assert_log(&event, rows[i].log);
			free(copy);
		}
	}
}

/* What is cut off is never taken for an event, nor for a malformed one. */
static void test_events_that_go_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		for (size_t length = 1; length < strlen(rows[i].text); length++) {
			char *copy = malloc(length);
			memcpy(copy, rows[i].text, length);
			struct trace_event event;
			struct trace_json json;
			assert_false(read(copy, length, &event, &json));
			if (json.problem)
				fail_msg("%.*s: %s", (int)length, rows[i].text, json.problem);
			free(copy);
		}
	}
}

static void test_malformed_events(void **state)
{
	(void)state;
	static const struct { const char *text; long at; const char *problem; } wrong[] = {
		{ "{1}", 1, "a key" }, { "{\"a\" 1}", 5, "':' is" }, { "{\"a\":1 \"b\":2}", 7, "',' or '}'" },
		{ "{\"a\":1]", 6, "',' or '}'" }, { "{\"ts\":1,}", 8, "a key" }, { "{,}", 1, "a key" }, { "{\"ts\":}", 6, "a digit" },
		{ "{\"ts\":01}", 8, "superfluous" }, { "{\"ts\":01,\"a\":\"aaaaaaaaaaaaaaaaaaaaaaa\"}", 8, "superfluous" },
		{ "{\"ts\":1.}", 8, "a digit" }, { "{\"ts\":1e}", 8, "a digit" }, { "{\"ts\":-}", 7, "a digit" },
		{ "{\"ts\":+1}", 6, "a digit" }, { "{\"ts\":1.5.5}", 9, "',' or '}'" }, { "{\"ts\":nan}", 6, "a value" },
		{ "{\"ts\":tru}", 6, "a value" }, { "{\"ts\":truex}", 10, "',' or '}'" }, { "{\"name\":\"a\nb\"}", 10, "control" },
		{ "{\"name\":\"a\\n\nb\"}", 12, "control" }, { "{\"\x01\":1,\"a\":\"aaaaaaaaaaa\"}", 2, "control" },
		{ "{\"args\":{]}", 9, "bracket" }, { "{\"args\":{\"a\":\"\x1F\"}}", 14, "control" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(wrong); i++) {
		struct trace_event event;
		struct trace_json json;
		bool whole = read(wrong[i].text, strlen(wrong[i].text), &event, &json);
		if (whole || !json.problem || !strstr(json.problem, wrong[i].problem) || json.at - wrong[i].text != wrong[i].at)
			fail_msg("%s: %d, byte %ld, %s", wrong[i].text, whole, (long)(json.at - wrong[i].text),
				json.problem ? json.problem : "open");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_that_go_on),
		cmocka_unit_test(test_malformed_events),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
