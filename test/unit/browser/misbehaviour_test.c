/* Browsers that do everything wrong (test/browser/fake_browser.py, as an executable): each has
 * one name for its death, one on_gone, and nothing left behind. */
#include "browser/browser.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "browser/fixture.h"

enum then {
	NOTHING,   /* it dies of itself, ready or not */
	EVALUATE,  /* it dies after the first evaluate */
	MARK_HUNG, /* the evaluate is not answered in time, and so it is marked hung */
};

static void check(const char *behaviour, enum then then, bool ready, enum browser_death death,
	const char *says)
{
	char folder[] = "/tmp/wasmograph-fake-XXXXXX";
	char *program = fixture_make_fake(folder, behaviour);
	struct fixture fixture;
	fixture_init(&fixture, program, BROWSER_HEADLESS);
	fixture.start_deadline_us = ready ? 20 * FIXTURE_S : 2 * FIXTURE_S;
	fixture_start(&fixture);
	fixture_turn(&fixture);
	if (fixture.readies && then != NOTHING) {
		fixture_evaluate(&fixture, "1 + 1", FIXTURE_S / 2);
		if (then == MARK_HUNG) {
			assert_int_equal(fixture.err.code, ERR_TIMEOUT);
			browser_mark_hung(fixture.browser, "no answer");
		}
	}
	fixture_await_gone(&fixture);
	if (fixture.readies != ready || fixture.deaths != 1 || fixture.death != death ||
	    !strstr(fixture.detail, says))
		fail_msg("%s: %d ready, %d died, %s: %s", behaviour, fixture.readies, fixture.deaths,
			browser_death_name(fixture.death), fixture.detail);
	assert_true(fixture.clean);
	fixture_release(&fixture);
	assert_int_equal(fs_remove_tree(folder, NULL), 0);
	free(program);
}

static void test_behaviours(void **state)
{
	(void)state;
	static const struct row {
		const char *behaviour;
		enum then then;
		bool ready;
		enum browser_death death;
		const char *says;
	} rows[] = {
		{"exits-at-once", NOTHING, false, BROWSER_FAILED_TO_START,
			"exit status 1 before its debugging port was open: fake browser: exits at once"},
		{"no-endpoint", NOTHING, false, BROWSER_HUNG, "it opened no debugging port"},
		{"crashes", NOTHING, true, BROWSER_CRASHED, "the browser was ended by signal 11"},
		{"never-answers", NOTHING, false, BROWSER_HUNG, "a deadline passed"},
		{"never-handshakes", NOTHING, false, BROWSER_HUNG, "a deadline passed"},
		{"refuses-handshake", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"wrong-accept", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"hangs-up-at-once", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"cuts", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"cuts-mid-frame", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"cuts-mid-message", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"closes", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"garbage", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"not-cdp", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"unknown-id", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"oversized", NOTHING, false, BROWSER_DISCONNECTED, "connection was lost"},
		{"floods-silently", NOTHING, false, BROWSER_HUNG, "a deadline passed"},
		{"hangs-on-evaluate", MARK_HUNG, true, BROWSER_HUNG,
			"no answer; the browser process answers, the page does not"},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check(rows[i].behaviour, rows[i].then, rows[i].ready, rows[i].death, rows[i].says);
}

/* Slow, chatty or odd, but right: these are used as any other. */
static void test_odd_but_usable(void **state)
{
	(void)state;
	static const char *const behaviours[] = {"normal", "answers-late", "floods"};
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		char folder[] = "/tmp/wasmograph-fake-XXXXXX";
		char *program = fixture_make_fake(folder, behaviours[i]);
		struct fixture fixture;
		fixture_init(&fixture, program, BROWSER_HEADLESS);
		assert_string_equal(fixture.program.version, "Chromium 999.0.0.0 (fake)");
		fixture_start_ready(&fixture);
		fixture_navigate(&fixture, "http://localhost/", 20 * FIXTURE_S);
		assert_string_equal(fixture.err.text, "");
		fixture_navigate(&fixture, "http://unreachable/", 20 * FIXTURE_S);
		assert_int_equal(fixture.err.code, ERR_REFUSED);
		assert_non_null(strstr(fixture.err.text, "net::ERR_CONNECTION_REFUSED"));
		fixture_evaluate(&fixture, "20 + 22", 20 * FIXTURE_S);
		assert_string_equal(fixture.value, "42");
		fixture_evaluate(&fixture, "throw it", 20 * FIXTURE_S);
		assert_int_equal(fixture.err.code, ERR_REFUSED);
		assert_string_equal(fixture.err.text, "Error: fake");
		fixture_release(&fixture);
		assert_int_equal(fixture.deaths, 0);
		assert_true(fixture.clean);
		assert_int_equal(fs_remove_tree(folder, NULL), 0);
		free(program);
	}
}

static void test_cannot_be_executed(void **state)
{
	(void)state;
	char folder[] = "/tmp/wasmograph-fake-XXXXXX";
	char *program = fixture_make_fake(folder, "normal");
	struct fixture fixture;
	fixture_init(&fixture, program, BROWSER_HEADLESS);
	assert_int_equal(chmod(program, 0644), 0); /* since it was found */
	fixture_start(&fixture);
	fixture_await_gone(&fixture);
	assert_int_equal(fixture.processes, 0);
	assert_int_equal(fixture.deaths, 1);
	assert_int_equal(fixture.death, BROWSER_FAILED_TO_START);
	assert_non_null(strstr(fixture.detail, "Permission denied"));
	fixture_release(&fixture);
	assert_int_equal(fs_remove_tree(folder, NULL), 0);
	free(program);
}

/* Refused before anything is started or left behind. */
static void test_impossible_starts(void **state)
{
	(void)state;
	struct fixture fixture;
	char folder[] = "/tmp/wasmograph-fake-XXXXXX";
	char *program = fixture_make_fake(folder, "normal");
	fixture_init(&fixture, program, BROWSER_HEADLESS);
	struct json *bad = json_parse("[\"--no-sandbox\"]", 16, 100, "flags", NULL);
	struct browser_options options = {.program = &fixture.program, .user = &fixture.user,
		.scratch = fixture.scratch, .log_fd = fixture.log_fd, .start_deadline_us = FIXTURE_S};
	struct browser_events events = {fixture_on_process, fixture_on_ready, fixture_on_died,
		fixture_on_page_event, fixture_on_gone, &fixture};
	struct err err = {0};
	options.extra_flags = bad;
	assert_null(browser_start(fixture.loop, &options, &events, &err));
	assert_int_equal(err.code, ERR_INVALID);
	options.extra_flags = NULL;
	options.scratch = "/tmp/wasmograph-elsewhere/x";
	assert_null(browser_start(fixture.loop, &options, &events, &err));
	assert_int_equal(err.code, ERR_INVALID);
	options.scratch = fixture.scratch;
	options.log_fd = -1;
	assert_null(browser_start(fixture.loop, &options, &events, &err));
	assert_int_equal(err.code, ERR_ENVIRONMENT);
	assert_int_equal(fixture.gones + fixture.deaths + fixture.processes, 0);
	fixture_release(&fixture);
	json_free(bad);
	assert_int_equal(fs_remove_tree(folder, NULL), 0);
	free(program);
}

int main(int argc, char **argv)
{
	FIXTURE_SUPERVISE(argc, argv);
	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_behaviours),
		cmocka_unit_test(test_odd_but_usable),
		cmocka_unit_test(test_cannot_be_executed),
		cmocka_unit_test(test_impossible_starts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
