/* Deferred calls, stopping, descriptors left behind. */
#include "loop/loop.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <libwebsockets.h>

#include "loop/internal.h"

struct notes {
	struct loop *loop;
	char text[64];
	int times;
};

static struct loop *new_loop(void)
{
	struct err err = {0};
	struct loop *loop = loop_new(&err);
	if (!loop)
		fail_msg("%s", err.text);
	return loop;
}

static void note(struct notes *notes, char letter)
{
	size_t length = strlen(notes->text);
	assert_true(length + 1 < sizeof notes->text);
	notes->text[length] = letter;
	notes->text[length + 1] = '\0';
}

static void on_a(void *context) { note(context, 'a'); }
static void on_b(void *context) { note(context, 'b'); }

static void on_stop(void *context)
{
	struct notes *notes = context;
	note(notes, 's');
	loop_stop(notes->loop);
}

static void on_nest(void *context)
{
	struct notes *notes = context;
	note(notes, 'n');
	loop_defer(notes->loop, on_b, notes);
	loop_defer(notes->loop, on_stop, notes);
}

static void test_deferred_calls_run_in_order_of_asking(void **state)
{
	(void)state;
	struct notes notes = {.loop = new_loop()};
	loop_defer(notes.loop, on_a, &notes);
	loop_defer(notes.loop, on_nest, &notes);
	loop_defer(notes.loop, on_a, &notes);
	loop_run(notes.loop);
	assert_string_equal(notes.text, "anabs");
	loop_free(notes.loop);
}

static void test_free_runs_what_is_deferred(void **state)
{
	(void)state;
	struct notes notes = {.loop = new_loop()};
	loop_defer(notes.loop, on_nest, &notes);
	loop_free(notes.loop);
	assert_string_equal(notes.text, "nbs");
	loop_free(NULL);
}

static void test_stop_before_run_returns_at_once_and_only_once(void **state)
{
	(void)state;
	struct notes notes = {.loop = new_loop()};
	loop_stop(notes.loop);
	loop_run(notes.loop);
	loop_defer(notes.loop, on_stop, &notes);
	loop_run(notes.loop); /* would hang, or leave 's' out, if the first stop still held */
	assert_string_equal(notes.text, "s");
	loop_free(notes.loop);
}

static void on_forever(void *context)
{
	struct notes *notes = context;
	notes->times++;
	loop_defer(notes->loop, on_forever, notes);
}

static void on_pipe_readable(void *context)
{
	loop_stop(((struct notes *)context)->loop);
}

static void test_a_deferred_call_that_repeats_leaves_room_for_descriptors(void **state)
{
	(void)state;
	struct notes notes = {.loop = new_loop()};
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	struct loop_fd *watch = loop_watch_fd(notes.loop, ends[0], on_pipe_readable, &notes, NULL);
	assert_non_null(watch);
	loop_defer(notes.loop, on_forever, &notes);
	loop_run(notes.loop);
	assert_in_range(notes.times, 1, 10);
	_exit(0); /* the call repeats for ever, so loop_free() would not end: a child's test */
}

static void on_run_again(void *context)
{
	loop_run(((struct notes *)context)->loop);
}

static void test_running_inside_itself_aborts(void **state)
{
	(void)state;
	struct notes notes = {.loop = new_loop()};
	loop_defer(notes.loop, on_run_again, &notes);
	if (!freopen("/dev/null", "w", stderr))
		_exit(1);
	loop_run(notes.loop);
	_exit(0);
}

/* Runs a test's body in a child; gives the wait status. */
static int in_child(void (*body)(void **))
{
	fflush(NULL);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		body(NULL);
		_exit(99);
	}
	int status = 0;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void test_children(void **state)
{
	(void)state;
	int status = in_child(test_a_deferred_call_that_repeats_leaves_room_for_descriptors);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	status = in_child(test_running_inside_itself_aborts);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

struct sul_notes {
	lws_sorted_usec_list_t sul; /* first */
	struct notes notes;
};

static void on_sul(lws_sorted_usec_list_t *sul)
{
	struct sul_notes *timed = (struct sul_notes *)sul;
	loop_defer(timed->notes.loop, on_stop, &timed->notes);
}

/* libwebsockets' own timers, if it had any, run just before it sleeps. */
static void test_what_its_timers_defer_is_not_slept_over(void **state)
{
	(void)state;
	struct sul_notes timed = {.notes = {.loop = new_loop()}};
	lws_sul_schedule(timed.notes.loop->lws, 0, &timed.sul, on_sul, 5000);
	loop_run(timed.notes.loop);
	assert_string_equal(timed.notes.text, "s");
	loop_free(timed.notes.loop);
}

static int count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	assert_non_null(folder);
	int count = 0;
	while (readdir(folder))
		count++;
	closedir(folder);
	return count;
}

static void test_many_loops_leave_no_descriptor(void **state)
{
	(void)state;
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	loop_free(new_loop());
	int before = count_descriptors();
	for (int i = 0; i < 50; i++) {
		struct notes notes = {.loop = new_loop()};
		struct loop_timer timer;
		loop_timer_init(&timer, notes.loop, on_stop, &notes);
		loop_timer_set(&timer, 60000000);
		assert_non_null(loop_watch_fd(notes.loop, ends[0], on_a, &notes, NULL));
		loop_defer(notes.loop, on_stop, &notes);
		loop_run(notes.loop);
		loop_free(notes.loop); /* watch and timer still there */
		assert_false(timer.armed);
		loop_timer_release(&timer);
	}
	assert_int_equal(count_descriptors(), before);
	close(ends[0]);
	close(ends[1]);
}

/* What a started browser must not inherit. */
static void test_descriptors_close_on_exec(void **state)
{
	(void)state;
	enum { LIMIT = 256 };
	bool open_before[LIMIT];
	int ours = 0;
	for (int fd = 0; fd < LIMIT; fd++)
		open_before[fd] = fcntl(fd, F_GETFD) >= 0;
	struct loop *loop = new_loop();
	for (int fd = 0; fd < LIMIT; fd++) {
		int flags = fcntl(fd, F_GETFD);
		if (flags < 0 || open_before[fd])
			continue;
		assert_int_equal(flags & FD_CLOEXEC, FD_CLOEXEC);
		ours++;
	}
	assert_true(ours >= 4);
	loop_free(loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_deferred_calls_run_in_order_of_asking),
		cmocka_unit_test(test_free_runs_what_is_deferred),
		cmocka_unit_test(test_stop_before_run_returns_at_once_and_only_once),
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_what_its_timers_defer_is_not_slept_over),
		cmocka_unit_test(test_many_loops_leave_no_descriptor),
		cmocka_unit_test(test_descriptors_close_on_exec),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
