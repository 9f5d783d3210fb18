/* What a dead supervisor left is ended; nothing else is. */
#include "browser/sweep.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#include <cmocka.h>

#include "browser/browser.h"
#include "browser/scratch.h"
#include "host/proc.h"
#include "scratch.h"
#include "supervisor/group.h"

#include "host/cgroup_cpuset.h"
#include "host/cpus.h"

static void test_environments(void **state)
{
	(void)state;
	static const char block[] = "PATH=/bin\0HOME=/s/1/home\0EMPTY=";
	size_t length = sizeof block; /* with the last terminator */
	assert_true(browser_environment_names(block, length, "HOME=/s/1/home"));
	assert_true(browser_environment_names(block, length - 1, "EMPTY="));
	assert_false(browser_environment_names(block, length, "HOME=/s/1/hom"));
	assert_false(browser_environment_names(block, length, "HOME=/s/1/home2"));
	assert_false(browser_environment_names(block, length, "OME=/s/1/home"));
	assert_false(browser_environment_names(block, 20, "HOME=/s/1/home"));
	assert_false(browser_environment_names("", 0, ""));
}

/* A shell that runs `script` under the given environment entry and extra argument, in a session
 * of its own. "read x" waits, without a child, for a pipe that this program never writes to. */
static pid_t start_shell(const char *script, const char *entry, const char *argument)
{
	int gate[2];
	assert_int_equal(pipe2(gate, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char *environment[] = {(char *)(uintptr_t)entry, NULL};
		setsid();
		dup2(gate[0], STDIN_FILENO);
		/* sh's further arguments are $0 and $1: they show in the command line only */
		execle("/bin/sh", "sh", "-c", script, "x", argument, (char *)NULL, environment);
		_exit(127);
	}
	close(gate[0]); /* the other end stays open until this program ends */
	/* Until exec it has our command line and environment. */
	char path[64], name[64] = "";
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	while (strcmp(name, "sh") != 0) {
		nanosleep(&(struct timespec){0, 1000000}, NULL);
		assert_true(fs_read_small(path, name, sizeof name) >= 0);
	}
	return pid;
}

static bool killed(pid_t pid)
{
	int status = 0;
	pid_t got = 0;
	for (int i = 0; i < 20 && got == 0; i++) {
		got = waitpid(pid, &status, WNOHANG);
		if (got == 0)
			nanosleep(&(struct timespec){0, 5000000}, NULL);
	}
	return got == pid && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	scratch_wait(pid);
}

static char *make_launch(const char *name)
{
	struct err err = {0};
	char *root = browser_scratch_root();
	char *path = mem_format("%s/sweep-%d-%s", root, (int)getpid(), name);
	free(root);
	if (browser_scratch_create(path, geteuid(), getegid(), &err))
		fail_msg("%s", err.text);
	return path;
}

static void test_kills_the_right_ones(void **state)
{
	(void)state;
	char *mine = make_launch("mine"), *other = make_launch("mine2");
	char *home = mem_format("HOME=%s/home", mine), *profile = mem_format("--user-data-dir=%s/profile", mine);
	char *other_home = mem_format("HOME=%s/home", other);
	char *longer = mem_format("--user-data-dir=%s/profile2", mine);
	char *joined = mem_format("--a %s --b", profile);
	const struct row {
		const char *about, *entry, *argument;
		bool recorded, wrong_start; /* named as the browser, by pid and start time */
		bool dies;
	} rows[] = {
		{"home", home, "x", false, false, true},
		{"profile", "A=b", profile, false, false, true},
		{"profile in a title", "A=b", joined, false, false, true},
		{"the recorded browser", "A=b", "x", true, false, true},
		{"a pid used again", "A=b", "x", true, true, false},
		{"another launch", other_home, "x", false, false, false},
		{"a name that only starts alike", "A=b", longer, false, false, false},
		{"a bystander", "A=b", "x", false, false, false},
	};
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct err err = {0};
		pid_t pid = start_shell("read x; :", rows[i].entry, rows[i].argument);
		uint64_t start = proc_start_ticks(pid);
		int result = browser_sweep(0, rows[i].recorded ? pid : 0,
			rows[i].wrong_start ? start + 1 : start, mine, &err);
		if (result)
			fail_msg("%s: %s", rows[i].about, err.text);
		assert_false(fs_exists(mine));
		assert_true(fs_is_folder(other));
		if (killed(pid) != rows[i].dies)
			fail_msg("%s", rows[i].about);
		if (!rows[i].dies)
			end(pid);
	}
	assert_int_equal(browser_scratch_remove(other, NULL), 0);
	free(mine);
	free(other);
	free(home);
	free(profile);
	free(other_home);
	free(longer);
	free(joined);
}

