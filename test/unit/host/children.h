/* Children for the tests of host/: they wait to be killed, or burn CPU time.
 *
 * Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_CHILDREN_H
#define WASMOGRAPH_TEST_CHILDREN_H

#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <time.h>

#include "scratch.h"

/* Forks a child that runs body(argument), tells us so, and then waits to be killed.
 * Returns when body has run. */
static inline pid_t child_start(void (*body)(void *), void *argument)
{
	int ends[2];
	char byte;
	assert_int_equal(pipe(ends), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		close(ends[0]);
		if (body)
			body(argument);
		/* A failed test must leave nobody behind. After body: setuid would clear it. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(ends[1], "r", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[0]);
	return pid;
}

static inline void child_kill(pid_t pid)
{
	kill(pid, SIGKILL);
	int status = scratch_wait(pid);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Uses `ms` of CPU time, however long that takes. */
static inline void burn_cpu(int ms)
{
	struct timespec used;
	struct timespec start;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
	while ((used.tv_sec - start.tv_sec) * 1000 + (used.tv_nsec - start.tv_nsec) / 1000000 < ms);
}

#endif
