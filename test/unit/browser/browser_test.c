/* A real Chromium: started, spoken with, killed in every way; nothing may be left. */
#include "browser/browser.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "browser/census.h"
#include "browser/fixture.h"

#define PAGE "data:text/html,<title>test</title>"

static void test_life(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);
	fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
	assert_int_equal(fixture.err.code, ERR_NONE);
	static const struct row {
		const char *expression, *value;
		enum err_code code;
		const char *says;
	} rows[] = {
		{"document.title", "\"test\"", ERR_NONE, ""},
		{"1+1", "2", ERR_NONE, ""},
		{"({a:[1,null,'x']})", "{\"a\":[1,null,\"x\"]}", ERR_NONE, ""},
		{"undefined", NULL, ERR_NONE, ""},
		{"null", "null", ERR_NONE, ""},
		{"NaN", "\"NaN\"", ERR_NONE, ""},
		{"new Promise(r => setTimeout(() => r('late'), 50))", "\"late\"", ERR_NONE, ""},
		{"document.visibilityState", "\"visible\"", ERR_NONE, ""},
		{"throw new Error('it broke')", NULL, ERR_REFUSED, "Error: it broke"},
		{"throw 'a text'", NULL, ERR_REFUSED, "a text"},
		{"Promise.reject(new RangeError('later'))", NULL, ERR_REFUSED, "RangeError: later"},
		{"1 +", NULL, ERR_REFUSED, "SyntaxError"},
		{"new Promise(() => {})", NULL, ERR_TIMEOUT, ""},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		fixture_evaluate(&fixture, rows[i].expression,
			rows[i].code == ERR_TIMEOUT ? FIXTURE_S / 5 : 10 * FIXTURE_S);
		if (fixture.err.code != rows[i].code || !strstr(fixture.err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].expression, fixture.err.text);
		if (rows[i].value)
			assert_string_equal(fixture.value, rows[i].value);
		else
			assert_null(fixture.value);
	}
	assert_int_equal(fixture.deaths, 0);
	fixture_release(&fixture);
	assert_int_equal(fixture.deaths, 0);
	assert_true(fixture.clean);
}

/* After the load nothing is pushed to us, whatever the page does. */
static void test_silence_in_the_window(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);
	fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
	assert_true(fixture.page_events > 0); /* those of the load itself */
	fixture.page_events = 0;
	fixture_evaluate(&fixture,
		"new Promise(async done => {"
		" console.log('hello');"
		" const w = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));"
		" await new Promise(r => w.onmessage = r);"
		" document.body.appendChild(document.createElement('iframe')).srcdoc = '<p>hi';"
		" history.pushState({}, '');"
		" performance.mark('m');"
		" setTimeout(done, 300, 'done'); })", 20 * FIXTURE_S);
	assert_string_equal(fixture.err.text, "");
	assert_string_equal(fixture.value, "\"done\"");
	assert_int_equal(fixture.page_events, 0);
	fixture_release(&fixture);
}

static void assert_has(const struct json *array, const char *start)
{
	for (const struct json *item = json_first(array); item; item = json_next(item))
		if (strncmp(json_as_text(item, ""), start, strlen(start)) == 0)
			return;
	fail_msg("no %s", start);
}

