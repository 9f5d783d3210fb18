#include "host/cgroup_cpuset.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"

enum { FILE_PATH_SIZE = CGROUP_PATH_SIZE + 64, TEXT_SIZE = 4096 };

static const char controller[] = "cpuset";

/* ---- files ---- */

/* A line without its end; false when there is no such file. An empty file is an empty line. */
static bool read_line(const char *folder, const char *name, char text[TEXT_SIZE])
{
	char path[FILE_PATH_SIZE];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	if (fs_read_small(path, text, TEXT_SIZE) < 0)
		return false;
	text[strcspn(text, "\n")] = '\0';
	return true;
}

static int write_line(const char *folder, const char *name, const char *text, struct err *err)
{
	char path[FILE_PATH_SIZE];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot open %s", path);
	ssize_t length = (ssize_t)strlen(text);
	int result = write(fd, text, (size_t)length) == length ? 0
		: err_set_errno(err, ERR_ENVIRONMENT, errno, "cannot write \"%s\" to %s", text, path);
	close(fd);
	return result;
}

static bool has_word(const char *text, const char *word)
{
	size_t length = strlen(word);
	for (const char *at = text; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
		if (strcspn(at, " ") == length && strncmp(at, word, length) == 0)
			return true;
	}
	return false;
}

/* The kernel cuts down what is asked for without a word, or refuses it. */
static int check_effective(const struct cgroup_group *cpuset, const char *file, const char *cpus, struct err *err)
{
	char now[TEXT_SIZE];
	if (read_line(cpuset->path, file, now) && strcmp(now, cpus) == 0)
		return 0;
	return err_set(err, ERR_ENVIRONMENT, "not all of the processors %s can be had in %s", cpus, cpuset->path);
}

/* ---- version 1 ---- */

/* The group needs nodes of memory before anybody can enter: its parent's. */
static int fill_v1(const struct cgroup *parent, const struct cgroup_group *cpuset, const char *cpus, struct err *err)
{
	char nodes[TEXT_SIZE];
	if (!read_line(parent->path, "cpuset.effective_mems", nodes) && !read_line(parent->path, "cpuset.mems", nodes))
		return err_set(err, ERR_ENVIRONMENT, "%s has no nodes of memory", parent->path);
	return write_line(cpuset->path, "cpuset.mems", nodes, err) || write_line(cpuset->path, "cpuset.cpus", cpus, err)
		|| check_effective(cpuset, "cpuset.cpus", cpus, err) ? -1 : 0;
}

static int make_v1(const struct cgroup *parent, const char *name, const char *cpus, struct cgroup_group *cpuset, struct err *err)
{
	int length = snprintf(cpuset->path, sizeof cpuset->path, "%s/%s", parent->path, name);
	if (length < 0 || (size_t)length >= sizeof cpuset->path || mkdir(cpuset->path, 0755) < 0)
		return err_set_errno(err, ERR_ENVIRONMENT, length < (int)sizeof cpuset->path ? errno : ENAMETOOLONG,
			"no group can be made below %s", parent->path);
	cpuset->version = 1;
	if (fill_v1(parent, cpuset, cpus, err) == 0)
		return 0;
	cgroup_group_remove(cpuset->path, NULL);
	return -1;
}

/* ---- version 2 ---- */

/* Only the hierarchy's root has no type. */
static bool is_root(const char *folder)
{
	char text[TEXT_SIZE];
	return !read_line(folder, "cgroup.type", text);
}

static int hand_down(const char *parent, struct err *err)
{
	char text[TEXT_SIZE];
	if (read_line(parent, "cgroup.subtree_control", text) && has_word(text, controller))
		return 0;
	if (!read_line(parent, "cgroup.controllers", text) || !has_word(text, controller))
		return err_set(err, ERR_ENVIRONMENT, "%s has no cpuset controller", parent);
	if (!is_root(parent))
		return err_set(err, ERR_ENVIRONMENT, "%s does not hand the cpuset controller down", parent);
	return write_line(parent, "cgroup.subtree_control", "+cpuset", err);
}

static int make_v2(const struct cgroup_group *accounting, const char *cpus, struct cgroup_group *cpuset, struct err *err)
{
	char parent[CGROUP_PATH_SIZE];
	snprintf(parent, sizeof parent, "%.*s", (int)(strrchr(accounting->path, '/') - accounting->path), accounting->path);
	if (hand_down(parent, err) || write_line(accounting->path, "cpuset.cpus", cpus, err))
		return -1;
	*cpuset = *accounting;
	if (check_effective(cpuset, "cpuset.cpus.effective", cpus, err) == 0)
		return 0;
	write_line(accounting->path, "cpuset.cpus", "\n", NULL); /* the parent's again */
	return -1;
}

/* ---- either ---- */

int cgroup_cpuset_make(const struct cgroup_place *place, const char *name, const struct cgroup_group *accounting,
	const char *cpus, struct cgroup_group *cpuset, struct err *err)
{
	struct cgroup parent;
	int result;
	*cpuset = (struct cgroup_group){0};
	if (cgroup_find_v1(place, controller, &parent))
		result = make_v1(&parent, name, cpus, cpuset, err);
	else if (accounting->version == 2)
		result = make_v2(accounting, cpus, cpuset, err);
	else
		result = err_set(err, ERR_ENVIRONMENT, "no hierarchy with the cpuset controller is mounted");
	if (result)
		*cpuset = (struct cgroup_group){0};
	return result;
}

bool cgroup_cpuset_holds(const struct cgroup_group *cpuset, pid_t pid)
{
	char membership[64];
	struct cgroup found;
	struct cgroup_place place = cgroup_system();
	snprintf(membership, sizeof membership, "/proc/%d/cgroup", (int)pid);
	place.membership = membership;
	return (cpuset->version == 1 ? cgroup_find_v1(&place, controller, &found) : cgroup_find_v2(&place, &found))
		&& strcmp(found.path, cpuset->path) == 0;
}

bool cgroup_cpuset_find(const struct cgroup_place *place, const char *name, struct cgroup_group *cpuset)
{
	struct cgroup hierarchy;
	return cgroup_find_v1(place, controller, &hierarchy) && cgroup_group_find_in(&hierarchy, name, cpuset);
}
