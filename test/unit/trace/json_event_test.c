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
		{ "{\"a\":1]", 6, "',' or '}'" }, { "{\"ts\":1,}", 8, "a key" },
		{ "{\"ts\":1,}                                                            ", 8, "a key" }, { "{,}", 1, "a key" }, { "{\"ts\":}", 6, "a digit" },
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

/* What both ways made of a text; `log` as the fixture writes it, or what is wrong and where. */
static void answer(bool (*read_event)(struct trace_json *, struct trace_event *), const char *text, size_t length,
	struct fixture_log *log)
{
	struct trace_event event;
	struct trace_json json = { text, text + length, NULL };
	buf_clear(&log->text);
	if (read_event(&json, &event))
		fixture_on_event(&event, log);
	else
		buf_append_format(&log->text, "%s", json.problem ? json.problem : "open");
	/* Where it stopped means something but when the text goes on. */
	buf_append_format(&log->text, " at %ld", json.problem || log->events ? (long)(json.at - text) : 0L);
	log->events = 0;
}

static void compare(const char *text, size_t length, struct fixture_log logs[2])
{
	answer(trace_json_event, text, length, &logs[0]);
	answer(trace_json_event_plainly, text, length, &logs[1]);
	if (strcmp(logs[0].text.data, logs[1].text.data) != 0)
		fail_msg("%.*s\n%s\n%s", (int)length, text, logs[0].text.data, logs[1].text.data);
}

enum edit { REPLACE, INSERT, DELETE, EDITS };

/* One byte of the text changed, and more after it, so that the quick way has room. */
static size_t edited(const char *text, size_t at, enum edit edit, char byte, char *out)
{
	static const char next[] = ",{\"name\":\"the next event\",\"ts\":1,\"args\":{\"a\":\"aaaaaaaaaaaaa\"}}";
	size_t length = strlen(text), to = 0;
	for (size_t i = 0; i < length; i++) {
		if (i == at && edit != DELETE)
			out[to++] = byte;
		if (i != at || edit == INSERT)
			out[to++] = text[i];
	}
	memcpy(out + to, next, sizeof next);
	return to + sizeof next;
}

static void test_the_quick_way_differs_in_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = {
		CHROMIUM,
		"{\"args\":{},\"bp\":\"e\",\"cat\":\"v8\",\"id\":17,\"name\":\"a b\",\"ph\":\"f\",\"pid\":1,\"tid\":2,\"ts\":1234567890123}",
		"{\"args\":{\"a\":[1,{\"b\":\"}\"}]},\"cat\":\"x\",\"id2\":{\"local\":\"0x2\"},\"name\":\"h:guest\",\"ph\":\"b\",\"pid\":12345678,"
			"\"s\":\"t\",\"tid\":123456789,\"ts\":123456789012345678,\"tts\":0}",
		"{\"name\":\"n\",\"args\":{},\"ts\":1.5,\"dur\":-2,\"unknown\":\"\\u0041\"}",
	};
	static const char bytes[] = "\"\\{}[],:0159-.eEst \n\t\0\x7f\xff";
	struct fixture_log logs[2] = { 0 };
	char text[512];
	buf_init(&logs[0].text, 1 << 20);
	buf_init(&logs[1].text, 1 << 20);
	for (size_t t = 0; t < FIXTURE_COUNT(texts); t++) {
		for (size_t at = 0; at < strlen(texts[t]); at++) {
			for (size_t b = 0; b < sizeof bytes; b++) {
				for (enum edit edit = REPLACE; edit < EDITS; edit++) {
					size_t length = edited(texts[t], at, edit, bytes[b], text);
					if (text[0] == '{')
						compare(text, length, logs);
				}
			}
		}
	}
	fixture_log_release(&logs[0]);
	fixture_log_release(&logs[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_events_that_go_on),
		cmocka_unit_test(test_malformed_events),
		cmocka_unit_test(test_the_quick_way_differs_in_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
