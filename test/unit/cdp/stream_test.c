/* Streams pulled from a scripted browser (test/browser/fake_browser.py): whole ones byte for byte,
 * and every way in which one can fail to come or to be written. */
#include "cdp/stream.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/mem.h"
#include "support/fake.h"

enum { LONG_US = 30 * 1000 * 1000, SHORT_US = 300 * 1000, CONTENT_MAX = 4 * 1000 * 1000 };

struct rig {
	struct fake fake;
	struct loop *loop;
	struct loop_timer guard;
	struct cdp_connection *connection;
	struct cdp_stream *stream;
	int fd;
	int done;
	int64_t bytes;
	struct err err;
	bool free_when_done, closed;
	struct json *result;
};

static void on_guard(void *context)
{
	(void)context;
	fail_msg("the test hangs");
}

static void on_open(void *context)
{
	loop_stop(((struct rig *)context)->loop);
}

static void on_event(const char *session, const char *method, const struct json *params, void *context)
{
	(void)session, (void)method, (void)params, (void)context;
}

static void on_closed(const struct err *why, void *context)
{
	struct rig *rig = context;
	(void)why;
	rig->closed = true;
	loop_stop(rig->loop);
}

static void run(struct rig *rig)
{
	loop_timer_set(&rig->guard, 4 * (int64_t)LONG_US);
	loop_run(rig->loop);
	loop_timer_cancel(&rig->guard);
}

static void set_up(struct rig *rig, const char *behaviour)
{
	struct err err;
	*rig = (struct rig){0};
	fake_start(&rig->fake, behaviour);
	rig->loop = loop_new(&err);
	assert_non_null(rig->loop);
	loop_timer_init(&rig->guard, rig->loop, on_guard, rig);
	const struct cdp_connection_events events = {on_open, on_event, on_closed, rig};
	rig->connection = cdp_connect(rig->loop, "127.0.0.1", rig->fake.port, rig->fake.path, LONG_US, &events,
		&err);
	assert_non_null(rig->connection);
	rig->fd = memfd_create("stream", MFD_CLOEXEC);
	assert_true(rig->fd >= 0);
	run(rig);
}

static void tear_down(struct rig *rig)
{
	cdp_stream_free(rig->stream);
	cdp_connection_free(rig->connection);
	loop_timer_release(&rig->guard);
	loop_free(rig->loop);
	json_free(rig->result);
	close(rig->fd);
	fake_stop(&rig->fake);
}

static void on_done(const struct err *err, void *context)
{
	struct rig *rig = context;
	rig->done++;
	rig->bytes = cdp_stream_bytes(rig->stream);
	rig->err = err ? *err : (struct err){0};
	if (rig->free_when_done) {
		cdp_stream_free(rig->stream);
		rig->stream = NULL;
	}
	loop_stop(rig->loop);
}

static void start_pull(struct rig *rig, const char *handle, int64_t deadline_us)
{
	int done = rig->done;
	cdp_stream_free(rig->stream);
	rig->stream = cdp_stream_pull(rig->loop, rig->connection, NULL, handle, rig->fd, deadline_us, on_done, rig);
	assert_int_equal(rig->done, done); /* never from inside */
}

static void pull(struct rig *rig, const char *handle, int64_t deadline_us)
{
	int done = rig->done;
	start_pull(rig, handle, deadline_us);
	while (rig->done == done)
		run(rig);
}

static void on_result(const struct json *result, const struct err *err, void *context)
{
	struct rig *rig = context;
	assert_null(err);
	json_free(rig->result);
	rig->result = json_copy(result);
	loop_stop(rig->loop);
}

/* How often the browser was asked to close a stream; also: the connection is as good as before. */
static int times_closed(struct rig *rig, const char *handle)
{
	json_free(rig->result);
	rig->result = NULL;
	cdp_send(rig->connection, NULL, "Fake.closedStreams", NULL, LONG_US, on_result, rig);
	while (!rig->result)
		run(rig);
	int times = 0;
	const struct json *handles = json_get(rig->result, "handles");
	for (const struct json *item = json_first(handles); item; item = json_next(item))
		times += strcmp(json_as_text(item, ""), handle) == 0;
	return times;
}

/* --- what is in a stream: as the fake has it --- */

static char *content_of(const char *handle, size_t *length)
{
	struct buf content;
	buf_init(&content, CONTENT_MAX);
	if (strcmp(handle, "bytes") == 0) {
		for (int n = 0; n < 500001; n++) {
			char byte = (char)(n * 7 + n / 256);
			buf_append(&content, &byte, 1);
		}
	} else if (strcmp(handle, "empty") != 0) {
		for (int n = 0; n < 20000; n++)
			buf_append_format(&content, "{\"n\":%d,\"t\":\"ä€😀\xe2\x80\xa8\\t\"}\n", n);
	}
	*length = content.length;
	return buf_detach(&content);
}