static void test_the_browsers_descendants_die_too(void **state)
{
	(void)state;
	char *mine = make_launch("tree");
	pid_t pid = start_shell("sleep 1000; :", "A=b", "x"), child = 0;
	while (proc_descendants(pid, &child, 1) == 0)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	uint64_t child_start = proc_start_ticks(child);
	assert_int_equal(browser_sweep(0, pid, proc_start_ticks(pid), mine, NULL), 0);
	assert_true(killed(pid));
	for (int i = 0; i < 1000 && proc_start_ticks(child) == child_start; i++)
		nanosleep(&(struct timespec){0, 1000000}, NULL);
	char path[64], line[16];
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)child);
	assert_true(fs_read_small(path, line, sizeof line) <= 0); /* gone, or a zombie of its new parent */
	free(mine);
}

/* A group as the launch's supervisor would have made it; false where none can be made. */
static bool make_group(const char *launch, struct cgroup_group *group)
{
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	struct cgroup_place place = cgroup_system();
	assert_int_equal(supervisor_group_name(launch, name), 0);
	return cgroup_group_make(&place, name, group, NULL) == 0;
}

static pid_t start_in_group(const struct cgroup_group *group)
{
	pid_t pid = start_shell("read x; :", "A=b", "x");
	char text[16];
	int fd = cgroup_group_open(group), length = snprintf(text, sizeof text, "%d", (int)pid);
	assert_int_equal(write(fd, text, (size_t)length), length);
	close(fd);
	return pid;
}

/* What has neither home nor profile of the launch any more is still in its group. */
static void test_the_group_and_who_is_in_it_go_too(void **state)
{
	(void)state;
	struct err err = {0};
	struct cgroup_group group, other_group;
	char *mine = make_launch("group"), *other = make_launch("group2");
	if (make_group(mine, &group)) {
		assert_true(make_group(other, &other_group));
		pid_t inside = start_in_group(&group), outside = start_in_group(&other_group);
		if (browser_sweep(0, 0, 0, mine, &err))
			fail_msg("%s", err.text);
		assert_false(fs_exists(group.path));
		assert_true(killed(inside));
		assert_true(fs_exists(other_group.path));
		assert_int_equal(kill(outside, 0), 0);
		assert_int_equal(browser_sweep(0, 0, 0, other, &err), 0);
		assert_true(killed(outside));
		assert_false(fs_exists(other_group.path));
	} else {
		assert_int_equal(browser_sweep(0, 0, 0, mine, &err), 0);
		assert_int_equal(browser_sweep(0, 0, 0, other, &err), 0);
	}
	free(mine);
	free(other);
}

/* The group with a launch's processors, which in version 1 is another one, and who is in that alone. */
static void test_the_group_with_the_processors_goes_too(void **state)
{
	(void)state;
	char name[SUPERVISOR_GROUP_NAME_SIZE], *mine = make_launch("cpuset"), *cpus = cpus_of(0);
	struct cgroup_place place = cgroup_system();
	struct cgroup parent;
	struct cgroup_group cpuset;
	const struct cgroup_group none = {0};
	struct err err = {0};
	assert_int_equal(supervisor_group_name(mine, name), 0);
	bool there = cgroup_find_v1(&place, "cpuset", &parent) && access(parent.path, W_OK) == 0;
	pid_t inside = 0;
	if (there) {
		if (cgroup_cpuset_make(&place, name, &none, cpus, &cpuset, &err))
			fail_msg("%s", err.text);
		inside = start_in_group(&cpuset);
	}
	if (browser_sweep(0, 0, 0, mine, &err))
		fail_msg("%s", err.text);
	if (there) {
		assert_true(killed(inside));
		assert_false(fs_exists(cpuset.path));
	}
	free(cpus);
	free(mine);
}

static void test_refuses_other_folders(void **state)
{
	(void)state;
	struct err err = {0};
	char *folder = scratch_make("sweep");
	assert_int_equal(browser_sweep(0, 0, 0, folder, &err), -1);
	assert_int_equal(err.code, ERR_INVALID);
	assert_true(fs_is_folder(folder));
	scratch_remove(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_environments),
		cmocka_unit_test(test_kills_the_right_ones),
		cmocka_unit_test(test_the_browsers_descendants_die_too),
		cmocka_unit_test(test_the_group_and_who_is_in_it_go_too),
		cmocka_unit_test(test_the_group_with_the_processors_goes_too),
		cmocka_unit_test(test_refuses_other_folders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
