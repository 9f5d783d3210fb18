/* Threads that sleep, run and are stopped, as /proc shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>

#include "host/children.h"
#include "host/proc.h"
#include "host/proc_threads.h"

static void *run_for_ever(void *unused)
{
	(void)unused;
	prctl(PR_SET_NAME, "a runner");
	for (volatile int i = 0;; i++)
		;
	return NULL;
}

static void start_runner(void *unused)
{
	(void)unused;
	pthread_t thread;
	if (pthread_create(&thread, NULL, run_for_ever, NULL))
		_exit(1);
}

static const struct proc_thread *find(const struct proc_thread *threads, int count, const char *name)
{
	for (int i = 0; i < count; i++)
		if (strcmp(threads[i].stat.name, name) == 0)
			return &threads[i];
	return NULL;
}

/* Looks until the thread has its name and the state that is waited for, and the main thread its own. */
static void await(pid_t pid, char main_state, char runner_state)
{
	struct proc_thread threads[8];
	for (;;) {
		int count = proc_threads(pid, threads, 8);
		const struct proc_thread *runner = find(threads, count, "a runner");
		if (runner && runner->stat.state == runner_state && proc_state(pid) == main_state) {
			assert_int_equal(count, 2);
			assert_int_not_equal(runner->tid, pid);
			return;
		}
		usleep(1000);
	}
}

static void tells_threads_apart(void **state)
{
	(void)state;
	pid_t pid = child_start(start_runner, NULL);
	await(pid, 'S', 'R');
	kill(pid, SIGSTOP);
	await(pid, 'T', 'T');
	kill(pid, SIGCONT);
	await(pid, 'S', 'R');
	child_kill(pid);
	assert_int_equal(proc_threads(pid, NULL, 0), 0);
	assert_int_equal(proc_state(pid), '\0');
}

/* It has a processor or waits for one all the time, whatever else runs: at least as long as it ran. */
static void tells_what_threads_wanted(void **state)
{
	(void)state;
	pid_t pid = child_start(start_runner, NULL);
	int64_t had_us = 0;
	while (had_us < 100000) {
		usleep(1000);
		had_us = proc_tree_cpu_us(pid);
	}
	assert_true(proc_threads_wanted_us(pid) + 20000 >= had_us); /* that is told in steps of 10 ms */
	kill(pid, SIGSTOP);
	await(pid, 'T', 'T');
	int64_t stopped_us = proc_threads_wanted_us(pid);
	usleep(50000);
	assert_int_equal(proc_threads_wanted_us(pid), stopped_us);
	child_kill(pid);
	assert_int_equal(proc_threads_wanted_us(pid), 0);
}

static void writes_no_more_than_fits(void **state)
{
	(void)state;
	pid_t pid = child_start(start_runner, NULL);
	struct proc_thread threads[2] = {{0}, {.tid = -7}};
	assert_int_equal(proc_threads(pid, threads, 1), 1);
	assert_int_equal(threads[1].tid, -7);
	child_kill(pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_threads_apart),
		cmocka_unit_test(tells_what_threads_wanted),
		cmocka_unit_test(writes_no_more_than_fits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