static void check_facts(struct fixture *fixture, bool sandboxed)
{
	fixture_start_ready(fixture);
	fixture_navigate(fixture, PAGE, 10 * FIXTURE_S);
	fixture_evaluate(fixture, "1", 10 * FIXTURE_S);
	struct json *facts = browser_facts(fixture->browser);
	const struct json *sandbox = json_get(facts, "sandbox");
	const struct browser_group *group = browser_group(fixture->browser);
	assert_string_equal(json_text(facts, "cgroup", ""), group->version == 2 ? "v2" : group->version ? "v1" : "none");
	assert_true(fs_exists(group->text) == (group->version > 0));
	assert_true(group->version > 0 || geteuid() != 0); /* root can, on any machine these tests are for */
	assert_string_equal(json_text(facts, "version", ""), fixture->program.version);
	assert_string_equal(json_text(facts, "mode", ""), browser_mode_name(fixture->program.mode));
	assert_non_null(strstr(json_text(facts, "product", ""), "Chrome/"));
	assert_string_equal(json_text(facts, "protocol", ""), "1.3");
	assert_int_equal(json_number(facts, "uid", -1), fixture->user.uid);
	assert_has(json_get(facts, "flags"), "--user-data-dir=/");
	const char *line = json_text(facts, "command_line", "");
	if (!strstr(line, " --user-data-dir=/") || !strstr(line, " --disable-features=") ||
	    strncmp(line, "/usr/lib/chromium/", 18) != 0)
		fail_msg("%s", line);
	assert_int_equal(json_number(sandbox, "renderers", -1), 1);
	pid_t renderer = (pid_t)json_number(sandbox, "renderer_pid", 0);
	assert_int_equal(renderer, proc_find_descendant(fixture->supervisor, "--type=renderer"));
	assert_int_equal(json_bool(sandbox, "asked", !sandboxed), sandboxed);
	assert_int_equal(json_bool(sandbox, "verified", !sandboxed), sandboxed);
	assert_int_equal(json_number(sandbox, "seccomp", -1), sandboxed ? 2 : 0);
	assert_true(sandboxed == (json_number(sandbox, "pid_namespaces", 0) >= 2));
	json_free(facts);
}

static void test_facts_and_sandbox(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	check_facts(&fixture, fixture.user.sandbox);
	fixture_release(&fixture);
}

static void test_headless_shell(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_SHELL);
	check_facts(&fixture, fixture.user.sandbox);
	fixture_release(&fixture);
}

static void test_without_sandbox(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	if (geteuid() == 0)
		fixture.user = (struct browser_user){.uid = 0, .gid = 0, .warning = "as root"};
	fixture.user.sandbox = false;
	check_facts(&fixture, false);
	fixture_release(&fixture);
}

enum victim { THE_BROWSER, THE_RENDERER, THE_SUPERVISOR };

static pid_t find_victim(const struct fixture *fixture, enum victim victim)
{
	pid_t child = 0;
	proc_descendants(fixture->process, &child, 1);
	pid_t pid = victim == THE_BROWSER ? (fixture->program.mode == BROWSER_SHELL ? child : fixture->process)
		: victim == THE_SUPERVISOR ? fixture->supervisor
		: proc_find_descendant(fixture->supervisor, "--type=renderer");
	assert_true(pid > 1);
	return pid;
}

/* Signal 0: a real fault. A sandboxed renderer is process 1 of its own pid namespace, and the
 * kernel drops a SIGSEGV that is merely sent to such a process (pid_namespaces(7)). */
static void hit(struct fixture *fixture, enum victim victim, int number)
{
	if (number)
		assert_int_equal(kill(find_victim(fixture, victim), number), 0);
	else
		cdp_send(browser_connection(fixture->browser), browser_page_session(fixture->browser),
			"Page.crash", NULL, 10 * FIXTURE_S, NULL, NULL);
}

