#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "host/cgroup.h"
#include "host/children.h"

struct file {
	const char *name, *text;
};

/* Machines as they are found: the files below FOLDER, and what follows from them. */
static const struct machine {
	const char *about;
	struct file files[12]; /* "self" is /proc/self/cgroup, "sys/…" the mount */
	int version;
	const char *path; /* of "cpu", below the mount */
	double cpu_limit;
	int64_t memory_limit, process_limit, throttled;
} machines[] = {
	{"version 2, limited at two levels",
		{{"self", "0::/user.slice/job\n"}, {"sys/cgroup.controllers", "cpu memory pids\n"},
			{"sys/user.slice/cpu.max", "150000 100000\n"},
			{"sys/user.slice/cpu.stat", "usage_usec 5\nnr_periods 9\nnr_throttled 4\n"},
			{"sys/user.slice/memory.max", "1000\n"}, {"sys/user.slice/pids.max", "77\n"},
			{"sys/user.slice/job/cpu.max", "max 100000\n"},
			{"sys/user.slice/job/cpu.stat", "usage_usec 5\nnr_throttled 3\n"},
			{"sys/user.slice/job/memory.max", "2000\n"}, {"sys/user.slice/job/pids.max", "max\n"}},
		2, "/user.slice/job", 1.5, 1000, 77, 7},
	{"version 2, no limits, the root group",
		{{"self", "0::/\n"}, {"sys/cgroup.controllers", "cpu\n"}, {"sys/cpu.stat", "usage_usec 5\n"}},
		2, "", -1, -1, -1, -1},
	{"version 1, one controller a folder",
		{{"self", "3:cpu,cpuacct:/a/b\n2:memory:/\n1:name=systemd:/x\n0::/\n"},
			{"sys/cpu/cpu.cfs_quota_us", "-1\n"}, {"sys/cpu/cpu.cfs_period_us", "100000\n"},
			{"sys/cpu/cpu.stat", "nr_periods 0\nnr_throttled 0\nthrottled_time 0\n"},
			{"sys/cpu/a/b/cpu.cfs_quota_us", "50000\n"}, {"sys/cpu/a/b/cpu.cfs_period_us", "100000\n"},
			{"sys/cpu/a/b/cpu.stat", "nr_throttled 12\n"},
			{"sys/memory/memory.limit_in_bytes", "9223372036854771712\n"}, {"sys/pids/pids.max", "9\n"}},
		1, "/cpu/a/b", 0.5, -1, -1, 12},
	{"hybrid: memory in version 1, the rest in version 2",
		{{"self", "4:memory:/m\n0::/u\n"}, {"sys/unified/cgroup.controllers", "cpu\n"},
			{"sys/unified/u/cpu.max", "200000 100000\n"}, {"sys/unified/u/cpu.stat", "nr_throttled 1\n"},
			{"sys/memory/m/memory.limit_in_bytes", "4096\n"}},
		2, "/unified/u", 2, 4096, -1, 1},
	{"a container that sees the host's path but not its folder",
		{{"self", "0::/docker/0123\n"}, {"sys/cgroup.controllers", "cpu\n"},
			{"sys/cpu.max", "300000 100000\n"}, {"sys/cpu.stat", "nr_throttled 2\n"}},
		2, "", 3, -1, -1, 2},
	{"a path above the namespace's root",
		{{"self", "0::/../..\n"}, {"sys/cgroup.controllers", "cpu\n"}, {"sys/cpu.max", "100000 100000\n"}},
		2, "", 1, -1, -1, -1},
	{"damaged files",
		{{"self", "garbage\n:\n::\n0::/a\n"}, {"sys/cgroup.controllers", ""}, {"sys/a/cpu.max", "no number\n"},
			{"sys/a/memory.max", "\n"}, {"sys/a/cpu.stat", "nr_throttled\n"}},
		2, "/a", -1, -1, -1, -1},
	{"no control groups", {{"self", "\n"}, {"sys/x", ""}}, 0, NULL, -1, -1, -1, -1},
	{"nothing at all", {{"x", ""}}, 0, NULL, -1, -1, -1, -1},
};

static void reads_machines(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof machines[0]; i++) {
		const struct machine *m = &machines[i];
		char *folder = scratch_make("cgroup");
		for (const struct file *file = m->files; file->name; file++)
			scratch_write(folder, file->name, file->text);
		char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
		struct cgroup_place place = {.membership = self, .mount = sys};
		struct cgroup cgroup = {0};
		bool found = cgroup_find(&place, "cpu", &cgroup);
		print_message("%s\n", m->about);
		assert_int_equal(found, m->path != NULL);
		if (found) {
			assert_int_equal(cgroup.version, m->version);
			char *expected = mem_format("%s%s", sys, m->path);
			assert_string_equal(cgroup.path, expected);
			free(expected);
		}
		assert_true(cgroup_cpu_limit(&place) == m->cpu_limit);
		assert_int_equal(cgroup_memory_limit(&place), m->memory_limit);
		assert_int_equal(cgroup_process_limit(&place), m->process_limit);
		assert_int_equal(cgroup_throttled(&place), m->throttled);
		free(self);
		free(sys);
		scratch_remove(folder);
	}
}

