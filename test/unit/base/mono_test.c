#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

#include "base/mono.h"

static void formats_instants(void **state)
{
	(void)state;
	static const struct {
		int64_t wall_us;
		const char *stamp, *iso;
	} rows[] = {
		{0, "19700101T000000Z", "1970-01-01T00:00:00.000000Z"},
		{1795475699123456, "20261123T231459Z", "2026-11-23T23:14:59.123456Z"},
		{951782399999999, "20000228T235959Z", "2000-02-28T23:59:59.999999Z"},
		{951782400000000, "20000229T000000Z", "2000-02-29T00:00:00.000000Z"},
		{-1, "19691231T235959Z", "1969-12-31T23:59:59.999999Z"},
		{-1000000, "19691231T235959Z", "1969-12-31T23:59:59.000000Z"},
		{253402300799999999, "99991231T235959Z", "9999-12-31T23:59:59.999999Z"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char stamp[MONO_STAMP_SIZE], iso[MONO_ISO_SIZE];
		mono_format_stamp(rows[i].wall_us, stamp);
		mono_format_iso(rows[i].wall_us, iso);
		assert_string_equal(stamp, rows[i].stamp);
		assert_string_equal(iso, rows[i].iso);
	}
}

/* The header promises these very clocks: a reading lies between two of the system's. */
static void reads_the_clocks_it_names(void **state)
{
	(void)state;
	static const struct {
		clockid_t clock;
		int64_t (*read)(void);
	} rows[] = {{CLOCK_MONOTONIC, mono_now_us}, {CLOCK_REALTIME, mono_wall_us}};
	for (size_t i = 0; i < 2; i++) {
		struct timespec before, after;
		clock_gettime(rows[i].clock, &before);
		int64_t now_us = rows[i].read();
		clock_gettime(rows[i].clock, &after);
		assert_true(now_us >= (int64_t)before.tv_sec * 1000000 + before.tv_nsec / 1000);
		assert_true(now_us <= (int64_t)after.tv_sec * 1000000 + after.tv_nsec / 1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_instants),
		cmocka_unit_test(reads_the_clocks_it_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
