/* DevToolsActivePort: its text, and the moment it appears. */
#include "browser/endpoint.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "scratch.h"

#define GUID "/devtools/browser/0f6e3f6e-1111-4222-8333-444455556666"

static void test_texts(void **state)
{
	(void)state;
	static const struct row {
		const char *text;
		int result, port;
		const char *path;
	} rows[] = {
		{"38211\n" GUID, 0, 38211, GUID},
		{"38211\n" GUID "\n", 0, 38211, GUID},
		{"1\n/devtools/browser/x", 0, 1, "/devtools/browser/x"},
		{"65535\n" GUID "\r\n", 0, 65535, GUID},
		{"", 1, 0, NULL}, {"3", 1, 0, NULL}, {"38211", 1, 0, NULL}, {"38211\n", 1, 0, NULL},
		{"0\n" GUID, -1, 0, NULL}, {"65536\n" GUID, -1, 0, NULL}, {"999999\n" GUID, -1, 0, NULL},
		{"-1\n" GUID, -1, 0, NULL}, {" 1\n" GUID, -1, 0, NULL}, {"\n" GUID, -1, 0, NULL},
		{"garbage", -1, 0, NULL}, {"1\n/devtools/page/x", -1, 0, NULL}, {"1\n/devtools/browser/", -1, 0, NULL},
		{"1\n" GUID " HTTP/1.1", -1, 0, NULL}, {"1\n" GUID "\nx", -1, 0, NULL},
		{"1\nhttp://elsewhere/devtools/browser/x", -1, 0, NULL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct browser_endpoint endpoint;
		struct err err = {0};
		int result = browser_endpoint_parse(rows[i].text, strlen(rows[i].text), &endpoint, &err);
		if (result != rows[i].result)
			fail_msg("\"%s\": %d", rows[i].text, result);
		if (result == 0) {
			assert_int_equal(endpoint.port, rows[i].port);
			assert_string_equal(endpoint.path, rows[i].path);
		}
		assert_int_equal(err.code, result < 0 ? ERR_INVALID : ERR_NONE);
	}
	char text[600] = "1\n/devtools/browser/";
	memset(text + strlen(text), 'x', sizeof text - strlen(text));
	struct browser_endpoint endpoint;
	assert_int_equal(browser_endpoint_parse(text, sizeof text, &endpoint, NULL), -1);
}

struct seen {
	struct loop *loop;
	int calls, port;
	enum err_code code;
};

static void on_endpoint(const struct browser_endpoint *endpoint, const struct err *err, void *context)
{
	struct seen *seen = context;
	seen->calls++;
	seen->port = endpoint ? endpoint->port : 0;
	seen->code = err ? err->code : ERR_NONE;
	loop_stop(seen->loop);
}

static void turn(struct loop *loop)
{
	struct loop_timer timer;
	loop_timer_init(&timer, loop, (loop_timer_fn)loop_stop, loop);
	loop_timer_set(&timer, 20000);
	loop_run(loop);
	loop_timer_release(&timer);
}

static void put(const char *folder, const char *name, const char *text)
{
	char *path = fs_join(folder, name);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	free(path);
}

static void test_appears(void **state)
{
	(void)state;
	static const struct row {
		const char *first; /* written before the last, or NULL */
		const char *last;
		bool renamed; /* put in place by rename */
		int port;
		enum err_code code;
	} rows[] = {
		{NULL, "4711\n" GUID, false, 4711, ERR_NONE},
		{NULL, "4711\n" GUID, true, 4711, ERR_NONE},
		{"47", "4711\n" GUID, false, 4711, ERR_NONE}, /* half a file first */
		{"", "4711\n" GUID, true, 4711, ERR_NONE},
		{NULL, "what?\n", false, 0, ERR_INVALID},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char *folder = scratch_make("endpoint");
		struct err err;
		struct seen seen = {.loop = loop_new(&err)};
		struct browser_endpoint_watch *watch =
			browser_endpoint_watch(seen.loop, folder, on_endpoint, &seen, &err);
		assert_non_null(watch);
		put(folder, "Local State", "{}");
		put(folder, "DevToolsActivePort.tmp", "1\n" GUID);
		turn(seen.loop);
		assert_int_equal(seen.calls, 0);
		if (rows[i].first) {
			put(folder, "DevToolsActivePort", rows[i].first);
			turn(seen.loop);
			assert_int_equal(seen.calls, 0);
		}
		put(folder, rows[i].renamed ? "new" : "DevToolsActivePort", rows[i].last);
		if (rows[i].renamed) {
			char *from = fs_join(folder, "new"), *to = fs_join(folder, "DevToolsActivePort");
			assert_int_equal(rename(from, to), 0);
			free(from);
			free(to);
		}
		turn(seen.loop);
		assert_int_equal(seen.calls, 1);
		assert_int_equal(seen.port, rows[i].port);
		assert_int_equal(seen.code, rows[i].code);
		put(folder, "DevToolsActivePort", "1\n" GUID); /* once only */
		turn(seen.loop);
		assert_int_equal(seen.calls, 1);
		browser_endpoint_unwatch(watch);
		loop_free(seen.loop);
		scratch_remove(folder);
	}
}

/* The folder is the browser's user's: a link there must not make us read another file, a pipe
 * not make us wait. */
static void test_hostile_folder(void **state)
{
	(void)state;
	char *folder = scratch_make("endpoint");
	char *path = fs_join(folder, "DevToolsActivePort"), *other = fs_join(folder, "other");
	struct err err;
	struct seen seen = {.loop = loop_new(&err)};
	struct browser_endpoint_watch *watch =
		browser_endpoint_watch(seen.loop, folder, on_endpoint, &seen, &err);
	assert_int_equal(symlink(other, path), 0);
	put(folder, "other", "4711\n" GUID);
	turn(seen.loop);
	assert_int_equal(seen.calls, 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkfifo(path, 0600), 0);
	put(folder, "other", "4711\n" GUID);
	turn(seen.loop);
	assert_int_equal(seen.calls, 0);
	browser_endpoint_unwatch(watch);
	browser_endpoint_unwatch(NULL);
	put(folder, "other", "");
	turn(seen.loop);
	assert_int_equal(seen.calls, 0);
	loop_free(seen.loop);
	free(path);
	free(other);
	scratch_remove(folder);
}

static void test_no_folder(void **state)
{
	(void)state;
	struct err err = {0};
	struct loop *loop = loop_new(&err);
	assert_null(browser_endpoint_watch(loop, "/nonexistent/profile", on_endpoint, NULL, &err));
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_non_null(strstr(err.text, "/nonexistent/profile"));
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_appears),
		cmocka_unit_test(test_hostile_folder),
		cmocka_unit_test(test_no_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
