/* Traces of a real Chromium: what is in them, what is missing when the buffer is too small, and what
 * happens when somebody dies, stops or has no room in the middle. */
#include "browser/tracing.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "browser/fixture.h"
#include "trace/reader.h"
#include "trace/value.h"

#define PAGE "data:text/html,<title>test</title>"
#define TRACING_SERVICE "--utility-sub-type=tracing.mojom.TracingService"

/* A worker that echoes, and 100 messages to it and back. */
#define ECHOES "new Promise(done => {" \
	" const worker = new Worker(URL.createObjectURL(new Blob(['onmessage = e => postMessage(e.data)'])));" \
	" let left = 100;" \
	" worker.onmessage = () => { performance.mark('echo'); --left ? worker.postMessage(left) : done(left); };" \
	" worker.postMessage(left); })"

/* About 300 bytes of trace a mark, breathing now and then, else the service falls behind. */
#define MARKS(count) "(async () => { for (let i = 0; i < " count "; i++) {" \
	" performance.mark('mark', {detail: i});" \
	" if (i % 1000 == 0) { performance.clearMarks(); await new Promise(r => setTimeout(r, 4)); } } })()"

enum { STOP_US = 30 * FIXTURE_S, READ_US = 30 * FIXTURE_S, TRACE_MAX = 256 * 1000 * 1000 };

static const char *const categories[] = {"devtools.timeline",
	"disabled-by-default-devtools.timeline", "blink.user_timing", "toplevel", NULL};

struct traced {
	struct fixture fixture; /* first */
	int fd;
	int stops;
	bool stopped_before_death;
	struct browser_trace_result result;
	struct err err;
};

static void on_stopped(const struct browser_trace_result *result, const struct err *err, void *context)
{
	struct traced *traced = context;
	traced->stops++;
	traced->stopped_before_death = traced->fixture.deaths == 0;
	traced->result = *result;
	traced->err = err ? *err : (struct err){0};
	loop_stop(traced->fixture.loop);
}

static void set_up(struct traced *traced)
{
	memset(traced, 0, sizeof *traced);
	fixture_init(&traced->fixture, NULL, BROWSER_HEADLESS);
	traced->fd = memfd_create("trace", MFD_CLOEXEC);
	assert_true(traced->fd >= 0);
	fixture_start_ready(&traced->fixture);
	fixture_navigate(&traced->fixture, PAGE, 10 * FIXTURE_S);
	assert_string_equal(traced->fixture.err.text, "");
}

static void tear_down(struct traced *traced)
{
	fixture_release(&traced->fixture);
	close(traced->fd);
}

static void start_in(struct traced *traced, enum trace_format format, int buffer_kb, int64_t deadline_us)
{
	struct fixture *fixture = &traced->fixture;
	int answers = fixture->answers;
	const struct browser_trace_options options = {.categories = categories, .buffer_kb = buffer_kb, .format = format};
	browser_trace_start(fixture->browser, &options, deadline_us, fixture_on_loaded, fixture);
	while (fixture->answers == answers)
		fixture_turn(fixture);
}

static void start(struct traced *traced, int buffer_kb, int64_t deadline_us)
{
	start_in(traced, TRACE_FORMAT_JSON, buffer_kb, deadline_us);
}

static void start_well(struct traced *traced, int buffer_kb)
{
	start(traced, buffer_kb, 10 * FIXTURE_S);
	assert_string_equal(traced->fixture.err.text, "");
}

static void evaluate(struct traced *traced, const char *expression)
{
	fixture_evaluate(&traced->fixture, expression, 40 * FIXTURE_S);
	assert_string_equal(traced->fixture.err.text, "");
}

static void ask_stop(struct traced *traced)
{
	browser_trace_stop(traced->fixture.browser, traced->fd, STOP_US, READ_US, on_stopped, traced);
}

static void await_stop(struct traced *traced)
{
	while (traced->stops == 0)
		fixture_turn(&traced->fixture);
	assert_int_equal(traced->stops, 1);
}

static void stop(struct traced *traced)
{
	traced->stops = 0;
	ask_stop(traced);
	assert_int_equal(traced->stops, 0);
	await_stop(traced);
}

static void stop_well(struct traced *traced)
{
	stop(traced);
	assert_string_equal(traced->err.text, "");
	assert_int_equal(traced->result.bytes, lseek(traced->fd, 0, SEEK_CUR));
	assert_true(traced->result.stop_us > 0);
	assert_true(traced->result.read_us > 0);
}