static void assert_content(int fd, const char *handle, size_t at_least)
{
	size_t length;
	struct stat status;
	char *want = content_of(handle, &length);
	assert_int_equal(fstat(fd, &status), 0);
	size_t got_length = (size_t)status.st_size;
	assert_in_range(got_length, at_least, length);
	char *got = mem_alloc_zero(got_length + 1, 1);
	assert_int_equal(pread(fd, got, got_length, 0), got_length);
	assert_memory_equal(got, want, got_length);
	free(got);
	free(want);
}

static void test_whole_streams(void **state)
{
	(void)state;
	static const char *const handles[] = {"text", "bytes", "empty", "text-with-end"};
	for (size_t i = 0; i < sizeof handles / sizeof *handles; i++) {
		struct rig rig;
		size_t length;
		set_up(&rig, "normal");
		free(content_of(handles[i], &length));
		pull(&rig, handles[i], LONG_US);
		if (rig.err.code != ERR_NONE)
			fail_msg("%s: %s", handles[i], rig.err.text);
		assert_int_equal(rig.bytes, length);
		assert_content(rig.fd, handles[i], length);
		assert_int_equal(cdp_pending(rig.connection), 0); /* nothing is on its way any more */
		assert_int_equal(times_closed(&rig, handles[i]), 1);
		assert_int_equal(rig.done, 1);
		tear_down(&rig);
	}
}

static void test_one_after_another(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	for (int i = 1; i <= 3; i++) {
		assert_int_equal(ftruncate(rig.fd, 0), 0);
		assert_int_equal(lseek(rig.fd, 0, SEEK_SET), 0);
		pull(&rig, "text", LONG_US);
		assert_int_equal(rig.err.code, ERR_NONE);
		assert_content(rig.fd, "text", (size_t)rig.bytes);
		assert_int_equal(times_closed(&rig, "text"), i);
	}
	tear_down(&rig);
}

static void test_streams_that_go_wrong(void **state)
{
	(void)state;
	static const struct row {
		const char *handle;
		int64_t deadline_us;
		enum err_code code;
		const char *says;
		size_t at_least; /* bytes that are kept */
		int closed;
	} rows[] = {
		{"no-such-stream", LONG_US, ERR_REFUSED, "Invalid stream handle", 0, 0},
		{"fails-later", LONG_US, ERR_REFUSED, "Read failed", 300000, 1},
		{"swapped", LONG_US, ERR_INVALID, "out of order", 0, 1},
		{"garbage", LONG_US, ERR_INVALID, "no UTF-8", 0, 1},
		{"not-a-piece", LONG_US, ERR_INVALID, "has no data", 0, 1},
		{"more-than-asked", LONG_US, ERR_TOO_LARGE, "more at once than was asked for", 0, 1},
		{"more-after-end", LONG_US, ERR_INVALID, "after its end", 1, 1},
		{"mute", SHORT_US, ERR_TIMEOUT, "IO.read was not answered", 0, 1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct rig rig;
		set_up(&rig, "normal");
		pull(&rig, rows[i].handle, rows[i].deadline_us);
		if (rig.err.code != rows[i].code || !strstr(rig.err.text, rows[i].says))
			fail_msg("%s: %s: %s", rows[i].handle, err_code_name(rig.err.code), rig.err.text);
		assert_content(rig.fd, rows[i].handle, rows[i].at_least);
		assert_int_equal(rig.bytes, lseek(rig.fd, 0, SEEK_END));
		assert_int_equal(times_closed(&rig, rows[i].handle), rows[i].closed);
		assert_int_equal(rig.done, 1);
		tear_down(&rig);
	}
}

/* Only the deadline ends it; and it does although every read is answered. */
static void test_a_stream_without_end(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	pull(&rig, "endless", SHORT_US);
	assert_int_equal(rig.err.code, ERR_TIMEOUT);
	assert_true(rig.bytes > 0);
	assert_int_equal(times_closed(&rig, "endless"), 1);
	tear_down(&rig);
}

static void test_the_connection_is_lost(void **state)
{
	(void)state;
	static const char *const behaviours[] = {"cuts", "closes", "cuts-mid-message", "oversized"};
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		struct rig rig;
		set_up(&rig, behaviours[i]);
		rig.free_when_done = true;
		pull(&rig, "text", LONG_US);
		assert_int_equal(rig.err.code, ERR_CLOSED);
		while (!rig.closed)
			run(&rig);
		assert_int_equal(rig.done, 1);
		tear_down(&rig);
	}
}

/* --- descriptors --- */

static void test_a_full_disk(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	int ours = rig.fd;
	rig.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	pull(&rig, "text", LONG_US);
	assert_int_equal(rig.err.code, ERR_NO_SPACE);
	assert_int_equal(rig.bytes, 0);
	assert_int_equal(times_closed(&rig, "text"), 1);
	close(rig.fd);
	rig.fd = ours;
	pull(&rig, "text", LONG_US); /* the connection is as good as before */
	assert_int_equal(rig.err.code, ERR_NONE);
	assert_int_equal(rig.done, 2);
	tear_down(&rig);
}

