/* Every rule of "captures" in probe.json: one row each, made by one edit of a good document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/manifest.h"

static const char good[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\","
	"\"arms\":[\"none/main/a\",\"none/worker/a\",\"none/main/b\"],\"captures\":["
	"{\"kind\":\"trace\",\"arms\":[\"none/main/*\"],\"categories\":[\"cc\"]},"
	"{\"kind\":\"cpuprofile\",\"arms\":[\"none/worker/a\",\"none/main/b\"]},"
	"{\"kind\":\"heapsnapshot\"}]}";

static void each_arm_has_its_captures(void **state)
{
	static const struct {
		const char *arm;
		bool trace, cpuprofile, heapsnapshot;
	} rows[] = { { "none/main/a", true, false, true }, { "none/worker/a", false, true, true }, { "none/main/b", true, true, true } };
	struct err err = { 0 };
	struct probe *probe = probe_parse("/probes/p", good, sizeof good - 1, &err);
	(void)state;
	assert_non_null(probe);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct probe_captures *captures = &probe->captures;
		assert_true((captures_find(captures, PROBE_CAPTURE_TRACE, rows[i].arm) != NULL) == rows[i].trace);
		assert_true((captures_find(captures, PROBE_CAPTURE_CPUPROFILE, rows[i].arm) != NULL) == rows[i].cpuprofile);
		assert_true((captures_find(captures, PROBE_CAPTURE_HEAPSNAPSHOT, rows[i].arm) != NULL) == rows[i].heapsnapshot);
		assert_true(captures_any(captures, rows[i].arm));
	}
	assert_string_equal(json_as_text(json_at(probe->captures.list[0].categories, 0), ""), "cc");
	probe_free(probe);
}

static const struct row {
	const char *from, *to, *says;
} rows[] = {
	{ "\"kind\":\"trace\"", "\"kind\":\"video\"", "captures[0].kind" },
	{ "\"kind\":\"trace\",", "", "captures[0].kind" },
	{ "\"categories\":[\"cc\"]", "\"category\":\"cc\"", "captures[0]" },
	{ "\"categories\":[\"cc\"]", "\"categories\":\"cc\"", "captures[0].categories" },
	{ "\"kind\":\"heapsnapshot\"", "\"kind\":\"heapsnapshot\",\"categories\":[\"cc\"]", "are of traces alone" },
	{ "\"kind\":\"heapsnapshot\"", "\"kind\":\"trace\"", "which is there already" },
	{ "\"none/worker/a\",\"none/main/b\"]}", "\"none/worker/z\"]}", "names the arms \"none/worker/z\", and there are none" },
	{ "\"kind\":\"calls\"", "\"kind\":\"latency\",\"threshold_ms\":1", "are of probes of calls alone" },
};

static void what_is_wrong_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const char *at = strstr(good, rows[i].from);
		assert_non_null(at);
		char *text = mem_format("%.*s%s%s", (int)(at - good), good, rows[i].to, at + strlen(rows[i].from));
		struct err err = { 0 };
		assert_null(probe_parse("/probes/p", text, strlen(text), &err));
		assert_int_equal(err.code, ERR_USAGE);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s does not say: %s", err.text, rows[i].says);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_arm_has_its_captures), cmocka_unit_test(what_is_wrong_is_told) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