/* The whole trace as JSON; fails unless it is. */
static struct json *read_trace(const struct traced *traced)
{
	size_t length = (size_t)traced->result.bytes;
	char *text = mem_alloc_zero(length + 1, 1);
	assert_int_equal(pread(traced->fd, text, length, 0), length);
	struct err err = {0};
	struct json *trace = json_parse(text, length, TRACE_MAX, "the trace", &err);
	if (!trace)
		fail_msg("%s", err.text);
	free(text);
	assert_true(json_length(json_get(trace, "traceEvents")) > 10);
	assert_non_null(json_get(trace, "metadata"));
	return trace;
}

/* Not the flows, which have the names of what they join. */
static int count_events(const struct json *trace, const char *name)
{
	int count = 0;
	for (const struct json *event = json_first(json_get(trace, "traceEvents")); event; event = json_next(event))
		count += strcmp(json_text(event, "name", ""), name) == 0 && !strchr("sf", *json_text(event, "ph", "?"));
	return count;
}

static int count_in_trace(const struct traced *traced, const char *name)
{
	struct json *trace = read_trace(traced);
	int count = count_events(trace, name);
	json_free(trace);
	return count;
}

static void rewind_file(struct traced *traced)
{
	assert_int_equal(ftruncate(traced->fd, 0), 0);
	assert_int_equal(lseek(traced->fd, 0, SEEK_SET), 0);
}

static void test_messages_and_marks_are_in_it(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	evaluate(&traced, ECHOES);
	stop_well(&traced);
	assert_false(traced.result.data_loss);
	struct json *trace = read_trace(&traced);
	assert_int_equal(count_events(trace, "echo"), 100);
	assert_int_equal(count_events(trace, "SchedulePostMessage"), 200); /* to the worker, and back */
	assert_int_equal(count_events(trace, "HandlePostMessage"), 200);
	assert_true(count_events(trace, "thread_name") > 5);
	json_free(trace);
	evaluate(&traced, "1 + 1"); /* and the page goes on */
	tear_down(&traced);
}

static void test_a_reload_keeps_the_navigation(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	int answers = traced.fixture.answers;
	browser_reload(traced.fixture.browser, 10 * FIXTURE_S, fixture_on_loaded, &traced.fixture);
	while (traced.fixture.answers == answers)
		fixture_turn(&traced.fixture);
	assert_string_equal(traced.fixture.err.text, "");
	evaluate(&traced, "performance.mark('after')");
	stop_well(&traced);
	struct json *trace = read_trace(&traced);
	static const char *const wanted[] = {"TracingStartedInBrowser", "CommitLoad", "navigationStart", "after"};
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if (count_events(trace, wanted[i]) < 1)
			fail_msg("no %s", wanted[i]);
	json_free(trace);
	tear_down(&traced);
}

static void test_a_small_buffer_says_that_it_lost(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 1024);
	evaluate(&traced, MARKS("60000"));
	stop_well(&traced);
	assert_true(traced.result.data_loss);
	int marks = count_in_trace(&traced, "mark"); /* still JSON */
	assert_in_range(marks, 1, 59999);
	tear_down(&traced);
}

struct counts {
	int echoes, posts, handles, accounts;
};

static void count_event(const struct trace_event *event, void *context)
{
	struct counts *counts = context;
	counts->echoes += trace_text_equals(&event->name, "echo");
	counts->posts += trace_text_equals(&event->name, "SchedulePostMessage");
	counts->handles += trace_text_equals(&event->name, "HandlePostMessage");
}

static void count_account(const struct json *metadata, void *context)
{
	struct counts *counts = context;
	counts->accounts += json_get(metadata, "trace_processor_stats") != NULL;
}

