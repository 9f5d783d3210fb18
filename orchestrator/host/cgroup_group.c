#include "host/cgroup_group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"

enum { FILE_PATH_SIZE = CGROUP_PATH_SIZE + 64, MEMBERS_SIZE = 64 * 1024, DEPTH_MAX = 32 };

/* A dead process leaves its group some ms after it was reaped. */
enum { REMOVE_ROUNDS = 100, REMOVE_PAUSE_NS = 10000000 };

static bool is_our_name(const char *name)
{
	return strncmp(name, CGROUP_GROUP_PREFIX, sizeof CGROUP_GROUP_PREFIX - 1) == 0 &&
	       !strchr(name, '/');
}

static bool join(char *out, size_t size, const char *folder, const char *name)
{
	int length = snprintf(out, size, "%s/%s", folder, name);
	return length >= 0 && (size_t)length < size;
}

/* ---- making one ---- */

/* Pressure accounting costs a little at every task switch and tells nobody here anything; kernels before 6.1
 * have no such switch. */
static void stop_pressure_accounting(const struct cgroup_group *group)
{
	char path[FILE_PATH_SIZE];
	if (!join(path, sizeof path, group->path, "cgroup.pressure"))
		return;
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t ignored = write(fd, "0", 1);
	(void)ignored;
	close(fd);
}

static bool make_below(const struct cgroup *parent, const char *name, struct cgroup_group *group)
{
	errno = ENAMETOOLONG;
	if (!join(group->path, sizeof group->path, parent->path, name) || mkdir(group->path, 0755) < 0)
		return false;
	group->version = parent->version;
	return true;
}

int cgroup_group_make(const struct cgroup_place *place, const char *name, struct cgroup_group *group,
	struct err *err)
{
	struct cgroup parent;
	const char *why[2] = {"not mounted", "not mounted"};
	*group = (struct cgroup_group){0};
	if (!is_our_name(name))
		return err_set(err, ERR_INVALID, "'%s' is no name of a control group of ours", name);
	if (cgroup_find_v2(place, &parent)) {
		if (make_below(&parent, name, group)) {
			stop_pressure_accounting(group);
			return 0;
		}
		why[0] = strerrordesc_np(errno);
	}
	if (cgroup_find_v1(place, "cpuacct", &parent)) {
		if (make_below(&parent, name, group))
			return 0;
		why[1] = strerrordesc_np(errno);
	}
	return err_set(err, ERR_ENVIRONMENT, "no control group can be made (version 2: %s; version 1: %s)",
		why[0], why[1]);
}

/* ---- members ---- */

int cgroup_group_open(const struct cgroup_group *group)
{
	char path[FILE_PATH_SIZE];
	join(path, sizeof path, group->path, "cgroup.procs");
	return open(path, O_WRONLY | O_CLOEXEC);
}

bool cgroup_group_enter(int fd)
{
	return write(fd, "0", 1) == 1;
}

/* One of the lines "ID:CONTROLLERS:PATH" ends in the group's name, which is nobody else's. */
bool cgroup_group_holds(const struct cgroup_group *group, pid_t pid)
{
	char path[64], text[4096];
	const char *name = strrchr(group->path, '/');
	snprintf(path, sizeof path, "/proc/%d/cgroup", (int)pid);
	if (!name || fs_read_small(path, text, sizeof text) <= 0)
		return false;
	size_t length = strlen(name);
	for (const char *at = text; (at = strstr(at, name)); at++)
		if (at[length] == '\n' || at[length] == '/' || at[length] == '\0')
			return true;
	return false;
}

const char *cgroup_group_usage_file(int version)
{
	return version == 1 ? "cpuacct.usage" : "cpu.stat";
}

int cgroup_group_kill(const struct cgroup_group *group)
{
	char path[FILE_PATH_SIZE], text[MEMBERS_SIZE];
	int count = 0;
	if (!is_our_name(strrchr(group->path, '/') + 1) ||
	    !join(path, sizeof path, group->path, "cgroup.procs") ||
	    fs_read_small(path, text, sizeof text) <= 0)
		return 0;
	for (char *at = text, *end; ; at = end) {
		pid_t pid = (pid_t)strtol(at, &end, 10);
		if (end == at)
			return count;
		/* 0: a process of a pid namespace that is not below ours */
		if (pid > 1 && kill(pid, SIGKILL) == 0)
			count++;
	}
}

/* ---- removing ---- */

int cgroup_group_remove(const char *path, struct err *err)
{
	const char *name = strrchr(path, '/');
	if (!name || !is_our_name(name + 1))
		return err_set(err, ERR_INVALID, "'%s' is no control group of ours", path);
	for (int round = 0; rmdir(path) < 0; round++) {
		if (errno == ENOENT)
			return 0;
		if (errno != EBUSY || round == REMOVE_ROUNDS)
			return err_set_errno(err, errno == EBUSY ? ERR_BUSY : ERR_ENVIRONMENT, errno,
				"cannot remove the control group %s", path);
		nanosleep(&(struct timespec){0, REMOVE_PAUSE_NS}, NULL);
	}
	return 0;
}

static bool find_below(const char *folder, const char *name, int depth, char *out, size_t size)
{
	bool found = join(out, size, folder, name) && access(out, F_OK) == 0;
	DIR *entries = found || depth > DEPTH_MAX ? NULL : opendir(folder);
	const struct dirent *entry;
	while (!found && entries && (entry = readdir(entries))) {
		char below[CGROUP_PATH_SIZE];
		if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
		    join(below, sizeof below, folder, entry->d_name))
			found = find_below(below, name, depth + 1, out, size);
	}
	if (entries)
		closedir(entries);
	return found;
}

bool cgroup_group_find_in(const struct cgroup *hierarchy, const char *name, struct cgroup_group *group)
{
	char mount[CGROUP_PATH_SIZE];
	if (!is_our_name(name))
		return false;
	snprintf(mount, sizeof mount, "%.*s", (int)hierarchy->mount_length, hierarchy->path);
	group->version = hierarchy->version;
	return find_below(mount, name, 0, group->path, sizeof group->path);
}

bool cgroup_group_find(const struct cgroup_place *place, const char *name, struct cgroup_group *group)
{
	struct cgroup hierarchy;
	return (cgroup_find_v2(place, &hierarchy) && cgroup_group_find_in(&hierarchy, name, group)) ||
	       (cgroup_find_v1(place, "cpuacct", &hierarchy) && cgroup_group_find_in(&hierarchy, name, group));
}
