#include "trace/fixture.h"

#include "base/utf8.h"
#include "trace/label.h"

static void labels(void **state)
{
	(void)state;
	static const struct { const char *name, *args, *label; } rows[] = {
		{ "MajorGC", "{}", "MajorGC" },
		{ "FunctionCall", "{\"data\":{\"functionName\":\"f\",\"url\":\"http://h/a/b.js?c#d\",\"lineNumber\":3}}", "FunctionCall f (b.js:3)" },
		{ "EvaluateScript", "{\"data\":{\"url\":\"http://h/a/b.js\"}}", "EvaluateScript (b.js)" },
		{ "FunctionCall", "{\"data\":{\"functionName\":\"g\",\"url\":\"\"}}", "FunctionCall g" },
		{ "FunctionCall", "{\"data\":{\"url\":\"http://h/\"}}", "FunctionCall (http://h/)" },
		{ "a\\u0062", "{\"data\":7}", "ab" },
		{ "", "", "" },
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		char label[TRACE_LABEL_SIZE];
		struct trace_event event = { .name = fixture_value(TRACE_STRING, rows[i].name).text,
			.args = fixture_value(TRACE_OBJECT, rows[i].args) };
		trace_label(&event, label);
		assert_string_equal(label, rows[i].label);
	}
}

static void long_ones_are_cut_between_characters(void **state)
{
	(void)state;
	for (size_t length = 1; length < 100; length++) {
		char name[512] = "", label[TRACE_LABEL_SIZE];
		for (size_t i = 0; i < length; i++)
			memcpy(name + strlen(name), i % 3 ? "€" : "x", i % 3 ? sizeof "€" : sizeof "x");
		struct trace_event event = { .name = fixture_value(TRACE_STRING, name).text };
		trace_label(&event, label);
		assert_int_equal(strncmp(name, label, strlen(label)), 0);
		assert_int_equal(utf8_whole_prefix(label, strlen(label)), strlen(label));
		assert_true(strlen(label) == strlen(name) || strlen(label) >= TRACE_LABEL_SIZE - 4);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels),
		cmocka_unit_test(long_ones_are_cut_between_characters),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