/* As the browser records, and so it comes over the socket. */
static void test_protobuf(void **state)
{
	(void)state;
	struct traced traced;
	struct counts counts = {0};
	struct err err = {0};
	set_up(&traced);
	start_in(&traced, TRACE_FORMAT_PROTOBUF, 0, 10 * FIXTURE_S);
	assert_string_equal(traced.fixture.err.text, "");
	evaluate(&traced, ECHOES);
	stop_well(&traced);
	assert_false(traced.result.data_loss);
	size_t length = (size_t)traced.result.bytes;
	char *bytes = mem_alloc_zero(length, 1);
	assert_int_equal(pread(traced.fd, bytes, length, 0), length);
	assert_int_equal(trace_format_of(bytes, length), TRACE_FORMAT_PROTOBUF);
	const struct trace_reader_calls calls = {count_event, count_account, &counts};
	struct trace_reader *reader = trace_reader_new(&calls);
	assert_int_equal(trace_reader_feed(reader, bytes, length, &err), 0);
	assert_int_equal(trace_reader_end(reader, &err), 0);
	trace_reader_free(reader);
	free(bytes);
	assert_int_equal(counts.echoes, 100);
	assert_int_equal(counts.posts, 200);
	assert_int_equal(counts.handles, 200);
	assert_int_equal(counts.accounts, 1);
	tear_down(&traced);
}

static void test_one_after_another(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	for (int i = 0; i < 3; i++) {
		start_well(&traced, 0);
		evaluate(&traced, "for (let i = 0; i < 7; i++) performance.mark('seven')");
		rewind_file(&traced);
		stop_well(&traced);
		assert_false(traced.result.data_loss);
		assert_int_equal(count_in_trace(&traced, "seven"), 7);
	}
	assert_int_equal(cdp_pending(browser_connection(traced.fixture.browser)), 0);
	tear_down(&traced);
}

static void test_in_the_wrong_order(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	stop(&traced); /* nothing is recorded */
	assert_int_equal(traced.err.code, ERR_REFUSED);
	assert_non_null(strstr(traced.err.text, "not started"));
	start_well(&traced, 0);
	start(&traced, 0, 10 * FIXTURE_S);
	assert_int_equal(traced.fixture.err.code, ERR_BUSY);
	traced.stops = 0;
	ask_stop(&traced);
	ask_stop(&traced);
	start(&traced, 0, 10 * FIXTURE_S);
	assert_int_equal(traced.fixture.err.code, ERR_BUSY);
	while (traced.stops < 2)
		fixture_turn(&traced.fixture);
	assert_string_equal(traced.err.text, ""); /* the first, which came last */
	tear_down(&traced);
}

/* --- no room --- */

static void test_a_full_disk(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	int memory = traced.fd;
	traced.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	stop(&traced);
	assert_int_equal(traced.err.code, ERR_NO_SPACE);
	assert_true(traced.result.stop_us > 0);
	close(traced.fd);
	traced.fd = memory;
	evaluate(&traced, "1 + 1"); /* usable, and for traces, too */
	start_well(&traced, 0);
	stop_well(&traced);
	json_free(read_trace(&traced));
	assert_int_equal(traced.fixture.deaths, 0);
	tear_down(&traced);
}

