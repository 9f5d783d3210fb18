/* An idle loop sleeps: no context switch in seconds, and none due for at least ten
 * minutes, by the time-outs that libwebsockets gives to poll(). */
#include "loop/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/idle.h"

static void on_nothing(void *context) { (void)context; }
static void on_no_signal(int number, void *context) { (void)number, (void)context; }
static void on_no_exit(int code, int signal, void *context) { (void)code, (void)signal, (void)context; }

/* One of each kind of watch, none of which has anything to say, and a far timer. */
static void test_an_idle_loop_never_wakes(void **state)
{
	(void)state;
	struct err err;
	struct loop *loop = loop_new(&err);
	assert_non_null(loop);
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	assert_non_null(loop_watch_fd(loop, ends[0], on_nothing, NULL, &err));
	assert_non_null(loop_watch_child(loop, child, on_no_exit, NULL, &err));
	assert_int_equal(loop_watch_signal(loop, SIGUSR2, on_no_signal, NULL, &err), 0);
	struct loop_timer cancelled, far;
	loop_timer_init(&cancelled, loop, on_nothing, NULL);
	loop_timer_init(&far, loop, on_nothing, NULL);
	loop_timer_set(&cancelled, 1000000);
	loop_timer_set(&far, INT64_C(3600) * 1000000);
	loop_timer_cancel(&cancelled); /* must not wake us after a second */

	idle_check(loop, 3);

	kill(child, SIGKILL);
	loop_free(loop);
	close(ends[0]);
	close(ends[1]);
}

static void on_tick(void *context)
{
	loop_timer_set(context, 100000);
}

/* The check itself can fail: a loop that is woken is seen. */
static void test_a_waking_loop_is_noticed(void **state)
{
	(void)state;
	struct err err;
	struct loop *loop = loop_new(&err);
	assert_non_null(loop);
	struct loop_timer timer;
	loop_timer_init(&timer, loop, on_tick, &timer);
	loop_timer_set(&timer, 0);
	struct idle idle = idle_measure(loop, 2);
	assert_true(idle.switches > 0);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_idle_loop_never_wakes),
		cmocka_unit_test(test_a_waking_loop_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