/* Another group's kills, above, below or beside ours, are not our browser's. */
static void counts_out_of_memory_kills_of_our_own_group(void **state)
{
	(void)state;
	static const struct row {
		struct file files[6];
		int64_t kills;
	} rows[] = {
		{{{"self", "4:memory:/m\n0::/u\n"},
			{"sys/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 9\n"},
			{"sys/memory/m/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n"},
			{"sys/memory/m/n/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 7\n"}}, 2},
		{{{"self", "4:memory:/m\n"}, {"sys/memory/m/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n"}}, -1},
		{{{"self", "0::/a\n"}, {"sys/cgroup.controllers", "memory\n"},
			{"sys/a/memory.events", "low 0\noom 4\noom_kill 4\n"},
			{"sys/a/memory.events.local", "low 0\noom 3\noom_kill 3\noom_group_kill 0\n"}}, 3},
		{{{"self", "0::/a\n"}, {"sys/cgroup.controllers", "memory\n"},
			{"sys/a/memory.events", "low 0\noom 4\noom_kill 4\n"}}, 4},
		{{{"self", "0::/\n"}, {"sys/cgroup.controllers", "memory\n"}}, -1},
		{{{"self", "\n"}}, -1},
	};
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *folder = scratch_make("cgroup");
		for (const struct file *file = rows[i].files; file->name; file++)
			scratch_write(folder, file->name, file->text);
		char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
		struct cgroup_place place = {.membership = self, .mount = sys};
		assert_int_equal(cgroup_oom_kills(&place), rows[i].kills);
		free(self);
		free(sys);
		scratch_remove(folder);
	}
}

static void long_paths_fall_back_to_the_mount(void **state)
{
	(void)state;
	char *folder = scratch_make("cgroup"), *line = mem_alloc_zero(3000, 1);
	memcpy(line, "0::/", 4);
	memset(line + 4, 'a', 2000);
	scratch_write(folder, "self", line);
	scratch_write(folder, "sys/cgroup.controllers", "");
	char *self = fs_join(folder, "self"), *sys = fs_join(folder, "sys");
	struct cgroup_place place = {.membership = self, .mount = sys};
	struct cgroup cgroup;
	assert_false(cgroup_find(&place, "cpu", &cgroup) && strlen(cgroup.path) != strlen(sys));
	free(self);
	free(sys);
	free(line);
	scratch_remove(folder);
}

static bool put(const char *folder, const char *name, const char *text)
{
	char *path = fs_join(folder, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	if (fd >= 0)
		close(fd);
	free(path);
	return done;
}

/* In a child that has put itself into a real group of a tenth of a CPU. */
static int be_throttled(const struct cgroup *group)
{
	struct cgroup_place place = cgroup_system();
	bool limited = group->version == 1
		? put(group->path, "cpu.cfs_period_us", "20000") && put(group->path, "cpu.cfs_quota_us", "2000")
		: put(group->path, "cpu.max", "2000 20000");
	if (!limited || !put(group->path, "cgroup.procs", "0"))
		return 77;
	int64_t before = cgroup_throttled(&place);
	if (fabs(cgroup_cpu_limit(&place) - 0.1) > 1e-9)
		return 1;
	burn_cpu(30); /* fifteen quotas */
	return cgroup_throttled(&place) > before ? 0 : 2;
}

static void a_real_group_throttles(void **state)
{
	(void)state;
	struct cgroup_place place = cgroup_system();
	struct cgroup group;
	if (!cgroup_find(&place, "cpu", &group)) {
		skip();
		return;
	}
	char *path = mem_format("%s/wasmograph-test-%d", group.path, (int)getpid());
	snprintf(group.path, sizeof group.path, "%s", path);
	if (mkdir(path, 0755) < 0) {
		free(path);
		skip(); /* takes root and a writable hierarchy */
		return;
	}
	pid_t pid = fork();
	if (pid == 0)
		_exit(be_throttled(&group));
	int status = scratch_wait(pid);
	/* the kernel needs a moment to take the dead out of the group */
	for (int i = 0; rmdir(path) < 0 && i < 100; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_machines),
		cmocka_unit_test(counts_out_of_memory_kills_of_our_own_group),
		cmocka_unit_test(long_paths_fall_back_to_the_mount),
		cmocka_unit_test(a_real_group_throttles),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
