#include "supervisor/group.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

/* Takes the group away again: nothing is in it yet. */
static void give_up(struct supervisor_group *group, const char *why)
{
	snprintf(group->why, sizeof group->why, "%.*s", (int)sizeof group->why - 1, why);
	if (group->fd >= 0)
		close(group->fd);
	group->fd = -1;
	supervisor_group_remove(group, NULL);
}

void supervisor_group_make(struct supervisor_group *group, const char *scratch)
{
	struct err err;
	char name[SUPERVISOR_GROUP_NAME_SIZE];
	struct cgroup_place place = cgroup_system();
	*group = (struct supervisor_group){.fd = -1};
	if (supervisor_group_name(scratch, name)) {
		give_up(group, "the launch's name is too long for a control group");
	} else if (cgroup_group_make(&place, name, &group->cgroup, &err)) {
		give_up(group, err.text);
	} else if (strlen(group->cgroup.path) >= SUPERVISOR_TEXT_SIZE) {
		give_up(group, "the control group's path is too long");
	} else if ((group->fd = cgroup_group_open(&group->cgroup)) < 0) {
		give_up(group, strerror(errno));
	}
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

int supervisor_group_remove(struct supervisor_group *group, struct err *err)
{
	if (group->cgroup.version == 0)
		return 0;
	group->cgroup.version = 0;
	return cgroup_group_remove(group->cgroup.path, err);
}
