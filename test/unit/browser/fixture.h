/* One browser on a loop, with everything that it said written down, for browser_test.c
 * (Chromium) and misbehaviour_test.c (test/browser/fake_browser.py).
 *
 * Include after <cmocka.h>. The test program is its own supervisor: main() must begin with
 * FIXTURE_SUPERVISE(argc, argv). */
#ifndef WASMOGRAPH_TEST_BROWSER_FIXTURE_H
#define WASMOGRAPH_TEST_BROWSER_FIXTURE_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "browser/browser.h"
#include "host/proc.h"
#include "loop/loop.h"
#include "supervisor/supervise.h"

#define FIXTURE_SUPERVISE(argc, argv) \
	do { \
		if ((argc) > 1 && strcmp((argv)[1], "supervise") == 0) \
			return supervise(argc, argv); \
	} while (0)

/* Only a broken browser layer makes a test wait this long. */
enum { FIXTURE_GIVE_UP_US = 60000000, FIXTURE_S = 1000000 };

struct fixture {
	struct loop *loop;
	struct loop_timer give_up;
	struct browser *browser;
	struct browser_program program;
	struct browser_user user;
	char *scratch;
	int log_fd;
	int64_t start_deadline_us;
	const struct json *extra_flags;

	pid_t supervisor, process;
	int processes, readies, deaths, gones;
	enum browser_death death;
	char detail[2048];
	bool clean;
	int page_events;
	void (*at_death)(struct fixture *fixture); /* called from inside on_died; may be NULL */

	/* The answer to the last navigate or evaluate. */
	int answers;
	bool answered_before_death;
	struct err err;
	char *value; /* JSON text, or NULL */
};

static inline void fixture_on_give_up(void *context)
{
	struct fixture *fixture = context;
	fail_msg("nothing more happened: %d ready, %d died (%s), %d gone, %d answers (%s)", fixture->readies,
		fixture->deaths, fixture->detail, fixture->gones, fixture->answers, fixture->err.text);
}

static inline void fixture_on_process(pid_t supervisor, pid_t browser, uint64_t start_ticks,
	void *context)
{
	struct fixture *fixture = context;
	fixture->processes++;
	fixture->supervisor = supervisor;
	fixture->process = browser;
	assert_int_equal(start_ticks, proc_start_ticks(browser));
	assert_int_equal(proc_parent(browser), supervisor);
}

static inline void fixture_on_ready(void *context)
{
	struct fixture *fixture = context;
	assert_int_equal(fixture->processes, 1);
	fixture->readies++;
	loop_stop(fixture->loop);
}

static inline void fixture_on_died(enum browser_death death, const char *detail, void *context)
{
	struct fixture *fixture = context;
	assert_int_equal(fixture->gones, 0);
	fixture->deaths++;
	fixture->death = death;
	snprintf(fixture->detail, sizeof fixture->detail, "%s", detail);
	if (fixture->at_death)
		fixture->at_death(fixture);
	loop_stop(fixture->loop);
}

static inline void fixture_on_page_event(const char *method, const struct json *params,
	void *context)
{
	struct fixture *fixture = context;
	(void)method, (void)params;
	fixture->page_events++;
}

static inline void fixture_on_gone(bool clean, void *context)
{
	struct fixture *fixture = context;
	fixture->gones++;
	fixture->clean = clean;
	loop_stop(fixture->loop);
}

static inline void fixture_on_loaded(const struct err *err, void *context)
{
	struct fixture *fixture = context;
	fixture->answers++;
	fixture->answered_before_death = fixture->deaths == 0;
	fixture->err = err ? *err : (struct err){0};
	loop_stop(fixture->loop);
}

static inline void fixture_on_value(const struct json *value, const struct err *err, void *context)
{
	struct fixture *fixture = context;
	free(fixture->value);
	fixture->value = value ? json_print(value, false) : NULL;
	fixture_on_loaded(err, context);
}

/* `program` NULL: Chromium from PATH. */
static inline void fixture_init(struct fixture *fixture, const char *program, enum browser_mode mode)
{
	struct err err = {0};
	memset(fixture, 0, sizeof *fixture);
	fixture->loop = loop_new(&err);
	assert_non_null(fixture->loop);
	loop_timer_init(&fixture->give_up, fixture->loop, fixture_on_give_up, fixture);
	if (browser_user_find(NULL, &fixture->user, &err))
		fail_msg("%s", err.text);
	if (browser_find(program, mode, &fixture->user, &fixture->program, &err))
		fail_msg("%s", err.text);
	char *root = browser_scratch_root();
	static int number; /* a test that fails leaves its folder to its supervisor */
	fixture->scratch = mem_format("%s/test-%d-%d", root, (int)getpid(), number++);
	free(root);
	fixture->log_fd = open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(fixture->log_fd >= 0);
	fixture->start_deadline_us = 30 * FIXTURE_S;
}

