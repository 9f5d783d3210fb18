/* Children: how they ended, reaped once, unwatched, reaped by somebody else. */
#include "loop/loop.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct end {
	struct loop *loop;
	struct loop_child *watch;
	int calls;
	int code;
	int signal;
};

static void on_exit_once(int code, int signal, void *context)
{
	struct end *end = context;
	end->calls++;
	end->code = code;
	end->signal = signal;
	loop_unwatch_child(end->watch); /* itself, inside its call: allowed */
	loop_stop(end->loop);
}

static struct loop *new_loop(void)
{
	struct err err;
	struct loop *loop = loop_new(&err);
	assert_non_null(loop);
	return loop;
}

/* A child that waits for a byte (or the pipe's end), then exits with `code`, or kills
 * itself with `signal`. */
static pid_t start(int gate, int code, int signal)
{
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid > 0)
		return pid;
	char byte;
	if (read(gate, &byte, 1) < 0)
		_exit(98);
	if (signal)
		kill(getpid(), signal);
	_exit(code);
}

static void test_every_way_to_end(void **state)
{
	(void)state;
	static const struct row { int code, signal, want_code, want_signal; bool dead_first; } rows[] = {
		{0, 0, 0, 0, false},
		{7, 0, 7, 0, false},
		{255, 0, 255, 0, true}, /* dead before it is watched */
		{0, SIGKILL, -1, SIGKILL, false},
		{0, SIGTERM, -1, SIGTERM, true},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		int gate[2];
		assert_int_equal(pipe(gate), 0);
		struct end end = {.loop = new_loop()};
		pid_t pid = start(gate[0], rows[i].code, rows[i].signal);
		siginfo_t info;
		if (rows[i].dead_first) {
			assert_int_equal(write(gate[1], "x", 1), 1);
			assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
		}
		end.watch = loop_watch_child(end.loop, pid, on_exit_once, &end, NULL);
		assert_non_null(end.watch);
		if (!rows[i].dead_first)
			assert_int_equal(write(gate[1], "x", 1), 1);
		loop_run(end.loop);
		assert_int_equal(end.calls, 1);
		assert_int_equal(end.code, rows[i].want_code);
		assert_int_equal(end.signal, rows[i].want_signal);
		assert_int_equal(waitpid(pid, NULL, 0), -1); /* reaped */
		assert_int_equal(errno, ECHILD);
		loop_free(end.loop);
		close(gate[0]);
		close(gate[1]);
	}
}

static void on_end(void *context)
{
	loop_stop(((struct end *)context)->loop);
}

static void test_an_unwatched_child_is_neither_reported_nor_reaped(void **state)
{
	(void)state;
	int gate[2];
	assert_int_equal(pipe(gate), 0);
	struct end end = {.loop = new_loop()};
	pid_t pid = start(gate[0], 3, 0);
	end.watch = loop_watch_child(end.loop, pid, on_exit_once, &end, NULL);
	assert_int_equal(write(gate[1], "x", 1), 1);
	siginfo_t info;
	assert_int_equal(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT), 0);
	loop_unwatch_child(end.watch); /* its descriptor is readable by now */
	struct loop_timer timer;
	loop_timer_init(&timer, end.loop, on_end, &end);
	loop_timer_set(&timer, 5000);
	loop_run(end.loop);
	assert_int_equal(end.calls, 0);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 3);
	loop_unwatch_child(NULL);
	loop_free(end.loop);
	close(gate[0]);
	close(gate[1]);
}

static void test_a_child_reaped_by_somebody_else_ends_unknown(void **state)
{
	(void)state;
	int gate[2];
	assert_int_equal(pipe(gate), 0);
	struct end end = {.loop = new_loop()};
	pid_t pid = start(gate[0], 5, 0);
	end.watch = loop_watch_child(end.loop, pid, on_exit_once, &end, NULL);
	assert_int_equal(write(gate[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	loop_run(end.loop);
	assert_int_equal(end.calls, 1);
	assert_int_equal(end.code, -1);
	assert_int_equal(end.signal, 0);

	struct err err = {0};
	assert_null(loop_watch_child(end.loop, pid, on_exit_once, &end, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	loop_free(end.loop);
	close(gate[0]);
	close(gate[1]);
}

static void test_free_with_a_living_child(void **state)
{
	(void)state;
	int gate[2];
	assert_int_equal(pipe(gate), 0);
	struct end end = {.loop = new_loop()};
	pid_t pid = start(gate[0], 0, 0);
	assert_non_null(loop_watch_child(end.loop, pid, on_exit_once, &end, NULL));
	loop_free(end.loop);
	assert_int_equal(kill(pid, 0), 0);
	assert_int_equal(write(gate[1], "x", 1), 1);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(end.calls, 0);
	close(gate[0]);
	close(gate[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_way_to_end),
		cmocka_unit_test(test_an_unwatched_child_is_neither_reported_nor_reaped),
		cmocka_unit_test(test_a_child_reaped_by_somebody_else_ends_unknown),
		cmocka_unit_test(test_free_with_a_living_child),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
