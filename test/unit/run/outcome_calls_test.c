#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "run/outcome_calls.h"

static const char PROBE[] = "{\"schema\":1,\"title\":\"t\",\"kind\":\"calls\",\"arms\":[\"none/main/x\"],"
	"\"metrics\":[{\"name\":\"call_us\",\"from\":\"report\",\"statistic\":\"value\",\"unit\":\"us\",\"better\":\"lower\"}],"
	"\"observations\":[{\"name\":\"traps\",\"says\":\"s\"}]}";

static void reports(void **state)
{
	static const struct { const char *report, *says; size_t samples; } rows[] = {
		{ "{\"metrics\":{\"call_us\":3}}", NULL, 0 },
		{ "{\"observations\":{\"traps\":false},\"facts\":{\"anything\":1}}", NULL, 0 },
		{ "{\"metrics\":{\"call_us\":3}}", "3 samples, and probe calls measures calls", 3 },
		{ "{\"metrics\":{\"call_ms\":3}}", "the metric \"call_ms\", which probe.json does not declare", 0 },
		{ "{\"metrics\":{\"call_us\":null}}", "no finite number", 0 },
		{ "{\"metrics\":{\"call_us\":\"3\"}}", "no finite number", 0 },
		{ "{\"observations\":{\"trap\":true}}", "the observation \"trap\", which", 0 },
		{ "{\"observations\":{\"traps\":1}}", "neither true nor false", 0 },
		{ "{\"metrics\":{},\"series\":{}}", "neither a metric nor an observation", 0 },
		{ "{}", "neither a metric nor an observation", 0 },
	};
	struct err err = { 0 };
	struct probe *probe = probe_parse("/nowhere/calls", PROBE, strlen(PROBE), &err);
	(void)state;
	if (!probe)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char why[OUTCOME_CALLS_WHY_SIZE] = "";
		struct upload upload = { .samples = rows[i].samples };
		upload.report = json_parse(rows[i].report, strlen(rows[i].report), 1 << 16, "report", &err);
		assert_non_null(upload.report);
		int result = outcome_calls_check(probe, &upload, why);
		if ((result == 0) != (rows[i].says == NULL) || (rows[i].says && !strstr(why, rows[i].says)))
			fail_msg("row %zu: %d, \"%s\"", i, result, why);
		json_free(upload.report);
	}
	probe_free(probe);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(reports) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