static void test_kills(void **state)
{
	(void)state;
	static const struct row {
		enum victim victim;
		int signal;
		enum browser_death death;
		const char *says;
		enum browser_mode mode;
	} rows[] = {
		{THE_BROWSER, SIGKILL, BROWSER_KILLED, "the browser was ended by signal 9", BROWSER_HEADLESS},
		{THE_BROWSER, SIGTERM, BROWSER_KILLED, "the browser ended with exit status 0"},
		{THE_BROWSER, SIGSEGV, BROWSER_CRASHED, "the browser was ended by signal 11"},
		{THE_BROWSER, SIGABRT, BROWSER_CRASHED, "the browser was ended by signal 6"},
		{THE_RENDERER, SIGKILL, BROWSER_RENDERER_KILLED, "the renderer was ended by signal 9"},
		{THE_RENDERER, SIGTERM, BROWSER_RENDERER_KILLED, "the renderer ended with exit status 241"},
		{THE_RENDERER, 0, BROWSER_RENDERER_CRASHED, "the renderer was ended by signal", BROWSER_HEADLESS},
		{THE_SUPERVISOR, SIGKILL, BROWSER_SUPERVISOR_KILLED, "", BROWSER_HEADLESS},
		/* chromium-headless-shell is the child of a script that waits */
		{THE_BROWSER, SIGKILL, BROWSER_KILLED, "the browser was ended by signal 9", BROWSER_SHELL},
		{THE_BROWSER, SIGSEGV, BROWSER_CRASHED, "the browser was ended by signal 11", BROWSER_SHELL},
		{THE_RENDERER, SIGKILL, BROWSER_RENDERER_KILLED, "the renderer was ended by signal 9", BROWSER_SHELL},
		{THE_RENDERER, 0, BROWSER_RENDERER_CRASHED, "the renderer was ended by signal", BROWSER_SHELL},
		{THE_SUPERVISOR, SIGKILL, BROWSER_SUPERVISOR_KILLED, "", BROWSER_SHELL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fixture;
		fixture_init(&fixture, NULL, rows[i].mode);
		fixture_start_ready(&fixture);
		fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
		int answers = fixture.answers;
		browser_evaluate(fixture.browser, "new Promise(() => {})", 50 * FIXTURE_S, fixture_on_value,
			&fixture);
		hit(&fixture, rows[i].victim, rows[i].signal);
		fixture_await_gone(&fixture);
		if (fixture.deaths != 1 || fixture.death != rows[i].death ||
		    !strstr(fixture.detail, rows[i].says))
			fail_msg("row %zu: %d deaths, %s: %s", i, fixture.deaths,
				browser_death_name(fixture.death), fixture.detail);
		assert_int_equal(fixture.answers, answers + 1);
		assert_int_equal(fixture.err.code, ERR_CLOSED);
		assert_true(fixture.answered_before_death);
		assert_int_equal(fixture.clean, rows[i].victim != THE_SUPERVISOR);
		fixture_release(&fixture);
	}
}

static void test_hangs(void **state)
{
	(void)state;
	static const struct row {
		enum victim victim;
		int signal;
		const char *expression;
		enum browser_death death;
		const char *says, *says_too;
		enum browser_mode mode;
	} rows[] = {
		{THE_RENDERER, SIGSTOP, "1", BROWSER_STOPPED, "the browser process answers, the page does not; "
			"the renderer (pid ", ") is stopped by a signal", BROWSER_HEADLESS},
		{THE_RENDERER, 0, "for (;;);", BROWSER_LOOPING, "the browser process answers, the page does not; "
			"the main thread of the renderer (pid ", ") ran at ", BROWSER_HEADLESS},
		{THE_RENDERER, 0, "new Promise(() => new Worker(URL.createObjectURL(new Blob(['for (;;);']))))",
			BROWSER_LOOPING, "a worker of the renderer (pid ", ") ran at ", BROWSER_HEADLESS},
		{THE_RENDERER, 0, "new Promise(() => {})", BROWSER_HUNG, "the renderer (pid ", ") is waiting",
			BROWSER_HEADLESS},
		{THE_BROWSER, SIGSTOP, "1", BROWSER_STOPPED, "the browser process does not answer either; "
			"the browser process (pid ", ") is stopped by a signal", BROWSER_HEADLESS},
		{THE_BROWSER, SIGSTOP, "1", BROWSER_STOPPED, "a process of the browser (pid ",
			") is stopped by a signal", BROWSER_SHELL},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fixture;
		fixture_init(&fixture, NULL, rows[i].mode);
		fixture_start_ready(&fixture);
		fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
		if (rows[i].signal)
			assert_int_equal(kill(find_victim(&fixture, rows[i].victim), rows[i].signal), 0);
		fixture_evaluate(&fixture, rows[i].expression, FIXTURE_S);
		assert_int_equal(fixture.err.code, ERR_TIMEOUT);
		assert_int_equal(fixture.deaths, 0);
		browser_mark_hung(fixture.browser, "no answer while testing");
		browser_mark_hung(fixture.browser, "asked twice");
		fixture_await_gone(&fixture);
		assert_int_equal(fixture.deaths, 1);
		if (fixture.death != rows[i].death || !strstr(fixture.detail, "no answer while testing; ") ||
		    !strstr(fixture.detail, rows[i].says) || !strstr(fixture.detail, rows[i].says_too) ||
		    strstr(fixture.detail, "twice"))
			fail_msg("row %zu: %s: %s", i, browser_death_name(fixture.death), fixture.detail);
		assert_true(fixture.clean);
		fixture_release(&fixture);
	}
}

/* Waits until Chromium has started another one. */
static void await_successor(const struct fixture *fixture, const char *type, pid_t dead)
{
	for (pid_t pid = dead; pid == dead || pid == 0; usleep(1000))
		pid = proc_find_descendant(fixture->supervisor, type);
}

/* A service process may die, and Chromium starts another, and the page goes on: only the census tells. */
static void test_silent_deaths(void **state)
{
	(void)state;
	static const struct row {
		const char *type, *says;
		enum browser_death death;
	} rows[] = {
		{"--type=gpu-process", "the GPU process (pid ", BROWSER_GPU_PROCESS_DIED},
		{"--utility-sub-type=network.mojom.NetworkService", "the network service (pid ",
			BROWSER_NETWORK_SERVICE_DIED},
		{"--utility-sub-type=storage.mojom.StorageService", "the storage service (pid ", BROWSER_STORAGE_SERVICE_DIED},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fixture;
		struct browser_census before, after;
		enum browser_death death = BROWSER_CLOSED_BY_US;
		char why[200] = "";
		fixture_init(&fixture, NULL, BROWSER_HEADLESS);
		fixture_start_ready(&fixture);
		fixture_navigate(&fixture, PAGE, 10 * FIXTURE_S);
		browser_census_take(fixture.supervisor, &before);
		browser_census_take(fixture.supervisor, &after);
		assert_false(browser_census_compare(&before, &after, &death, why, sizeof why));
		pid_t pid = proc_find_descendant(fixture.supervisor, rows[i].type);
		assert_true(pid > 1);
		assert_int_equal(kill(pid, SIGKILL), 0);
		await_successor(&fixture, rows[i].type, pid);
		fixture_evaluate(&fixture, "new Promise(r => setTimeout(r, 500, 'fine'))", 20 * FIXTURE_S);
		assert_string_equal(fixture.value, "\"fine\"");
		assert_int_equal(fixture.deaths, 0);
		browser_census_take(fixture.supervisor, &after);
		if (!browser_census_compare(&before, &after, &death, why, sizeof why) ||
		    death != rows[i].death || !strstr(why, rows[i].says))
			fail_msg("%s: %s: %s", rows[i].type, browser_death_name(death), why);
		fixture_release(&fixture);
	}
}

static int closed_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &length), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static int deaf_port(int *fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof address;
	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(*fd, (struct sockaddr *)&address, length), 0);
	assert_int_equal(listen(*fd, 5), 0);
	assert_int_equal(getsockname(*fd, (struct sockaddr *)&address, &length), 0);
	return ntohs(address.sin_port);
}