/* The disk is full in the middle: what fitted is there. */
static void test_a_limit_on_file_sizes(void **state)
{
	(void)state;
	enum { LIMIT = 200000 };
	struct rig rig;
	struct rlimit before, limit;
	set_up(&rig, "normal");
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){LIMIT, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	pull(&rig, "text", LONG_US);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rig.err.code, ERR_NO_SPACE);
	assert_non_null(strstr(rig.err.text, "File too large"));
	assert_in_range(rig.bytes, 100000, LIMIT);
	assert_int_equal(lseek(rig.fd, 0, SEEK_END), LIMIT); /* the kernel wrote what it could */
	assert_content(rig.fd, "text", LIMIT);
	assert_int_equal(times_closed(&rig, "text"), 1);
	tear_down(&rig);
}

static void test_no_descriptor(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	int ours = rig.fd;
	rig.fd = -1;
	pull(&rig, "text", LONG_US);
	assert_int_equal(rig.err.code, ERR_IO);
	rig.fd = ours;
	assert_int_equal(times_closed(&rig, "text"), 1);
	tear_down(&rig);
}

static volatile sig_atomic_t alarms;

static void on_alarm(int number)
{
	(void)number;
	alarms++;
}

/* A pipe that is read slowly, and a signal every millisecond: writes are cut short and interrupted. */
static pid_t fork_slow_reader(int from, int other_end, int to)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	static char bytes[5000];
	ssize_t got;
	close(other_end);
	while ((got = read(from, bytes, sizeof bytes)) > 0) {
		if (write(to, bytes, (size_t)got) != got)
			_exit(1);
		usleep(300);
	}
	_exit(got < 0);
}

static void test_interrupted_and_short_writes(void **state)
{
	(void)state;
	struct rig rig;
	int ends[2], status;
	set_up(&rig, "normal");
	assert_int_equal(pipe(ends), 0);
	pid_t reader = fork_slow_reader(ends[0], ends[1], rig.fd);
	int ours = rig.fd;
	rig.fd = ends[1];
	struct sigaction action = {.sa_handler = on_alarm}; /* no SA_RESTART */
	struct itimerval every = {{0, 1000}, {0, 1000}}, never = {0};
	assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	pull(&rig, "text", LONG_US);
	assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
	assert_int_equal(rig.err.code, ERR_NONE);
	assert_true(alarms > 10);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(waitpid(reader, &status, 0), reader);
	assert_int_equal(status, 0);
	rig.fd = ours;
	assert_content(rig.fd, "text", (size_t)rig.bytes);
	tear_down(&rig);
}

/* --- freed before its end --- */

static void on_tick(void *context)
{
	struct rig *rig = context;
	if (lseek(rig->fd, 0, SEEK_END) < 200000)
		loop_timer_set(&rig->guard, 100);
	else
		loop_stop(rig->loop);
}

static void run_until_in_the_middle(struct rig *rig)
{
	struct loop_timer guard = rig->guard;
	loop_timer_init(&rig->guard, rig->loop, on_tick, rig);
	loop_timer_set(&rig->guard, 100);
	loop_run(rig->loop);
	rig->guard = guard;
}

static void test_freed_in_the_middle(void **state)
{
	(void)state;
	for (int middle = 0; middle < 2; middle++) {
		struct rig rig;
		set_up(&rig, "normal");
		start_pull(&rig, "endless", LONG_US);
		if (middle)
			run_until_in_the_middle(&rig);
		cdp_stream_free(rig.stream);
		cdp_stream_free(rig.stream); /* before anything has turned: harmless */
		rig.stream = NULL;
		off_t size = lseek(rig.fd, 0, SEEK_END);
		assert_int_equal(times_closed(&rig, "endless"), 1);
		assert_int_equal(rig.done, 0);
		assert_int_equal(lseek(rig.fd, 0, SEEK_END), size); /* and nothing is written any more */
		tear_down(&rig);
	}
}

static void test_the_connection_is_freed_in_the_middle(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	start_pull(&rig, "endless", LONG_US);
	run_until_in_the_middle(&rig);
	cdp_connection_free(rig.connection);
	rig.connection = NULL;
	assert_int_equal(rig.done, 1);
	assert_int_equal(rig.err.code, ERR_CLOSED);
	tear_down(&rig);
}

static void test_a_stream_that_nobody_pulls(void **state)
{
	(void)state;
	struct rig rig;
	set_up(&rig, "normal");
	cdp_stream_drop(rig.connection, "", "text");
	assert_int_equal(times_closed(&rig, "text"), 1);
	tear_down(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole_streams),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_streams_that_go_wrong),
		cmocka_unit_test(test_a_stream_without_end),
		cmocka_unit_test(test_the_connection_is_lost),
		cmocka_unit_test(test_a_full_disk),
		cmocka_unit_test(test_a_limit_on_file_sizes),
		cmocka_unit_test(test_no_descriptor),
		cmocka_unit_test(test_interrupted_and_short_writes),
		cmocka_unit_test(test_freed_in_the_middle),
		cmocka_unit_test(test_the_connection_is_freed_in_the_middle),
		cmocka_unit_test(test_a_stream_that_nobody_pulls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
