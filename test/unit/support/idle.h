/* How quiet a loop is: a forked observer counts the context switches of this process for
 * some seconds, and poll() is interposed to see how long the loop meant to sleep, which
 * seconds of watching cannot show; our own timers are looked up for the same reason.
 *
 * To be included by one file of a test program: it defines poll(). */
#ifndef WASMOGRAPH_TEST_SUPPORT_IDLE_H
#define WASMOGRAPH_TEST_SUPPORT_IDLE_H

#include <limits.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mono.h"
#include "loop/internal.h"
#include "loop/loop.h"

enum { IDLE_TEN_MINUTES_MS = 10 * 60 * 1000 };

struct idle {
	long switches;       /* voluntary context switches while observed, −1: unreadable */
	int last_timeout_ms; /* of the poll() in which the loop slept at the end; −1: for ever */
};

static int idle_last_timeout_ms;

/* libwebsockets' poll() resolves to this one. */
int poll(struct pollfd *fds, nfds_t count, int timeout_ms)
{
	struct timespec timeout = {
		.tv_sec = timeout_ms / 1000, .tv_nsec = (long)(timeout_ms % 1000) * 1000000};
	idle_last_timeout_ms = timeout_ms;
	return ppoll(fds, count, timeout_ms < 0 ? NULL : &timeout, NULL);
}

static long idle_switches_of(pid_t pid)
{
	char path[64], line[256];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *file = fopen(path, "r");
	long switches = -1;
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, "voluntary_ctxt_switches:", 24) == 0)
			switches = strtol(line + 24, NULL, 10);
	if (file)
		fclose(file);
	return switches;
}

/* The observer: lets the loop settle, watches, reports. The report is what wakes it. */
static void idle_observe(pid_t who, int report, int seconds)
{
	sleep(1);
	long before = idle_switches_of(who);
	sleep((unsigned)seconds);
	long after = idle_switches_of(who);
	long switches = before < 0 || after < 0 ? -1 : after - before;
	if (write(report, &switches, sizeof switches) != (ssize_t)sizeof switches)
		_exit(1);
	_exit(0);
}

static inline void idle_on_report(void *context)
{
	loop_stop(context);
}

static inline struct idle idle_measure(struct loop *loop, int seconds)
{
	int report[2];
	struct idle idle = {.switches = -1};
	assert_int_equal(pipe(report), 0);
	pid_t loop_pid = getpid();
	pid_t observer = fork();
	assert_true(observer >= 0);
	if (observer == 0)
		idle_observe(loop_pid, report[1], seconds);
	struct loop_fd *watch = loop_watch_fd(loop, report[0], idle_on_report, loop, NULL);
	assert_non_null(watch);
	loop_run(loop);
	idle.last_timeout_ms = idle_last_timeout_ms;
	assert_int_equal(read(report[0], &idle.switches, sizeof idle.switches),
		(int)sizeof idle.switches);
	loop_unwatch_fd(watch);
	close(report[0]);
	close(report[1]);
	assert_int_equal(waitpid(observer, NULL, 0), observer);
	return idle;
}

static inline void idle_check(struct loop *loop, int seconds)
{
	struct idle idle = idle_measure(loop, seconds);
	assert_int_equal(idle.switches, 0);
	if (idle.last_timeout_ms >= 0)
		assert_in_range(idle.last_timeout_ms, IDLE_TEN_MINUTES_MS, INT_MAX);
	const struct loop_timer *earliest = TAILQ_FIRST(&loop->timers);
	if (earliest)
		assert_true(earliest->due_us - mono_now_us() >= (int64_t)IDLE_TEN_MINUTES_MS * 1000);
}

#endif