static void test_navigations_that_fail(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture_start_ready(&fixture);

	int deaf;
	char *url = mem_format("http://127.0.0.1:%d/", closed_port());
	fixture_navigate(&fixture, url, 10 * FIXTURE_S);
	assert_int_equal(fixture.err.code, ERR_REFUSED);
	assert_non_null(strstr(fixture.err.text, "net::ERR_CONNECTION_REFUSED"));
	assert_non_null(strstr(fixture.err.text, url));
	free(url);

	/* A second one after it is as good as the first; a third while that is under way is not. */
	int answers = fixture.answers;
	browser_navigate(fixture.browser, PAGE, 10 * FIXTURE_S, fixture_on_loaded, &fixture);
	browser_navigate(fixture.browser, PAGE, 10 * FIXTURE_S, fixture_on_loaded, &fixture);
	fixture_turn(&fixture);
	assert_int_equal(fixture.answers, answers + 1);
	assert_int_equal(fixture.err.code, ERR_BUSY);
	while (fixture.answers == answers + 1)
		fixture_turn(&fixture);
	assert_string_equal(fixture.err.text, "");
	fixture_navigate(&fixture, PAGE "#fragment", 10 * FIXTURE_S); /* the same document */
	assert_string_equal(fixture.err.text, "");

	/* A server that says nothing, and a page that never finishes. */
	url = mem_format("http://127.0.0.1:%d/", deaf_port(&deaf));
	fixture_navigate(&fixture, url, FIXTURE_S / 2);
	assert_int_equal(fixture.err.code, ERR_TIMEOUT);
	free(url);
	close(deaf);
	fixture_navigate(&fixture, "data:text/html,<script>for(;;);</script>", FIXTURE_S);
	assert_int_equal(fixture.err.code, ERR_TIMEOUT);
	assert_int_equal(fixture.deaths, 0);
	fixture_release(&fixture);
}

