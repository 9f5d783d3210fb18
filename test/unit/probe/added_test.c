/* Arms that a probe does not list: found, added, refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "probe/added.h"

static const char text[] =
	"{\"schema\":1,\"title\":\"t\",\"kind\":\"latency\",\"threshold_ms\":10,\"parameters\":[],"
	"\"guests\":[{\"name\":\"gc\",\"toolchain\":\"gc\",\"source\":\"go\"},{\"name\":\"js\",\"toolchain\":\"js\",\"source\":\"a.js\"}],"
	"\"arms\":[\"none/main/idle\",\"js/worker/churn\"]}";

static void test_needed_arms(void **state)
{
	(void)state;
	const struct {
		const char *name;
		size_t index;        /* of the arm; that of nothing: refused */
		size_t guest;
		const char *why;
	} rows[] = {
		{ "js/worker/churn", 1, 1, NULL },
		{ "gc/worker/churn,GOGC=off", 2, 0, NULL },
		{ "none/worker/idle", 3, (size_t)-1, NULL },
		{ "gc/worker/churn,GOGC=off", 2, 0, NULL }, /* is there by now */
		{ "rust/worker/churn", 9, 0, "probe mine has no guest rust" },
		{ "gc/attic/churn", 9, 0, "neither worker nor main" },
	};
	struct err err = { 0 };
	struct probe *probe = probe_parse("/probes/mine", text, strlen(text), &err);
	if (!probe)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t index;
		int result = probe_need_arm(probe, rows[i].name, &index, &err);
		assert_int_equal(result, rows[i].why ? -1 : 0);
		if (rows[i].why) {
			assert_int_equal(err.code, ERR_USAGE);
			assert_non_null(strstr(err.text, rows[i].why));
			continue;
		}
		assert_int_equal(index, rows[i].index);
		assert_string_equal(probe->arms[index].name, rows[i].name);
		assert_int_equal(probe->arms[index].guest_index, rows[i].guest);
	}
	assert_int_equal(probe->arm_count, 4);
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_needed_arms) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
