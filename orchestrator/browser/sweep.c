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
#include "host/cgroup_cpuset.h"
#include "host/cgroup_group.h"
#include "host/proc.h"
#include "supervisor/group.h"

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

/* The two texts by which a process shows that it was started for one launch. The second is
 * for Chromium, whose rewritten title covers its environment. */
struct marks {
	char *home;    /* environment entry */
	char *profile; /* argument, whole or joined with others by blanks */
};

static bool file_of(pid_t pid, const char *name, char text[ENVIRONMENT_SIZE], size_t *length)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	ssize_t got = fs_read_small(path, text, ENVIRONMENT_SIZE);
	*length = got > 0 ? (size_t)got : 0;
	return got > 0;
}

static bool is_inhabitant(pid_t pid, const struct marks *marks)
{
	char text[ENVIRONMENT_SIZE];
	size_t length;
	if (file_of(pid, "environ", text, &length) && browser_environment_names(text, length, marks->home))
		return true;
	if (!file_of(pid, "cmdline", text, &length))
		return false;
	const char *at = memmem(text, length, marks->profile, strlen(marks->profile));
	return at && strchr(" ", at[strlen(marks->profile)]); /* a blank or the end */
}

/* Kills what was started for the launch; the number killed. */
static int kill_inhabitants(const struct marks *marks)
{
	/* All processes: in a container some have parent 0 without being process 1. */
	pid_t pids[DESCENDANTS_MAX * 8];
	int capacity = (int)(sizeof pids / sizeof *pids), killed = 0;
	int count = proc_descendants(0, pids, capacity);
	for (int i = 0; i < count && i < capacity; i++) {
		uint64_t start_ticks = proc_start_ticks(pids[i]);
		if (pids[i] != getpid() && is_inhabitant(pids[i], marks) &&
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

/* The launch's control groups, which only its supervisor would have removed: for its accounting, and for its processors. */
struct groups {
	struct cgroup_group accounting, cpuset; /* version 0: there is none */
};

static struct groups find_groups(const char *scratch)
{
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	struct groups groups = {0};
	struct cgroup_place place = cgroup_system();
	bool named = supervisor_group_name(scratch, name) == 0;
	if (!named || !cgroup_group_find(&place, name, &groups.accounting))
		groups.accounting.version = 0;
	if (!named || !cgroup_cpuset_find(&place, name, &groups.cpuset))
		groups.cpuset.version = 0;
	return groups;
}

static int kill_group(const struct cgroup_group *group)
{
	return group->version ? cgroup_group_kill(group) : 0;
}

static int remove_group(const struct cgroup_group *group, struct err *err)
{
	return group->version ? cgroup_group_remove(group->path, err) : 0;
}

/* A supervisor that still lives is at work on exactly this, or stopped; either way its end is
 * the end of its browser (parent-death signal). It is ours if its home is the scratch folder,
 * as its environment is the browser's. */
static int kill_all(pid_t browser, uint64_t start_ticks, const char *scratch,
	const struct groups *groups)
{
	struct marks marks = {mem_format("HOME=%s/home", scratch),
		mem_format("--user-data-dir=%s/profile", scratch)};
	int left = 1;
	for (int round = 0; round < ROUNDS && left > 0; round++) {
		left = kill_browser(browser, start_ticks) + kill_inhabitants(&marks) +
		       kill_group(&groups->accounting) + kill_group(&groups->cpuset);
		if (left > 0)
			nanosleep(&(struct timespec){0, ROUND_NS}, NULL);
	}
	free(marks.home);
	free(marks.profile);
	return left;
}

int browser_sweep(pid_t supervisor, pid_t browser, uint64_t start_ticks, const char *scratch,
	struct err *err)
{
	(void)supervisor; /* found by its home: its number may be another process's by now */
	struct groups groups = find_groups(scratch);
	if (kill_all(browser, start_ticks, scratch, &groups) > 0)
		return err_set(err, ERR_ENVIRONMENT,
			"processes of an earlier launch (%s) do not die; look at them with ps, or restart the machine",
			scratch);
	if (remove_group(&groups.accounting, err) || remove_group(&groups.cpuset, err))
		return -1;
	return browser_scratch_remove(scratch, err);
}
