/* The embedded program can be executed, and its absence is told. */
#include "supervisor/image.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void test_it_runs(void **state)
{
	(void)state;
	int fd = supervisor_image_open();
#ifdef __SANITIZE_ADDRESS__
	assert_int_equal(fd, -1);
	return;
#endif
	assert_true(fd >= 0);
	assert_int_equal(fcntl(fd, F_GETFD), FD_CLOEXEC);
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	pid_t child = fork();
	if (child == 0) {
		/* One that no daemon started refuses (supervise.h). */
		execl(path, "wasmograph", "supervise", (char *)NULL);
		_exit(127);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	close(fd);
}

static void test_no_room_for_it(void **state)
{
	(void)state;
	struct rlimit before, little;
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	little = before;
	little.rlim_cur = 1000;
	signal(SIGXFSZ, SIG_IGN);
	int lowest = dup(STDERR_FILENO);
	close(lowest);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	int fd = supervisor_image_open();
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(fd, -1);
	assert_int_equal(fcntl(lowest, F_GETFD), -1); /* nor is a descriptor left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_runs),
		cmocka_unit_test(test_no_room_for_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
