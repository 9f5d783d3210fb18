/* Finding the program: names, versions, and what to say when there is none. */
#include "browser/program.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "browser/browser.h"
#include "scratch.h"

static void test_modes(void **state)
{
	(void)state;
	static const char *const names[] = {"headless", "shell", "headed"};
	for (int i = 0; i < 3; i++) {
		enum browser_mode mode;
		assert_int_equal(browser_mode_parse(names[i], &mode), 0);
		assert_string_equal(browser_mode_name(mode), names[i]);
	}
	enum browser_mode mode;
	assert_int_equal(browser_mode_parse("Headless", &mode), -1);
	assert_int_equal(browser_mode_parse("", &mode), -1);
}

static void test_version_lines(void **state)
{
	(void)state;
	static const struct row { const char *printed, *line; } rows[] = {
		{"Chromium 156.0.8078.79 built on Debian \n", "Chromium 156.0.8078.79 built on Debian"},
		{"\n  Google Chrome 150.0\nmore 1\n", "Google Chrome 150.0"},
		{"7", "7"}, {"", NULL}, {" \n", NULL}, {"usage: x\n", NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char line[40];
		int result = browser_version_line(rows[i].printed, strlen(rows[i].printed), line, sizeof line);
		assert_int_equal(result, rows[i].line ? 0 : -1);
		if (rows[i].line)
			assert_string_equal(line, rows[i].line);
	}
	char small[8];
	assert_int_equal(browser_version_line("Chromium 156", 12, small, sizeof small), -1);
}

static struct browser_user user(void)
{
	struct browser_user found;
	assert_int_equal(browser_user_find(NULL, &found, NULL), 0);
	return found;
}

/* Programs written for the test; their folder is open to the browser's user. */
static void test_programs(void **state)
{
	(void)state;
	static const struct row {
		const char *script, *version, *says;
	} rows[] = {
		{"#!/bin/sh\ntest \"$1\" = --version && echo Fake 12.3\n", "Fake 12.3", NULL},
		/* as the browser's user, with a home of its own that can be written */
		{"#!/bin/sh\ntouch $HOME/x && echo $(id -u) ${HOME%/*} >&2 && echo 1\n", "1", NULL},
		{"#!/bin/sh\necho no such flag >&2; exit 3\n", NULL, "exit status 3 and no version: no such flag"},
		{"#!/bin/sh\necho hello\n", NULL, "is it a Chromium?"},
		{"#!/bin/sh\nkill -SEGV $$\n", NULL, "exit status -1"},
		{"#!/nonexistent/interpreter\n", NULL, "cannot ask the browser"},
	};
	char *folder = scratch_make("program");
	assert_int_equal(chmod(folder, 0755), 0);
	struct browser_user who = user();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct browser_program program;
		scratch_write(folder, "browser", rows[i].script);
		char *path = fs_join(folder, "browser");
		assert_int_equal(chmod(path, 0755), 0);
		int result = browser_find(path, BROWSER_HEADLESS, &who, &program, &err);
		if (rows[i].version) {
			if (result)
				fail_msg("%s", err.text);
			assert_string_equal(program.version, rows[i].version);
			assert_string_equal(program.path, path);
			assert_int_equal(program.mode, BROWSER_HEADLESS);
		} else {
			assert_int_equal(result, -1);
			assert_int_equal(err.code, ERR_ENVIRONMENT);
			if (!strstr(err.text, rows[i].says) || !strstr(err.text, path))
				fail_msg("%s", err.text);
		}
		browser_program_release(&program);
		browser_program_release(&program);
		free(path);
	}
	scratch_remove(folder);
}

static void test_nothing_found(void **state)
{
	(void)state;
	static const struct row {
		const char *path;
		enum browser_mode mode;
		const char *says;
	} rows[] = {
		{"/nonexistent/browser", BROWSER_HEADLESS, "/nonexistent/browser; correct --browser PATH"},
		{"nonexistent-browser", BROWSER_HEADLESS, "correct --browser PATH"},
		{NULL, BROWSER_HEADLESS, "install the Debian package chromium "},
		{NULL, BROWSER_HEADED, "install the Debian package chromium "},
		{NULL, BROWSER_SHELL, "install the Debian package chromium-headless-shell"},
	};
	char *search = mem_strdup(getenv("PATH"));
	setenv("PATH", "/nonexistent", 1);
	struct browser_user who = user();
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		struct browser_program program;
		assert_int_equal(browser_find(rows[i].path, rows[i].mode, &who, &program, &err), -1);
		assert_int_equal(err.code, ERR_ENVIRONMENT);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s", err.text);
	}
	setenv("PATH", search, 1);
	free(search);
}

static void test_the_installed_ones(void **state)
{
	(void)state;
	struct browser_user who = user();
	for (enum browser_mode mode = BROWSER_HEADLESS; mode <= BROWSER_HEADED; mode++) {
		struct err err = {0};
		struct browser_program program;
		if (browser_find(NULL, mode, &who, &program, &err))
			fail_msg("%s", err.text);
		assert_int_equal(program.path[0], '/');
		assert_non_null(strpbrk(program.version, "0123456789"));
		browser_program_release(&program);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_version_lines),
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_nothing_found),
		cmocka_unit_test(test_the_installed_ones),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
