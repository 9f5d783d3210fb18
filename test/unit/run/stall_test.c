/* When a long stop was a stall: by what the tracing service did meanwhile. Processes with its argument stand in for it. */
#include "run/stall.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mono.h"
#include "host/proc.h"
#include "host/proc_threads.h"

#define SERVICE "--utility-sub-type=tracing.mojom.TracingService"

enum { SECOND = 1000000, WORK_US = 100000 };

struct trial {
	struct loop *loop;
	struct stall stall;
	pid_t service;
	int gate; /* what is written to it lets the service work */
};

/* A shell that waits for a line, and then computes. */
static void exec_service(int gate)
{
	dup2(gate, STDIN_FILENO);
	execl("/bin/sh", "sh", "-c", "read line; while :; do :; done", SERVICE, (char *)NULL);
	_exit(127);
}

static int set_up(void **state)
{
	struct trial *trial = calloc(1, sizeof *trial);
	int ends[2];
	trial->loop = loop_new(NULL);
	assert_int_equal(pipe(ends), 0);
	trial->gate = ends[1];
	trial->service = fork();
	if (trial->service == 0)
		exec_service(ends[0]);
	close(ends[0]);
	while (proc_find_descendant(getpid(), SERVICE) != trial->service)
		usleep(1000);
	stall_init(&trial->stall, trial->loop);
	*state = trial;
	return 0;
}

static int tear_down(void **state)
{
	struct trial *trial = *state;
	kill(trial->service, SIGKILL);
	waitpid(trial->service, NULL, 0);
	close(trial->gate);
	stall_release(&trial->stall);
	loop_free(trial->loop);
	free(trial);
	return 0;
}

static void test_rule(void **state)
{
	(void)state;
	static const struct { int64_t stop_us, wanted_us; bool stalls; } rows[] = {
		{ 0, -1, false }, { 300000, -1, false }, { 3999999, 0, false },
		{ 4000000, 0, true }, { 5 * SECOND, 300000, true }, { 5 * SECOND, 1999999, true },
		/* JSON was made. */
		{ 5 * SECOND, 3900000, false }, { 60 * SECOND, 2000000, false },
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (stall_is(rows[i].stop_us, rows[i].wanted_us) != rows[i].stalls)
			fail_msg("row %zu", i);
}

static void test_a_service_that_waits(void **state)
{
	struct trial *trial = *state;
	stall_begin(&trial->stall, getpid());
	assert_int_equal(trial->stall.service, trial->service);
	assert_true(stall_end(&trial->stall, 5 * SECOND));
	assert_false(trial->stall.timer.armed);
}

static void test_a_short_stop_is_not_looked_into(void **state)
{
	struct trial *trial = *state;
	stall_begin(&trial->stall, getpid());
	assert_true(trial->stall.timer.armed);
	assert_false(stall_end(&trial->stall, SECOND));
	assert_int_equal(trial->stall.wanted_us, -1);
	assert_false(trial->stall.timer.armed);
}

/* What it had done before does not count, what it does since does; and what it does after the look does not. */
static void test_a_service_that_works(void **state)
{
	struct trial *trial = *state;
	assert_int_equal(write(trial->gate, "\n", 1), 1);
	while (proc_threads_wanted_us(trial->service) < WORK_US)
		usleep(10000);
	stall_begin(&trial->stall, getpid());
	assert_true(trial->stall.before_us >= WORK_US);
	while (proc_threads_wanted_us(trial->service) < trial->stall.before_us + WORK_US)
		usleep(10000);
	trial->stall.timer.on_expiry(trial->stall.timer.context);
	int64_t wanted_us = trial->stall.wanted_us;
	assert_true(wanted_us >= WORK_US);
	while (proc_threads_wanted_us(trial->service) < trial->stall.before_us + wanted_us + WORK_US)
		usleep(10000);
	stall_end(&trial->stall, 5 * SECOND);
	assert_int_equal(trial->stall.wanted_us, wanted_us);
}

/* Nothing that could be looked at: a stop that long is a stall. */
static void test_no_service(void **state)
{
	struct trial *trial = *state;
	stall_begin(&trial->stall, trial->service);
	assert_int_equal(trial->stall.service, 0);
	assert_true(stall_end(&trial->stall, 5 * SECOND));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rule),
		cmocka_unit_test_setup_teardown(test_a_service_that_waits, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_short_stop_is_not_looked_into, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_a_service_that_works, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_service, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
