#include "supervisor/group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/cgroup_cpuset.h"

int supervisor_group_name(const char *scratch, char name[SUPERVISOR_GROUP_NAME_SIZE])
{
	const char *last = strrchr(scratch, '/');
	const char *before = last ? memrchr(scratch, '/', (size_t)(last - scratch)) : NULL;
	if (!before)
		return -1;
	int length = snprintf(name, SUPERVISOR_GROUP_NAME_SIZE, "%.*s.%s", (int)(last - before - 1),
		before + 1, last + 1);
	return length < 0 || length >= SUPERVISOR_GROUP_NAME_SIZE ? -1 : 0;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int remove_cgroup(struct cgroup_group *cgroup, struct err *err)
{
	if (cgroup->version == 0)
		return 0;
	cgroup->version = 0;
	return cgroup_group_remove(cgroup->path, err);
}

/* ---- processors ---- */

static int remove_cpuset(struct supervisor_group *group, struct err *err)
{
	if (group->cpuset.version == 1)
		return remove_cgroup(&group->cpuset, err);
	group->cpuset.version = 0; /* the group itself goes by itself */
	return 0;
}

static void give_up_cpuset(struct supervisor_group *group, const char *why)
{
	snprintf(group->no_cpuset, sizeof group->no_cpuset, "%.*s", (int)sizeof group->no_cpuset - 1, why);
	close_fd(&group->cpuset_fd);
	remove_cpuset(group, NULL);
}

static void confine(struct supervisor_group *group, const struct cgroup_place *place, const char *name, const char *cpus)
{
	struct err err;
	if (cgroup_cpuset_make(place, name, &group->cgroup, cpus, &group->cpuset, &err))
		give_up_cpuset(group, err.text);
	else if (strlen(group->cpuset.path) >= SUPERVISOR_TEXT_SIZE)
		give_up_cpuset(group, "the control group's path is too long");
	else if (group->cpuset.version == 1 && (group->cpuset_fd = cgroup_group_open(&group->cpuset)) < 0)
		give_up_cpuset(group, strerror(errno));
}

/* ---- accounting ---- */

/* Takes the group away again: nothing is in it yet. */
static void give_up(struct supervisor_group *group, const char *why)
{
	snprintf(group->why, sizeof group->why, "%.*s", (int)sizeof group->why - 1, why);
	close_fd(&group->fd);
	if (group->cpuset.version == 2)
		give_up_cpuset(group, why);
	remove_cgroup(&group->cgroup, NULL);
}

static void make_accounting(struct supervisor_group *group, const struct cgroup_place *place, const char *name)
{
	struct err err;
	if (cgroup_group_make(place, name, &group->cgroup, &err)) {
		give_up(group, err.text);
	} else if (strlen(group->cgroup.path) >= SUPERVISOR_TEXT_SIZE) {
		give_up(group, "the control group's path is too long");
	} else if ((group->fd = cgroup_group_open(&group->cgroup)) < 0) {
		give_up(group, strerror(errno));
	}
}

void supervisor_group_make(struct supervisor_group *group, const char *scratch, const char *cpus)
{
	static const char too_long[] = "the launch's name is too long for a control group";
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	struct cgroup_place place = cgroup_system();
	*group = (struct supervisor_group){.fd = -1, .cpuset_fd = -1};
	bool named = supervisor_group_name(scratch, name) == 0;
	if (named)
		make_accounting(group, &place, name);
	else
		give_up(group, too_long);
	if (cpus && named)
		confine(group, &place, name, cpus);
	else if (cpus)
		give_up_cpuset(group, too_long);
}

void supervisor_group_describe(struct supervisor_group *group, pid_t browser,
	struct supervisor_message *message)
{
	if (group->fd >= 0 && !cgroup_group_holds(&group->cgroup, browser))
		give_up(group, "the browser could not enter its control group");
	*message = (struct supervisor_message){.kind = SUPERVISOR_GROUP, .version = group->cgroup.version};
	snprintf(message->text, sizeof message->text, "%.*s", (int)sizeof message->text - 1,
		group->fd >= 0 ? group->cgroup.path : group->why);
}

void supervisor_group_describe_cpuset(struct supervisor_group *group, pid_t browser, struct supervisor_message *message)
{
	if (group->cpuset.version > 0 && !cgroup_cpuset_holds(&group->cpuset, browser))
		give_up_cpuset(group, "the browser could not enter the control group with its processors");
	*message = (struct supervisor_message){.kind = SUPERVISOR_CPUSET, .version = group->cpuset.version};
	snprintf(message->text, sizeof message->text, "%.*s", (int)sizeof message->text - 1,
		group->cpuset.version > 0 ? group->cpuset.path : group->no_cpuset);
}

int supervisor_group_remove(struct supervisor_group *group, struct err *err)
{
	int result = remove_cpuset(group, err);
	return remove_cgroup(&group->cgroup, err) || result ? -1 : 0;
}
