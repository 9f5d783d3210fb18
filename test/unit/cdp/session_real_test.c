/* The connection against the real Chromium: what it answers, in what sizes and characters,
 * and what comes when it is killed in the middle of commands. The program is `chromium` in
 * PATH, or WASMOGRAPH_BROWSER. */
#include "cdp/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <fcntl.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fs.h"
#include "base/mem.h"
#include "support/fake.h"
#include "support/idle.h"

enum { LONG_US = 60 * 1000 * 1000 };

struct browser {
	pid_t pid;
	char folder[64];
	int port;
	char path[128];
};

struct rig {
	struct browser browser;
	struct loop *loop;
	struct cdp_connection *connection;
	struct json *result; /* of the last call, or NULL with err */
	struct err err;
	char session[128];
	int opened, closed, answers, events;
	struct err why;
};

/* --- the browser: a process group of its own, dying with the test --- */

static void exec_browser(const struct browser *browser)
{
	const char *program = getenv("WASMOGRAPH_BROWSER");
	char profile[128];
	snprintf(profile, sizeof profile, "--user-data-dir=%s/profile", browser->folder);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	setenv("HOME", browser->folder, 1);
	setenv("TMPDIR", browser->folder, 1);
	int null = open("/dev/null", O_RDWR);
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	execlp(program ? program : "chromium", "chromium", "--headless", "--remote-debugging-port=0", profile,
		"--no-first-run", "--disable-breakpad", "--disable-gpu", "--disable-background-networking",
		geteuid() == 0 ? "--no-sandbox" : "--disable-default-apps", "about:blank", (char *)NULL);
	_exit(127);
}

static void start_browser(struct browser *browser)
{
	char port_file[128];
	snprintf(browser->folder, sizeof browser->folder, "/tmp/wasmograph-real-XXXXXX");
	assert_non_null(mkdtemp(browser->folder));
	snprintf(port_file, sizeof port_file, "%s/profile/DevToolsActivePort", browser->folder);
	browser->pid = fork();
	assert_true(browser->pid >= 0);
	if (browser->pid == 0)
		exec_browser(browser);
	fake_await_endpoint(port_file, browser->pid, &browser->port, browser->path, sizeof browser->path);
}

/* Renderers follow their browser within milliseconds, but not at once. */
static void stop_browser(struct browser *browser)
{
	kill(-browser->pid, SIGKILL);
	waitpid(browser->pid, NULL, 0);
	for (int i = 0; i < 500 && kill(-browser->pid, 0) == 0; i++)
		usleep(10000);
	for (int i = 0; i < 100 && fs_exists(browser->folder); i++) {
		fs_remove_tree(browser->folder, NULL);
		usleep(10000);
	}
	assert_false(fs_exists(browser->folder));
}

/* --- one call at a time, waited for --- */

static void on_open(void *context)
{
	struct rig *rig = context;
	rig->opened++;
	loop_stop(rig->loop);
}

static void on_event(const char *session, const char *method, const struct json *params, void *context)
{
	(void)session, (void)method, (void)params;
	((struct rig *)context)->events++;
}

static void on_closed(const struct err *why, void *context)
{
	struct rig *rig = context;
	rig->closed++;
	rig->why = *why;
	loop_stop(rig->loop);
}

static void on_answer(const struct json *result, const struct err *err, void *context)
{
	struct rig *rig = context;
	rig->answers++;
	json_free(rig->result);
	rig->result = result ? json_copy(result) : NULL;
	rig->err = err ? *err : (struct err){0};
	loop_stop(rig->loop);
}

static const struct json *call(struct rig *rig, const char *session, const char *method,
	struct json *params, int64_t deadline_us)
{
	int before = rig->answers;
	cdp_send(rig->connection, session, method, params, deadline_us, on_answer, rig);
	while (rig->answers == before)
		loop_run(rig->loop);
	return rig->result;
}

static struct json *evaluation(const char *expression)
{
	struct json *params = json_new_object();
	json_set_text(params, "expression", expression);
	json_set_bool(params, "awaitPromise", true);
	json_set_bool(params, "returnByValue", true);
	return params;
}

/* The value of an expression in the page; fails unless there is one. */
static const struct json *evaluate(struct rig *rig, const char *expression)
{
	const struct json *result = call(rig, rig->session, "Runtime.evaluate", evaluation(expression), LONG_US);
	if (!result)
		fail_msg("%s: %s", expression, rig->err.text);
	return json_get(json_get(result, "result"), "value");
}

static void attach_page(struct rig *rig)
{
	struct json *params = json_new_object();
	json_set_text(params, "url", "about:blank");
	const struct json *result = call(rig, NULL, "Target.createTarget", params, LONG_US);
	assert_non_null(result);
	params = json_new_object();
	json_set_text(params, "targetId", json_text(result, "targetId", ""));
	json_set_bool(params, "flatten", true);
	result = call(rig, NULL, "Target.attachToTarget", params, LONG_US);
	assert_non_null(result);
	snprintf(rig->session, sizeof rig->session, "%s", json_text(result, "sessionId", ""));
	assert_true(rig->session[0] != '\0');
}

static void connect_rig(struct rig *rig)
{
	struct err err;
	const struct cdp_connection_events events = {on_open, on_event, on_closed, rig};
	rig->loop = loop_new(&err);
	assert_non_null(rig->loop);
	rig->connection = cdp_connect(rig->loop, "127.0.0.1", rig->browser.port, rig->browser.path, LONG_US,
		&events, &err);
	assert_non_null(rig->connection);
	while (rig->opened + rig->closed == 0)
		loop_run(rig->loop);
	assert_int_equal(rig->opened, 1);
	attach_page(rig);
}

