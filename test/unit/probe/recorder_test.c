/* What a page with a flight recorder says of its window, by rows. */
#include "probe/recorder.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void what_is_said(void **state)
{
	(void)state;
	const struct { const char *report; size_t after; bool episode; double over_ms; } rows[] = {
		{ "{}", 0, false, NAN },
		{ "{\"recorder\":{\"episode\":false,\"counted\":100,\"over_ms\":null}}", 0, false, NAN },
		{ "{\"recorder\":{\"episode\":true,\"counted\":90,\"over_ms\":1234.5}}", 10, true, 1234.5 },
		{ "{\"recorder\":{\"episode\":true,\"counted\":100,\"over_ms\":null}}", 0, true, NAN }, /* the window's end cut it */
		{ "{\"recorder\":{\"episode\":true,\"counted\":10,\"over_ms\":1}}", 0, true, 1 }, /* nothing but cold samples would be left */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *report = json_parse(rows[i].report, strlen(rows[i].report), 4096, "a report", NULL);
		assert_non_null(report);
		assert_int_equal(recorder_after(report, 100, 10), rows[i].after);
		assert_int_equal(recorder_has_episode(report), rows[i].episode);
		double over_ms = recorder_over_ms(report);
		assert_true(isnan(rows[i].over_ms) ? isnan(over_ms) : over_ms == rows[i].over_ms);
		json_free(report);
	}
	assert_int_equal(recorder_after(NULL, 100, 10), 0);
	assert_true(isnan(recorder_over_ms(NULL)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
