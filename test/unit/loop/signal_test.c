/* Signals arrive as calls; libwebsockets neither takes nor swallows them. */
#include "loop/loop.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

struct rig {
	struct loop *loop;
	int got[65];
};

static void on_signal(int number, void *context)
{
	struct rig *rig = context;
	rig->got[number]++;
	if (number == SIGTERM)
		loop_stop(rig->loop);
}

static struct loop *new_loop(void)
{
	struct err err;
	struct loop *loop = loop_new(&err);
	assert_non_null(loop);
	return loop;
}

static bool is_blocked(int number)
{
	sigset_t set;
	sigprocmask(SIG_BLOCK, NULL, &set);
	return sigismember(&set, number);
}

static void test_only_sigpipe_and_sigxfsz_are_touched(void **state)
{
	(void)state;
	struct sigaction before[32], after;
	for (int s = 1; s < 32; s++)
		sigaction(s, NULL, &before[s]);
	struct loop *loop = new_loop();
	loop_stop(loop);
	loop_run(loop);
	for (int s = 1; s < 32; s++) {
		sigaction(s, NULL, &after);
		if (s == SIGPIPE || s == SIGXFSZ)
			assert_ptr_equal(after.sa_handler, SIG_IGN);
		else
			assert_ptr_equal(after.sa_handler, before[s].sa_handler);
		assert_false(is_blocked(s));
	}
	loop_free(loop);
}

static void test_signals_are_delivered_once_each(void **state)
{
	(void)state;
	struct rig rig = {.loop = new_loop()};
	struct err err = {0};
	assert_int_equal(loop_watch_signal(rig.loop, SIGINT, on_signal, &rig, &err), 0);
	assert_int_equal(loop_watch_signal(rig.loop, SIGTERM, on_signal, &rig, &err), 0);
	assert_int_equal(loop_watch_signal(rig.loop, SIGINT, on_signal, &rig, &err), -1);
	assert_int_equal(err.code, ERR_BUSY);
	assert_true(is_blocked(SIGINT));
	kill(getpid(), SIGINT);
	kill(getpid(), SIGTERM);
	loop_run(rig.loop);
	assert_int_equal(rig.got[SIGTERM], 1);
	kill(getpid(), SIGINT); /* again */
	kill(getpid(), SIGTERM);
	loop_run(rig.loop);
	assert_int_equal(rig.got[SIGINT], 2);
	assert_int_equal(rig.got[SIGTERM], 2);
	loop_free(rig.loop);
}

static void test_free_gives_signals_back_and_drops_pending_ones(void **state)
{
	(void)state;
	struct rig rig = {.loop = new_loop()};
	assert_int_equal(loop_watch_signal(rig.loop, SIGINT, on_signal, &rig, NULL), 0);
	kill(getpid(), SIGINT); /* its default action would end this test */
	loop_free(rig.loop);
	assert_false(is_blocked(SIGINT));
	assert_int_equal(rig.got[SIGINT], 0);

	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	rig.loop = new_loop();
	assert_int_equal(loop_watch_signal(rig.loop, SIGUSR1, on_signal, &rig, NULL), 0);
	loop_free(rig.loop);
	assert_true(is_blocked(SIGUSR1)); /* as it was */
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

static void test_no_such_signal(void **state)
{
	(void)state;
	struct rig rig = {.loop = new_loop()};
	static const int rows[] = {0, -1, 1000};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		assert_int_equal(loop_watch_signal(rig.loop, rows[i], on_signal, &rig, &err), -1);
		assert_int_equal(err.code, ERR_IO);
	}
	loop_free(rig.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_sigpipe_and_sigxfsz_are_touched),
		cmocka_unit_test(test_signals_are_delivered_once_each),
		cmocka_unit_test(test_free_gives_signals_back_and_drops_pending_ones),
		cmocka_unit_test(test_no_such_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
