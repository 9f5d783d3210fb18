/* Starts test/browser/fake_browser.py as a CDP server with one behaviour, and ends it.
 *
 * The repository is found by WASMOGRAPH_SOURCE, else it is the current folder. The fake dies
 * with the test. Ownership: the struct is the test's; fake_stop() leaves nothing behind. */
#ifndef WASMOGRAPH_TEST_SUPPORT_FAKE_H
#define WASMOGRAPH_TEST_SUPPORT_FAKE_H

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

struct fake {
	pid_t pid;
	char folder[64];
	int port;
	char path[128];
};

/* Reads the two lines of a DevToolsActivePort file; false when it is not there (yet). */
static inline bool fake_read_endpoint(const char *file_path, int *port, char *path, size_t size)
{
	FILE *file = fopen(file_path, "r");
	if (!file)
		return false;
	bool whole = fscanf(file, "%d\n", port) == 1 && fgets(path, (int)size, file);
	fclose(file);
	path[strcspn(path, "\n")] = '\0';
	return whole;
}

/* Waits for the endpoint of process `pid`, which must not end before. */
static inline void fake_await_endpoint(const char *file_path, pid_t pid, int *port, char *path, size_t size)
{
	enum { PATIENCE = 30 * 100 }; /* of 10 ms: a loaded machine is no failure */
	for (int i = 0; i < PATIENCE; i++) {
		if (fake_read_endpoint(file_path, port, path, size))
			return;
		if (waitpid(pid, NULL, WNOHANG) == pid)
			fail_msg("the process ended before it wrote %s", file_path);
		usleep(10000);
	}
	fail_msg("%s did not appear", file_path);
}

static inline void fake_start(struct fake *fake, const char *behaviour)
{
	const char *source = getenv("WASMOGRAPH_SOURCE");
	char program[512], port_file[128];
	snprintf(program, sizeof program, "%s/test/browser/fake_browser.py", source ? source : ".");
	snprintf(fake->folder, sizeof fake->folder, "/tmp/wasmograph-fake-XXXXXX");
	assert_non_null(mkdtemp(fake->folder));
	snprintf(port_file, sizeof port_file, "%s/port", fake->folder);
	fake->pid = fork();
	assert_true(fake->pid >= 0);
	if (fake->pid == 0) {
		execl("/usr/bin/python3", "python3", program, "--behaviour", behaviour, "--port-file",
			port_file, (char *)NULL);
		_exit(127);
	}
	fake_await_endpoint(port_file, fake->pid, &fake->port, fake->path, sizeof fake->path);
}

static inline void fake_stop(struct fake *fake)
{
	char port_file[128];
	snprintf(port_file, sizeof port_file, "%s/port", fake->folder);
	kill(fake->pid, SIGKILL);
	waitpid(fake->pid, NULL, 0);
	unlink(port_file);
	rmdir(fake->folder);
}

#endif