/* Turns the loop until something that stops it happens. */
static inline void fixture_turn(struct fixture *fixture)
{
	loop_timer_set(&fixture->give_up, FIXTURE_GIVE_UP_US);
	loop_run(fixture->loop);
	loop_timer_cancel(&fixture->give_up);
}

static inline void fixture_start(struct fixture *fixture)
{
	struct err err = {0};
	struct browser_options options = {.program = &fixture->program, .user = &fixture->user,
		.scratch = fixture->scratch, .log_fd = fixture->log_fd,
		.extra_flags = fixture->extra_flags, .start_deadline_us = fixture->start_deadline_us};
	struct browser_events events = {fixture_on_process, fixture_on_ready, fixture_on_died,
		fixture_on_page_event, fixture_on_gone, fixture};
	fixture->browser = browser_start(fixture->loop, &options, &events, &err);
	if (!fixture->browser)
		fail_msg("%s", err.text);
}

static inline void fixture_start_ready(struct fixture *fixture)
{
	fixture_start(fixture);
	fixture_turn(fixture);
	if (fixture->readies != 1)
		fail_msg("not ready: %s: %s", browser_death_name(fixture->death), fixture->detail);
	assert_non_null(browser_connection(fixture->browser));
	assert_true(strlen(browser_page_session(fixture->browser)) > 0);
	assert_int_equal(browser_tree(fixture->browser), fixture->supervisor);
}

static inline void fixture_navigate(struct fixture *fixture, const char *url, int64_t deadline_us)
{
	int answers = fixture->answers;
	browser_navigate(fixture->browser, url, deadline_us, fixture_on_loaded, fixture);
	while (fixture->answers == answers)
		fixture_turn(fixture);
}

static inline void fixture_evaluate(struct fixture *fixture, const char *expression,
	int64_t deadline_us)
{
	int answers = fixture->answers;
	browser_evaluate(fixture->browser, expression, deadline_us, fixture_on_value, fixture);
	while (fixture->answers == answers)
		fixture_turn(fixture);
}

static inline void fixture_await_gone(struct fixture *fixture)
{
	while (fixture->gones == 0)
		fixture_turn(fixture);
}

/* A copy of the fake that the browser's user can run, with its behaviour beside it. */
static inline char *fixture_make_fake(char *folder, const char *behaviour)
{
	const char *source = getenv("WASMOGRAPH_SOURCE");
	char *from = mem_format("%s/test/browser/fake_browser.py", source ? source : ".");
	struct err err = {0};
	assert_non_null(mkdtemp(folder));
	char *program = fs_join(folder, "fake"), *beside = fs_join(folder, "fake.behaviour");
	assert_int_equal(chmod(folder, 0755), 0);
	if (fs_copy(from, program, 0755, &err) ||
	    fs_write_atomic(beside, behaviour, strlen(behaviour), 0644, &err))
		fail_msg("%s", err.text);
	free(from);
	free(beside);
	return program;
}

/* True when a process has `text` in its command line or environment. */
static inline bool fixture_process_names(pid_t pid, const char *text)
{
	static const char *const files[] = {"cmdline", "environ"};
	char path[64], bytes[65536];
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[i]);
		ssize_t length = fs_read_small(path, bytes, sizeof bytes);
		if (length > 0 && memmem(bytes, (size_t)length, text, strlen(text)))
			return true;
	}
	return false;
}

/* No process of the launch lives, not even as a zombie of ours, and its folder is gone. */
static inline void fixture_assert_nothing_left(const struct fixture *fixture)
{
	static pid_t pids[16384];
	assert_int_equal(proc_descendants(getpid(), pids, 16384), 0);
	int count = proc_descendants(0, pids, 16384);
	for (int i = 0; i < count; i++)
		if (pids[i] != getpid() && fixture_process_names(pids[i], fixture->scratch))
			fail_msg("process %d is left", (int)pids[i]);
	assert_false(fs_exists(fixture->scratch));
}

/* Waits for the end, checks that nothing is left, frees. */
static inline void fixture_release(struct fixture *fixture)
{
	struct browser_group group = {0};
	if (fixture->browser) {
		group = *browser_group(fixture->browser);
		browser_close(fixture->browser);
		browser_close(fixture->browser);
		fixture_await_gone(fixture);
		assert_int_equal(fixture->gones, 1);
		assert_true(fixture->deaths <= 1);
	}
	fixture_assert_nothing_left(fixture);
	assert_false(group.version > 0 && fs_exists(group.text));
	browser_free(fixture->browser);
	loop_timer_release(&fixture->give_up);
	loop_free(fixture->loop);
	browser_program_release(&fixture->program);
	free(fixture->scratch);
	free(fixture->value);
	close(fixture->log_fd);
}

#endif