static void test_no_room_in_the_middle(void **state)
{
	(void)state;
	enum { LIMIT = 1000000 };
	struct traced traced;
	struct rlimit before, limit;
	set_up(&traced);
	start_well(&traced, 0);
	evaluate(&traced, MARKS("20000"));
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	limit = (struct rlimit){LIMIT, before.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	stop(&traced);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(traced.err.code, ERR_NO_SPACE);
	assert_in_range(traced.result.bytes, 1, LIMIT);
	evaluate(&traced, "1 + 1");
	tear_down(&traced);
}

/* --- somebody dies --- */

static pid_t find(const struct traced *traced, const char *argument)
{
	pid_t pid = proc_find_descendant(traced->fixture.supervisor, argument);
	assert_true(pid > 1);
	return pid;
}

static void test_the_tracing_service_is_killed(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	assert_int_equal(kill(find(&traced, TRACING_SERVICE), SIGKILL), 0);
	evaluate(&traced, "new Promise(r => setTimeout(r, 300))");
	stop(&traced);
	assert_int_equal(traced.err.code, ERR_REFUSED);
	assert_non_null(strstr(traced.err.text, "Tracing failed"));
	start(&traced, 0, 10 * FIXTURE_S);
	assert_int_equal(traced.fixture.err.code, ERR_REFUSED);
	assert_non_null(strstr(traced.fixture.err.text, "already"));
	assert_int_equal(traced.fixture.deaths, 0);
	tear_down(&traced);
}

static void test_a_page_that_does_not_answer_cannot_be_started(void **state)
{
	(void)state;
	for (int looping = 0; looping < 2; looping++) {
		struct traced traced;
		set_up(&traced);
		pid_t renderer = find(&traced, "--type=renderer");
		if (looping)
			fixture_evaluate(&traced.fixture, "for (;;);", FIXTURE_S / 2);
		else
			assert_int_equal(kill(renderer, SIGSTOP), 0);
		start(&traced, 0, FIXTURE_S);
		assert_int_equal(traced.fixture.err.code, ERR_TIMEOUT);
		assert_int_equal(traced.fixture.deaths, 0);
		if (!looping) { /* the start was under way: what it came to can be stopped */
			assert_int_equal(kill(renderer, SIGCONT), 0);
			evaluate(&traced, "new Promise(r => setTimeout(r, 500))");
			stop_well(&traced);
			json_free(read_trace(&traced));
		}
		tear_down(&traced);
	}
}

/* A stopped page has a trace nevertheless. */
static void test_a_stopped_page_can_be_stopped_tracing(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	evaluate(&traced, "performance.mark('before')");
	assert_int_equal(kill(find(&traced, "--type=renderer"), SIGSTOP), 0);
	stop_well(&traced);
	json_free(read_trace(&traced));
	tear_down(&traced);
}

static void stop_at_death(struct fixture *fixture)
{
	struct traced *traced = (struct traced *)fixture;
	assert_int_equal(fixture->gones, 0);
	ask_stop(traced);
}

/* The page dies or hangs; its trace is asked for from inside on_died, and the browser stays for it. */
static void test_the_trace_of_a_page_that_died(void **state)
{
	(void)state;
	enum how { KILLED, CRASHED, HUNG };
	for (int how = KILLED; how <= HUNG; how++) {
		struct traced traced;
		set_up(&traced);
		traced.fixture.at_death = stop_at_death;
		start_well(&traced, 0);
		evaluate(&traced, MARKS("5000"));
		evaluate(&traced, "new Promise(r => setTimeout(r, 1500))"); /* what is not handed over dies with it */
		if (how == KILLED)
			assert_int_equal(kill(find(&traced, "--type=renderer"), SIGKILL), 0);
		else if (how == CRASHED)
			cdp_send(browser_connection(traced.fixture.browser), browser_page_session(traced.fixture.browser),
				"Page.crash", NULL, 10 * FIXTURE_S, NULL, NULL);
		else
			browser_mark_hung(traced.fixture.browser, "as told");
		await_stop(&traced);
		assert_string_equal(traced.err.text, "");
		assert_false(traced.stopped_before_death);
		assert_int_equal(traced.fixture.gones, 0);
		assert_true(count_in_trace(&traced, "mark") > 1000);
		fixture_await_gone(&traced.fixture); /* it closes itself */
		assert_int_equal(traced.fixture.deaths, 1);
		assert_true(traced.fixture.clean);
		tear_down(&traced);
	}
}

/* Killed after the stop was asked for: the trace goes on, on_died comes meanwhile or after. */
static void test_the_page_dies_while_its_trace_is_stopped(void **state)
{
	(void)state;
	struct traced traced;
	set_up(&traced);
	start_well(&traced, 0);
	evaluate(&traced, MARKS("20000"));
	pid_t renderer = find(&traced, "--type=renderer");
	ask_stop(&traced);
	assert_int_equal(kill(renderer, SIGKILL), 0);
	await_stop(&traced);
	assert_string_equal(traced.err.text, "");
	json_free(read_trace(&traced));
	fixture_await_gone(&traced.fixture);
	assert_int_equal(traced.fixture.deaths, 1);
	assert_int_equal(traced.fixture.death, BROWSER_RENDERER_KILLED);
	assert_int_equal(traced.stops, 1);
	tear_down(&traced);
}

/* --- in the middle of writing --- */

static void on_look(void *context)
{
	struct traced *traced = context;
	if (lseek(traced->fd, 0, SEEK_CUR) < 300000)
		loop_timer_set(&traced->fixture.give_up, 200);
	else
		loop_stop(traced->fixture.loop);
}

static void run_until_in_the_middle(struct traced *traced)
{
	struct loop_timer give_up = traced->fixture.give_up;
	ask_stop(traced);
	loop_timer_init(&traced->fixture.give_up, traced->fixture.loop, on_look, traced);
	loop_timer_set(&traced->fixture.give_up, 200);
	loop_run(traced->fixture.loop);
	traced->fixture.give_up = give_up;
	assert_int_equal(traced->stops, 0);
}

static void set_up_large(struct traced *traced)
{
	set_up(traced);
	start_well(traced, 0);
	evaluate(traced, MARKS("60000")); /* some 15 MB */
	run_until_in_the_middle(traced);
}

static void test_the_browser_is_killed_in_the_middle(void **state)
{
	(void)state;
	struct traced traced;
	set_up_large(&traced);
	assert_int_equal(kill(traced.fixture.process, SIGKILL), 0);
	await_stop(&traced);
	assert_int_equal(traced.err.code, ERR_CLOSED);
	assert_true(traced.stopped_before_death);
	assert_true(traced.result.bytes >= 300000);
	fixture_await_gone(&traced.fixture);
	assert_int_equal(traced.stops, 1);
	assert_int_equal(traced.fixture.deaths, 1);
	assert_int_equal(traced.fixture.death, BROWSER_KILLED);
	tear_down(&traced);
}

/* The page has died, the browser stays for its trace, and then it is killed as well. */
static void test_killed_while_it_stayed_for_the_trace(void **state)
{
	(void)state;
	struct traced traced;
	set_up_large(&traced);
	assert_int_equal(kill(find(&traced, "--type=renderer"), SIGSTOP), 0);
	browser_mark_hung(traced.fixture.browser, "as told");
	assert_int_equal(kill(traced.fixture.process, SIGSTOP), 0); /* the pull comes to a halt */
	while (traced.fixture.deaths == 0)
		fixture_turn(&traced.fixture);
	assert_int_equal(traced.stops, 0);
	assert_int_equal(traced.fixture.gones, 0);
	assert_int_equal(kill(traced.fixture.process, SIGKILL), 0);
	await_stop(&traced);
	assert_int_equal(traced.err.code, ERR_CLOSED);
	fixture_await_gone(&traced.fixture);
	assert_int_equal(traced.fixture.deaths, 1);
	assert_int_equal(traced.stops, 1);
	tear_down(&traced);
}

static void test_closed_in_the_middle(void **state)
{
	(void)state;
	struct traced traced;
	set_up_large(&traced);
	browser_close(traced.fixture.browser);
	assert_int_equal(traced.stops, 1);
	assert_int_equal(traced.err.code, ERR_CLOSED);
	off_t size = lseek(traced.fd, 0, SEEK_CUR);
	fixture_await_gone(&traced.fixture);
	assert_int_equal(lseek(traced.fd, 0, SEEK_CUR), size);
	assert_int_equal(traced.stops, 1);
	tear_down(&traced);
}

static void test_freed_in_the_middle(void **state)
{
	(void)state;
	struct traced traced;
	set_up_large(&traced);
	pid_t supervisor = traced.fixture.supervisor;
	browser_free(traced.fixture.browser);
	traced.fixture.browser = NULL;
	while (proc_start_ticks(supervisor) != 0) {
		loop_defer(traced.fixture.loop, (loop_deferred_fn)loop_stop, traced.fixture.loop);
		fixture_turn(&traced.fixture);
	}
	assert_int_equal(traced.stops + traced.fixture.deaths + traced.fixture.gones, 0);
	tear_down(&traced);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages_and_marks_are_in_it),
		cmocka_unit_test(test_a_reload_keeps_the_navigation),
		cmocka_unit_test(test_a_small_buffer_says_that_it_lost),
		cmocka_unit_test(test_protobuf),
		cmocka_unit_test(test_one_after_another),
		cmocka_unit_test(test_in_the_wrong_order),
		cmocka_unit_test(test_a_full_disk),
		cmocka_unit_test(test_no_room_in_the_middle),
		cmocka_unit_test(test_the_tracing_service_is_killed),
		cmocka_unit_test(test_a_page_that_does_not_answer_cannot_be_started),
		cmocka_unit_test(test_a_stopped_page_can_be_stopped_tracing),
		cmocka_unit_test(test_the_trace_of_a_page_that_died),
		cmocka_unit_test(test_the_page_dies_while_its_trace_is_stopped),
		cmocka_unit_test(test_the_browser_is_killed_in_the_middle),
		cmocka_unit_test(test_killed_while_it_stayed_for_the_trace),
		cmocka_unit_test(test_closed_in_the_middle),
		cmocka_unit_test(test_freed_in_the_middle),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
