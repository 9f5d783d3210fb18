#include "browser/sweep.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "browser/browser.h"
#include "browser/scratch.h"
#include "host/proc.h"

/* 200 rounds of 10 ms: a killed browser is gone after some 30. */
enum { ROUNDS = 200, ROUND_NS = 10000000, DESCENDANTS_MAX = 1024, ENVIRONMENT_SIZE = 64 * 1024 };

bool browser_environment_names(const char *environment, size_t length, const char *entry)
{
	size_t wanted = strlen(entry);
	for (size_t at = 0; at < length;) {
		size_t size = strnlen(environment + at, length - at);
		if (size == wanted && memcmp(environment + at, entry, size) == 0)
			return true;
		at += size + 1;
	}
	return false;
}

static bool lives_in(pid_t pid, const char *home)
{
	char path[64], environment[ENVIRONMENT_SIZE];
	snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
	ssize_t length = fs_read_small(path, environment, sizeof environment);
	return length > 0 && browser_environment_names(environment, (size_t)length, home);
}

/* Kills what has the scratch folder as its home: only what was started for that launch does.
 * The number killed. */
static int kill_inhabitants(const char *home)
{
	/* All processes: in a container some have parent 0 without being process 1. */
	pid_t pids[DESCENDANTS_MAX * 8];
	int capacity = (int)(sizeof pids / sizeof *pids), killed = 0;
	int count = proc_descendants(0, pids, capacity);
	for (int i = 0; i < count && i < capacity; i++) {
		uint64_t start_ticks = proc_start_ticks(pids[i]);
		if (pids[i] != getpid() && lives_in(pids[i], home) &&
		    proc_kill_exact(pids[i], start_ticks) == 0)
			killed++;
	}
	return killed;
}

/* Not a zombie, whose parent may never reap it: that has no command line any more. */
static bool is_running(pid_t pid)
{
	char path[64], line[16];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	return fs_read_small(path, line, sizeof line) > 0;
}

/* The browser and what is below it, which must be known before the parent dies. */
static int kill_browser(pid_t browser, uint64_t start_ticks)
{
	if (browser <= 0 || start_ticks == 0 || proc_start_ticks(browser) != start_ticks ||
	    !is_running(browser))
		return 0;
	pid_t pids[DESCENDANTS_MAX];
	uint64_t starts[DESCENDANTS_MAX];
	int count = proc_descendants(browser, pids, DESCENDANTS_MAX);
	count = count < DESCENDANTS_MAX ? count : DESCENDANTS_MAX;
	for (int i = 0; i < count; i++)
		starts[i] = proc_start_ticks(pids[i]);
	proc_kill_exact(browser, start_ticks);
	for (int i = 0; i < count; i++)
		proc_kill_exact(pids[i], starts[i]);
	return count + 1;
}

/* A supervisor that still lives is at work on exactly this, or stopped; either way its end is
 * the end of its browser (parent-death signal). It is ours if its home is the scratch folder,
 * as its environment is the browser's. */
static int kill_all(pid_t browser, uint64_t start_ticks, const char *scratch)
{
	char *home = mem_format("HOME=%s/home", scratch);
	int left = 1;
	for (int round = 0; round < ROUNDS && left > 0; round++) {
		left = kill_browser(browser, start_ticks) + kill_inhabitants(home);
		if (left > 0)
			nanosleep(&(struct timespec){0, ROUND_NS}, NULL);
	}
	free(home);
	return left;
}

int browser_sweep(pid_t supervisor, pid_t browser, uint64_t start_ticks, const char *scratch,
	struct err *err)
{
	(void)supervisor; /* found by its home: its number may be another process's by now */
	if (kill_all(browser, start_ticks, scratch) > 0)
		return err_set(err, ERR_ENVIRONMENT,
			"processes of an earlier launch (%s) do not die; look at them with ps, or restart the machine",
			scratch);
	return browser_scratch_remove(scratch, err);
}
