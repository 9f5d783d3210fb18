/* The command line: what is in it, how lists are merged, what a probe may not set. */
#include "browser/flags.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

static char **build(const char *extra, enum browser_mode mode, bool sandbox, struct err *err)
{
	struct json *array = extra ? json_parse(extra, strlen(extra), 65536, "flags", NULL) : NULL;
	assert_true(!extra || array);
	struct browser_flags flags = {.program = "/usr/bin/chromium", .profile = "/tmp/s/profile",
		.mode = mode, .sandbox = sandbox, .extra = array};
	char **argv = browser_flags_build(&flags, err);
	json_free(array);
	return argv;
}

static int count_starting(char *const *argv, const char *start)
{
	int count = 0;
	for (; *argv; argv++)
		count += strncmp(*argv, start, strlen(start)) == 0;
	return count;
}

static int count_equal(char *const *argv, const char *text)
{
	int count = 0;
	for (; *argv; argv++)
		count += strcmp(*argv, text) == 0;
	return count;
}

static void test_modes(void **state)
{
	(void)state;
	static const struct row {
		enum browser_mode mode;
		bool sandbox;
		int headless, no_sandbox;
	} rows[] = {
		{BROWSER_HEADLESS, true, 1, 0}, {BROWSER_HEADLESS, false, 1, 1},
		{BROWSER_SHELL, true, 0, 0}, {BROWSER_SHELL, false, 0, 1},
		{BROWSER_HEADED, true, 0, 0}, {BROWSER_HEADED, false, 0, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err;
		char **argv = build(NULL, rows[i].mode, rows[i].sandbox, &err);
		assert_non_null(argv);
		assert_string_equal(argv[0], "/usr/bin/chromium");
		assert_int_equal(count_starting(argv, "--headless"), rows[i].headless);
		assert_int_equal(count_equal(argv, "--no-sandbox"), rows[i].no_sandbox);
		assert_int_equal(count_equal(argv, "--user-data-dir=/tmp/s/profile"), 1);
		assert_int_equal(count_equal(argv, "--remote-debugging-port=0"), 1);
		assert_int_equal(count_equal(argv, "--disable-background-timer-throttling"), 1);
		assert_int_equal(count_equal(argv, "--disable-field-trial-config"), 1);
		assert_int_equal(count_starting(argv, "--disable-dev-shm-usage"), 0);
		assert_int_equal(count_starting(argv, "--disable-features="), 1);
		size_t count = 0;
		while (argv[count])
			count++;
		assert_string_equal(argv[count - 1], "about:blank");
		struct json *facts = browser_flags_json(argv);
		assert_int_equal(json_length(facts), count - 1);
		assert_string_equal(json_as_text(json_at(facts, 0), ""), argv[1]);
		json_free(facts);
		browser_flags_free(argv);
	}
}

#define OURS "WebUIOmniboxPopup,WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,OptimizationHints,MediaRouter,Translate"

static void test_merging(void **state)
{
	(void)state;
	static const struct row {
		const char *extra, *wanted;
	} rows[] = {
		{"[]", "--disable-features=" OURS},
		{"[\"--disable-features=A,B\",\"--disable-features=C\"]", "--disable-features=A,B,C," OURS},
		{"[\"--enable-features=A\",\"--enable-features=B<Trial\"]", "--enable-features=A,B<Trial"},
		/* a feature that the probe wants is not disabled by us, under any spelling */
		{"[\"--enable-features=Translate\"]", "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,"
			"SpareRendererForSitePerProcess,OptimizationHints,MediaRouter"},
		{"[\"--enable-features=X,MediaRouter:a/b,Translate<T\"]", "--disable-features=WebUIOmniboxPopup,"
			"WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,OptimizationHints"},
		/* another that only starts or ends alike is */
		{"[\"--enable-features=TranslateMore,NoTranslate\"]", "--disable-features=" OURS},
		{"[\"--disable-features=Translate\"]", "--disable-features=Translate,WebUIOmniboxPopup,"
			"WebUIOmniboxAimPopup,SpareRendererForSitePerProcess,OptimizationHints,MediaRouter"},
		{"[\"--js-flags=--expose-gc\",\"--js-flags=--liftoff-only\"]", "--js-flags=--expose-gc --liftoff-only"},
		{"[\"--lang=de\"]", "--lang=de"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err;
		char **argv = build(rows[i].extra, BROWSER_HEADLESS, true, &err);
		assert_non_null(argv);
		if (count_equal(argv, rows[i].wanted) != 1)
			fail_msg("%s: no %s", rows[i].extra, rows[i].wanted);
		assert_int_equal(count_starting(argv, "--disable-features="), 1);
		assert_true(count_starting(argv, "--enable-features=") <= 1);
		assert_true(count_starting(argv, "--js-flags=") <= 1);
		browser_flags_free(argv);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct row {
		const char *extra, *says;
	} rows[] = {
		{"[\"--no-sandbox\"]", "--no-sandbox"}, {"[\"--headless=old\"]", "--headless"},
		{"[\"--user-data-dir=/tmp/me\"]", "--user-data-dir"}, {"[\"--remote-debugging-port=9222\"]", "port"},
		{"[\"--remote-debugging-pipe\"]", "pipe"}, {"[\"--remote-allow-origins=*\"]", "origins"},
		{"[\"--disable-seccomp-filter-sandbox\"]", "sandbox"}, {"[\"--single-process\"]", "single"},
		{"[\"-v\"]", "starts with --"}, {"[\"--\"]", "starts with --"}, {"[\"\"]", "starts with --"},
		{"[\"http://example.org\"]", "starts with --"}, {"[5]", "no string"}, {"[null]", "no string"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		assert_null(build(rows[i].extra, BROWSER_HEADLESS, true, &err));
		assert_int_equal(err.code, ERR_INVALID);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].extra, err.text);
	}
}

static void test_ceilings(void **state)
{
	(void)state;
	struct json *many = json_new_array(), *large = json_new_array();
	for (int i = 0; i < 200; i++)
		json_append(many, json_new_text("--flag"));
	char *text = mem_alloc_zero(1, 70001);
	memset(text, 'x', 70000);
	memcpy(text, "--js-flags=", 11);
	json_append(large, json_new_text(text));
	free(text);
	const struct json *extras[] = {many, large};
	for (int i = 0; i < 2; i++) {
		struct err err = {0};
		struct browser_flags flags = {.program = "/b", .profile = "/p", .extra = extras[i]};
		assert_null(browser_flags_build(&flags, &err));
		assert_int_equal(err.code, ERR_INVALID);
	}
	json_free(many);
	json_free(large);
	browser_flags_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_ceilings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
