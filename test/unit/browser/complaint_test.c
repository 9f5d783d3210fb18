/* A dead browser's log, made useful. */
#include "browser/complaint.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* As Chromium 156 wrote it when a page's heap of 200 MB was full. */
#define HEAP_FULL "[20801:1:1125/180108.648214:ERROR:third_party/blink/renderer/bindings/core/v8/v8_oom.cc:49] " \
	"V8 javascript OOM (Ineffective mark-compacts near heap limit).\n"

static void test_full_heaps(void **state)
{
	(void)state;
	static const struct row {
		const char *log;
		bool full;
	} rows[] = {
		{HEAP_FULL, true}, {"x\n" HEAP_FULL "y", true}, {"V8 process OOM (Zone).", true},
		{"", false}, {"V8 javascript", false}, {"OOM", false}, {"V8 is a heap", false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		assert_int_equal(browser_complaint_is_heap_full(rows[i].log, strlen(rows[i].log)), rows[i].full);
}

static void test_texts(void **state)
{
	(void)state;
	static const struct row {
		const char *log, *says;
	} rows[] = {
		{"", ""}, {"\n \n", ""}, {"one", "one"}, {"one\ntwo\n\n", "two"},
		{"a\n[1:1:FATAL:x.cc(1)] No usable sandbox! If this is a Debian system\nb\n", "install chromium-sandbox"},
		{"[1:ERROR] Running as root without --no-sandbox is not supported.", "--browser-user"},
		{"[1:ERROR] Missing X server or $DISPLAY\nThe platform failed to initialize.  Exiting.", "set DISPLAY"},
		{"x: error while loading shared libraries: libnss3.so: cannot open", "reinstall"},
		{"FATAL Socket path too long: /tmp/x", "shorter folder"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char text[200];
		browser_complaint_find(rows[i].log, strlen(rows[i].log), text, sizeof text);
		if (!strstr(text, rows[i].says) || (*rows[i].says == '\0' && *text))
			fail_msg("%s: %s", rows[i].log, text);
	}
	char small[4];
	browser_complaint_find("abcdefgh", 8, small, sizeof small);
	assert_string_equal(small, "abc");
}

static void test_descriptors(void **state)
{
	(void)state;
	char text[200];
	int file = open("/tmp", O_TMPFILE | O_WRONLY, 0600), pipe_fds[2];
	for (int i = 0; i < 5000; i++)
		assert_int_equal(write(file, "noise\n", 6), 6);
	assert_int_equal(write(file, "the last words\n", 15), 15);
	browser_complaint_read(file, text, sizeof text);
	assert_string_equal(text, "the last words");
	assert_false(browser_complaint_read_heap_full(file));
	assert_int_equal(write(file, HEAP_FULL, strlen(HEAP_FULL)), strlen(HEAP_FULL));
	assert_true(browser_complaint_read_heap_full(file));
	close(file);
	assert_int_equal(pipe(pipe_fds), 0);
	browser_complaint_read(pipe_fds[1], text, sizeof text); /* nothing to be read there */
	assert_string_equal(text, "");
	assert_false(browser_complaint_read_heap_full(pipe_fds[1]));
	browser_complaint_read(-1, text, sizeof text);
	assert_string_equal(text, "");
	close(pipe_fds[0]);
	close(pipe_fds[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_full_heaps),
		cmocka_unit_test(test_descriptors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
