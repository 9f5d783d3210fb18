#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "report/difference.h"

static struct json *parse(const char *text)
{
	struct err err;
	struct json *value = json_parse(text, strlen(text), 1 << 16, "facts", &err);
	if (!value)
		fail_msg("%s", err.text);
	return value;
}

#define SPEC "{\"probe_sha256\":\"ab\"}"
#define RUN "{\"kernel\":\"6.1\",\"cpus\":2,\"turbo\":null,\"browser\":{\"version\":\"156\",\"sandbox\":true},\"load\":[1,2,3],\"daemon_cpus\":\"0-1\"}"
#define LAUNCH "{\"browser\":{\"cpus\":\"0-1\",\"cpus_by\":\"cpuset\",\"flags\":[\"--user-data-dir=/a\",\"--one\",\"--two\"]}}"

static void what_differs_is_told_and_nothing_else(void **state)
{
	(void)state;
	const struct {
		const char *spec, *run, *launch; /* now */
		const char *what, *then, *now;   /* the only difference; what NULL: none */
	} rows[] = {
		{ SPEC, RUN, LAUNCH, NULL, NULL, NULL },
		{ SPEC, "{\"kernel\":\"6.18\",\"cpus\":2,\"browser\":{\"version\":\"156\",\"sandbox\":true}}", LAUNCH, "kernel", "6.1",
			"6.18" },
		{ SPEC, "{\"kernel\":\"6.1\",\"cpus\":2,\"browser\":{\"version\":\"157\",\"sandbox\":true}}", LAUNCH, "browser", "156",
			"157" },
		{ SPEC, "{\"kernel\":\"6.1\",\"cpus\":4,\"browser\":{\"version\":\"156\",\"sandbox\":true}}", LAUNCH, "CPUs", "2", "4" },
		{ SPEC, "{\"kernel\":\"6.1\",\"browser\":{\"version\":\"156\",\"sandbox\":true},\"cpus\":2,\"turbo\":false}", LAUNCH,
			"turbo", "–", "false" },
		{ SPEC, "{\"kernel\":\"6.1\",\"cpus\":2,\"daemon_cpus\":\"1\"}", LAUNCH, "CPUs that the daemon may use", "0-1", "1" },
		{ SPEC, RUN, "{\"browser\":{\"cpus\":\"0\"}}", "CPUs that the browser may use", "0-1", "0" },
		{ SPEC, RUN, "{\"browser\":{\"cpus\":\"0-1\",\"cpus_by\":\"affinity\"}}", "what keeps the browser to its CPUs", "cpuset", "affinity" },
		{ "{\"probe_sha256\":\"cd\"}", RUN, LAUNCH, "probe.json (SHA-256)", "ab", "cd" },
		{ SPEC, RUN, "{\"browser\":{\"flags\":[\"--user-data-dir=/b\",\"--two\",\"--one\"]}}", NULL, NULL, NULL },
		{ SPEC, RUN, "{\"browser\":{\"flags\":[\"--user-data-dir=/b\",\"--one\",\"--three\",\"--four\"]}}", "browser flags",
			"--two", "--three --four" },
		/* not recorded is not different */
		{ SPEC, RUN, "{}", NULL, NULL, NULL },
		{ "{}", "{\"cpus\":2}", LAUNCH, NULL, NULL, NULL },
	};
	struct json *spec = parse(SPEC), *run = parse(RUN), *launch = parse(LAUNCH);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct json *spec_now = parse(rows[i].spec), *run_now = parse(rows[i].run), *launch_now = parse(rows[i].launch);
		const struct difference_facts then = { spec, run, launch }, now = { spec_now, run_now, launch_now };
		size_t count;
		struct difference *found = differences_find(&then, &now, &count);
		assert_int_equal(count, rows[i].what ? 1 : 0);
		if (rows[i].what) {
			assert_string_equal(found[0].what, rows[i].what);
			assert_string_equal(found[0].then, rows[i].then);
			assert_string_equal(found[0].now, rows[i].now);
		}
		differences_free(found, count);
		json_free(spec_now);
		json_free(run_now);
		json_free(launch_now);
	}
	json_free(spec);
	json_free(run);
	json_free(launch);
}

/* Also what is the same: a reader whose spike stays away looks at all of them. */
static void conditions_are_told_then_and_now(void **state)
{
	(void)state;
	struct json *before = parse("{\"load\":[0.5,1,2],\"memory_available_bytes\":1000,\"swap_used_bytes\":0}");
	struct json *after = parse("{\"load\":[3,1,2],\"memory_available_bytes\":1000,\"swap_used_bytes\":7,\"shm_available_bytes\":9}");
	const struct difference_facts then = { NULL, before, NULL }, now = { NULL, after, NULL };
	const struct { const char *what, *then, *now; } rows[] = { { "load, 1 minute", "0.5", "3" },
		{ "memory free, bytes", "1000", "1000" }, { "swap used, bytes", "0", "7" }, { "/dev/shm free, bytes", "–", "9" } };
	size_t count;
	struct difference *found = conditions_find(&then, &now, &count);
	assert_int_equal(count, sizeof rows / sizeof *rows);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(found[i].what, rows[i].what);
		assert_string_equal(found[i].then, rows[i].then);
		assert_string_equal(found[i].now, rows[i].now);
	}
	differences_free(found, count);
	json_free(before);
	json_free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_differs_is_told_and_nothing_else),
		cmocka_unit_test(conditions_are_told_then_and_now),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
