/* Traces of a scripted browser (test/browser/fake_browser.py), which does what Chromium will not do on
 * command: the categories say what. */
#include "browser/tracing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "browser/fixture.h"

enum { SHORT_US = FIXTURE_S / 6, LONG_US = 20 * FIXTURE_S };

struct traced {
	struct fixture fixture; /* first */
	char folder[64];
	char *program;
	int fd;
	int stops;
	struct browser_trace_result result;
	struct err err;
	struct json *closed; /* names of streams that the browser was told to close */
};

static void on_stopped(const struct browser_trace_result *result, const struct err *err, void *context)
{
	struct traced *traced = context;
	traced->stops++;
	traced->result = *result;
	traced->err = err ? *err : (struct err){0};
	loop_stop(traced->fixture.loop);
}

static void set_up(struct traced *traced, const char *behaviour)
{
	memset(traced, 0, sizeof *traced);
	snprintf(traced->folder, sizeof traced->folder, "/tmp/wasmograph-fake-XXXXXX");
	traced->program = fixture_make_fake(traced->folder, behaviour);
	fixture_init(&traced->fixture, traced->program, BROWSER_HEADLESS);
	traced->fd = memfd_create("trace", MFD_CLOEXEC);
	fixture_start_ready(&traced->fixture);
}

static void tear_down(struct traced *traced)
{
	fixture_release(&traced->fixture);
	assert_int_equal(fs_remove_tree(traced->folder, NULL), 0);
	free(traced->program);
	json_free(traced->closed);
	close(traced->fd);
}

static void start(struct traced *traced, const char *category)
{
	const char *const categories[] = {category, NULL};
	const struct browser_trace_options options = {.categories = categories};
	int answers = traced->fixture.answers;
	browser_trace_start(traced->fixture.browser, &options, LONG_US, fixture_on_loaded, &traced->fixture);
	while (traced->fixture.answers == answers)
		fixture_turn(&traced->fixture);
}

static void stop(struct traced *traced, int64_t stop_us, int64_t read_us)
{
	int stops = traced->stops;
	browser_trace_stop(traced->fixture.browser, traced->fd, stop_us, read_us, on_stopped, traced);
	while (traced->stops == stops)
		fixture_turn(&traced->fixture);
	assert_int_equal(traced->stops, stops + 1);
}

static void on_closed_streams(const struct json *result, const struct err *err, void *context)
{
	struct traced *traced = context;
	assert_null(err);
	json_free(traced->closed);
	traced->closed = json_copy(json_get(result, "handles"));
	loop_stop(traced->fixture.loop);
}

/* The connection is as good as before, and the browser keeps no stream for us. */
static int count_closed(struct traced *traced)
{
	json_free(traced->closed);
	traced->closed = NULL;
	cdp_send(browser_connection(traced->fixture.browser), NULL, "Fake.closedStreams", NULL, LONG_US,
		on_closed_streams, traced);
	while (!traced->closed)
		fixture_turn(&traced->fixture);
	return (int)json_length(traced->closed);
}

static void test_what_a_trace_comes_to(void **state)
{
	(void)state;
	static const struct row {
		const char *category;
		int64_t stop_us, read_us;
		enum err_code code;
		const char *says;
		bool data_loss;
		int closed; /* streams */
	} rows[] = {
		{"stream=text", LONG_US, LONG_US, ERR_NONE, "", false, 1},
		{"stream=bytes", LONG_US, LONG_US, ERR_NONE, "", false, 1},
		{"loss", LONG_US, LONG_US, ERR_NONE, "", true, 1},
		{"stream=empty", LONG_US, LONG_US, ERR_NONE, "", false, 1},
		{"stream=fails-later", LONG_US, LONG_US, ERR_REFUSED, "Read failed", false, 1},
		{"stream=no-such-stream", LONG_US, LONG_US, ERR_REFUSED, "Invalid stream handle", false, 0},
		{"stream=swapped", LONG_US, LONG_US, ERR_INVALID, "out of order", false, 1},
		{"stream=garbage", LONG_US, LONG_US, ERR_INVALID, "no UTF-8", false, 1},
		{"stream=more-after-end", LONG_US, LONG_US, ERR_INVALID, "after its end", false, 1},
		{"stream=endless", LONG_US, SHORT_US, ERR_TIMEOUT, "IO.read", false, 1},
		{"stream=mute", LONG_US, SHORT_US, ERR_TIMEOUT, "IO.read", false, 1},
		{"no-stream", LONG_US, LONG_US, ERR_INVALID, "without a stream", false, 0},
		{"wrong-format", LONG_US, LONG_US, ERR_INVALID, "another format", false, 1},
		{"never-completes", SHORT_US, LONG_US, ERR_TIMEOUT, "in time", false, 0},
		{"end-fails", LONG_US, LONG_US, ERR_REFUSED, "Tracing failed", false, 0},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct traced traced;
		set_up(&traced, "normal");
		start(&traced, rows[i].category);
		assert_string_equal(traced.fixture.err.text, "");
		stop(&traced, rows[i].stop_us, rows[i].read_us);
		if (traced.err.code != rows[i].code || !strstr(traced.err.text, rows[i].says) ||
		    traced.result.data_loss != rows[i].data_loss)
			fail_msg("%s: %s: %s", rows[i].category, err_code_name(traced.err.code), traced.err.text);
		assert_int_equal(traced.result.bytes, lseek(traced.fd, 0, SEEK_END));
		if (count_closed(&traced) != rows[i].closed)
			fail_msg("%s: %d streams closed", rows[i].category, count_closed(&traced));
		assert_int_equal(traced.fixture.deaths, 0);
		/* Only a browser whose tracing service is gone cannot do it again. */
		bool gone = strcmp(rows[i].category, "end-fails") == 0;
		start(&traced, "stream=text");
		assert_int_equal(traced.fixture.err.code, gone ? ERR_REFUSED : ERR_NONE);
		tear_down(&traced);
	}
}

/* The trace is together after the deadline: nobody reads it, so the browser is told to drop it. */
static void test_a_trace_that_comes_late(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced, "normal");
	start(&traced, "completes-late");
	stop(&traced, SHORT_US, LONG_US);
	assert_int_equal(traced.err.code, ERR_TIMEOUT);
	while (count_closed(&traced) == 0)
		usleep(10000);
	assert_int_equal(traced.stops, 1);
	assert_int_equal(lseek(traced.fd, 0, SEEK_END), 0);
	tear_down(&traced);
}

/* Nothing is read, or nothing answered, from the start of the trace on. */
static void test_a_browser_that_falls_silent(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced, "normal");
	start(&traced, "stream=text");
	assert_int_equal(kill(traced.fixture.process, SIGSTOP), 0);
	stop(&traced, SHORT_US, LONG_US);
	assert_int_equal(traced.err.code, ERR_TIMEOUT);
	tear_down(&traced);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_a_trace_comes_to),
		cmocka_unit_test(test_a_trace_that_comes_late),
		cmocka_unit_test(test_a_browser_that_falls_silent),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