/* Closed or freed at any moment of its life. */
static void test_early_ends(void **state)
{
	(void)state;
	for (int turns = 0; turns < 40; turns += 5) {
		struct fixture fixture;
		fixture_init(&fixture, NULL, BROWSER_HEADLESS);
		fixture_start(&fixture);
		loop_timer_init(&fixture.give_up, fixture.loop, (loop_timer_fn)loop_stop, fixture.loop);
		loop_timer_set(&fixture.give_up, turns * 10000);
		loop_run(fixture.loop);
		loop_timer_release(&fixture.give_up);
		loop_timer_init(&fixture.give_up, fixture.loop, fixture_on_give_up, &fixture);
		if (turns % 10 == 0) {
			fixture_release(&fixture);
			assert_int_equal(fixture.deaths, 0);
			continue;
		}
		pid_t supervisor = browser_tree(fixture.browser);
		browser_free(fixture.browser);
		fixture.browser = NULL;
		while (proc_start_ticks(supervisor) != 0) {
			loop_timer_set(&fixture.give_up, FIXTURE_GIVE_UP_US);
			loop_defer(fixture.loop, (loop_deferred_fn)loop_stop, fixture.loop);
			loop_run(fixture.loop);
		}
		assert_int_equal(fixture.gones, 0);
		fixture_release(&fixture);
	}
}

static void check_failed_start(struct fixture *fixture, const char *says)
{
	fixture_start(fixture);
	fixture_await_gone(fixture);
	assert_int_equal(fixture->readies, 0);
	assert_int_equal(fixture->deaths, 1);
	if (fixture->death != BROWSER_FAILED_TO_START || !strstr(fixture->detail, says))
		fail_msg("%s: %s", browser_death_name(fixture->death), fixture->detail);
	assert_true(fixture->clean);
	fixture_release(fixture);
}

static void test_refuses_to_run_as_root(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	fixture.user = (struct browser_user){.uid = 0, .gid = 0, .sandbox = true};
	check_failed_start(&fixture, "--browser-user");
}

static void test_headed_without_display(void **state)
{
	(void)state;
	struct fixture fixture;
	unsetenv("DISPLAY");
	unsetenv("WAYLAND_DISPLAY");
	fixture_init(&fixture, NULL, BROWSER_HEADED);
	check_failed_start(&fixture, "DISPLAY");
}

static void test_extra_flags(void **state)
{
	(void)state;
	struct fixture fixture;
	fixture_init(&fixture, NULL, BROWSER_HEADLESS);
	static const char flags[] = "[\"--js-flags=--expose-gc\"]";
	struct json *extra = json_parse(flags, strlen(flags), 100, "flags", NULL);
	fixture.extra_flags = extra;
	fixture_start_ready(&fixture);
	fixture_evaluate(&fixture, "typeof gc", 10 * FIXTURE_S);
	assert_string_equal(fixture.value, "\"function\"");
	fixture_release(&fixture);
	json_free(extra);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_silence_in_the_window),
		cmocka_unit_test(test_facts_and_sandbox),
		cmocka_unit_test(test_headless_shell),
		cmocka_unit_test(test_without_sandbox),
		cmocka_unit_test(test_kills),
		cmocka_unit_test(test_hangs),
		cmocka_unit_test(test_silent_deaths),
		cmocka_unit_test(test_navigations_that_fail),
		cmocka_unit_test(test_early_ends),
		cmocka_unit_test(test_refuses_to_run_as_root),
		cmocka_unit_test(test_headed_without_display),
		cmocka_unit_test(test_extra_flags),
	};
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