static int set_up(void **state)
{
	struct rig *rig = mem_alloc_zero(1, sizeof *rig);
	*state = rig;
	start_browser(&rig->browser);
	connect_rig(rig);
	return 0;
}

static int tear_down(void **state)
{
	struct rig *rig = *state;
	cdp_connection_free(rig->connection);
	loop_free(rig->loop);
	json_free(rig->result);
	stop_browser(&rig->browser);
	free(rig);
	return 0;
}

/* --- tests, in one browser until it is killed --- */

static void test_it_is_a_browser(void **state)
{
	struct rig *rig = *state;
	const struct json *version = call(rig, NULL, "Browser.getVersion", NULL, LONG_US);
	assert_non_null(version);
	assert_non_null(strstr(json_text(version, "product", ""), "Chrome/"));
	assert_true(rig->events > 0); /* Target.attachedToTarget */
}

static void test_promises_are_awaited(void **state)
{
	struct rig *rig = *state;
	const struct json *value = evaluate(rig, "new Promise(r => setTimeout(() => r(6 * 7), 50))");
	assert_int_equal((int)json_as_number(value, 0), 42);
}

static void test_text_survives(void **state)
{
	struct rig *rig = *state;
	static const char text[] = "\"ä€😀\\u2028 \\\\ \\\" \\u0001\"";
	struct json *want = json_parse(text, sizeof text - 1, 1000, "text", NULL);
	assert_string_equal(json_as_text(evaluate(rig, text), ""), json_as_text(want, "?"));
	json_free(want);
	/* A lone surrogate is no character: the browser must not lose its connection over it. */
	assert_non_null(evaluate(rig, "'a\\ud800b'"));
	assert_int_equal(rig->closed, 0);
}

static void test_large_replies_and_commands(void **state)
{
	struct rig *rig = *state;
	enum { SIZE = 5 * 1000 * 1000 };
	assert_int_equal(strlen(json_as_text(evaluate(rig, "'x'.repeat(5e6)"), "")), SIZE);
	char *expression = mem_alloc_zero(SIZE + 16, 1);
	memset(expression, 'y', SIZE);
	expression[0] = '\'';
	memcpy(expression + SIZE - 1, "'.length", sizeof "'.length");
	assert_int_equal((int)json_as_number(evaluate(rig, expression), 0), SIZE - 2);
	free(expression);
}

static void test_refusals(void **state)
{
	struct rig *rig = *state;
	static const struct { const char *session, *method, *says; } rows[] = {
		{NULL, "Nothing.atAll", "wasn't found"},
		{"no-such-session", "Browser.getVersion", "not found"},
		{NULL, "Target.attachToTarget", "targetId"}, /* says which parameter */
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		assert_null(call(rig, rows[i].session, rows[i].method, NULL, LONG_US));
		assert_int_equal(rig->err.code, ERR_REFUSED);
		if (!strstr(rig->err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].method, rig->err.text);
	}
}

static void test_a_page_that_hangs_times_out(void **state)
{
	struct rig *rig = *state;
	assert_null(call(rig, rig->session, "Runtime.evaluate", evaluation("new Promise(() => {})"), 200000));
	assert_int_equal(rig->err.code, ERR_TIMEOUT);
	assert_int_equal((int)json_as_number(evaluate(rig, "1 + 1"), 0), 2);
}

static void test_idle_with_a_real_browser(void **state)
{
	struct rig *rig = *state;
	cdp_send(rig->connection, rig->session, "Runtime.evaluate", evaluation("new Promise(() => {})"),
		INT64_C(3600) * 1000000, NULL, NULL); /* as inside a measured window */
	idle_check(rig->loop, 3);
}

static void test_an_oversized_reply_closes_only_its_connection(void **state)
{
	struct rig *rig = *state;
	struct rig other = {.browser = rig->browser};
	connect_rig(&other);
	assert_null(call(&other, other.session, "Runtime.evaluate", evaluation("'x'.repeat(2e7)"), LONG_US));
	assert_int_equal(other.err.code, ERR_CLOSED);
	assert_int_equal(other.closed, 1);
	assert_int_equal(other.why.code, ERR_TOO_LARGE);
	cdp_connection_free(other.connection);
	loop_free(other.loop);
	json_free(other.result);
	assert_int_equal((int)json_as_number(evaluate(rig, "1 + 1"), 0), 2);
}

static void test_killed_in_the_middle_of_commands(void **state)
{
	struct rig *rig = *state;
	enum { COMMANDS = 5 };
	int before = rig->answers;
	for (int i = 0; i < COMMANDS; i++)
		cdp_send(rig->connection, rig->session, "Runtime.evaluate", evaluation("new Promise(() => {})"),
			LONG_US, on_answer, rig);
	evaluate(rig, "1"); /* so the others are in the page by now */
	assert_int_equal(rig->answers, before + 1);
	assert_int_equal(kill(rig->browser.pid, SIGKILL), 0);
	while (rig->closed == 0)
		loop_run(rig->loop);
	assert_int_equal(rig->answers, before + 1 + COMMANDS); /* all before on_closed */
	assert_int_equal(rig->err.code, ERR_CLOSED);
	assert_int_equal(rig->why.code, ERR_CLOSED);
	assert_null(call(rig, NULL, "Browser.getVersion", NULL, LONG_US));
	assert_int_equal(rig->err.code, ERR_CLOSED);
	assert_int_equal(rig->closed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_a_browser),
		cmocka_unit_test(test_promises_are_awaited),
		cmocka_unit_test(test_text_survives),
		cmocka_unit_test(test_large_replies_and_commands),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_a_page_that_hangs_times_out),
		cmocka_unit_test(test_idle_with_a_real_browser),
		cmocka_unit_test(test_an_oversized_reply_closes_only_its_connection),
		cmocka_unit_test(test_killed_in_the_middle_of_commands),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
