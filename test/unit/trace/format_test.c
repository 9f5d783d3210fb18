#include "trace/fixture.h"

#include "trace/format.h"

#define ROW(text, format) { text, sizeof(text) - 1, format }
static void test_first_bytes(void **state)
{
	(void)state;
	static const struct { const char *text; size_t length; enum trace_format format; } rows[] = {
		ROW("", TRACE_FORMAT_UNKNOWN), ROW("\n", TRACE_FORMAT_UNKNOWN), ROW("\n\x0a", TRACE_FORMAT_UNKNOWN),
		ROW("\n{", TRACE_FORMAT_UNKNOWN), ROW("\n\x20", TRACE_FORMAT_UNKNOWN),
		ROW("{", TRACE_FORMAT_JSON), ROW("[", TRACE_FORMAT_JSON), ROW(" ", TRACE_FORMAT_JSON), ROW("x", TRACE_FORMAT_JSON),
		ROW("\n{\"", TRACE_FORMAT_JSON), ROW("\n[{", TRACE_FORMAT_JSON), ROW("\n\n\n", TRACE_FORMAT_JSON),
		ROW("\n  ", TRACE_FORMAT_JSON), ROW("\n[]", TRACE_FORMAT_JSON), ROW("\n{}", TRACE_FORMAT_JSON),
		/* A packet of any length, also one that is a bracket or white space. */
		ROW("\n\x05", TRACE_FORMAT_PROTOBUF), ROW("\n\xff", TRACE_FORMAT_PROTOBUF), ROW("\n\x00", TRACE_FORMAT_PROTOBUF),
		ROW("\n{\x18", TRACE_FORMAT_PROTOBUF), ROW("\n[\x40", TRACE_FORMAT_PROTOBUF), ROW("\n\n\x32", TRACE_FORMAT_PROTOBUF),
		ROW("\n \x50", TRACE_FORMAT_PROTOBUF), ROW("\n\t\xb8", TRACE_FORMAT_PROTOBUF), ROW("\n\r\x2a", TRACE_FORMAT_PROTOBUF),
	};
	for (size_t i = 0; i < FIXTURE_COUNT(rows); i++) {
		if (trace_format_of(rows[i].text, rows[i].length) != rows[i].format)
			fail_msg("row %zu", i);
	}
}

static void test_names(void **state)
{
	(void)state;
	assert_string_equal(trace_format_name(TRACE_FORMAT_PROTOBUF), "protobuf");
	assert_int_equal(trace_format_named("json"), TRACE_FORMAT_JSON);
	assert_int_equal(trace_format_named("protobuf"), TRACE_FORMAT_PROTOBUF);
	assert_int_equal(trace_format_named("unknown"), TRACE_FORMAT_UNKNOWN);
	assert_int_equal(trace_format_named("proto"), TRACE_FORMAT_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_first_bytes), cmocka_unit_test(test_names) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
