/* A control group of our own, for accounting alone: all CPU time of a browser and whatever it starts is then
 * one number, of the living and the dead, that one read gives.
 *
 * Version 2 comes first: its cpu.stat counts in a group without any controller, so that the group is scheduled
 * and limited as its parent was. Version 1 has the cpuacct hierarchy for it; on machines that mount it together
 * with cpu, the group also becomes a scheduling group with the usual share. Shares and limits are left alone.
 *
 * Groups are named by the caller and are made below the caller's own, so that its limits hold. It takes root,
 * or a hierarchy that was delegated to us (cgroups(7)). Ownership: values without pointers. Any thread. */
#ifndef WASMOGRAPH_HOST_CGROUP_GROUP_H
#define WASMOGRAPH_HOST_CGROUP_GROUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/cgroup.h"

struct cgroup_group {
	int version; /* 1, 2; 0: there is none */
	char path[CGROUP_PATH_SIZE];
};

/* Names of our groups begin so; nothing else is ever killed or removed. */
#define CGROUP_GROUP_PREFIX "wasmograph-"

/* ERR_ENVIRONMENT with both versions' reasons; ERR_INVALID for a name without the prefix or with a '/'. */
int cgroup_group_make(const struct cgroup_place *place, const char *name, struct cgroup_group *group,
	struct err *err);

/* A descriptor (close-on-exec) through which a process enters; −1 with errno. */
int cgroup_group_open(const struct cgroup_group *group);
bool cgroup_group_enter(int fd); /* the calling process and its later children; async-signal-safe */

/* Whether a process is in the group. */
bool cgroup_group_holds(const struct cgroup_group *group, pid_t pid);

/* Its file with the CPU time used: "cpuacct.usage" holds ns, "cpu.stat" a line usage_usec. */
const char *cgroup_group_usage_file(int version);

/* Removes it once it is empty; the dead may take a moment to leave, for which it waits up to 1 s. Missing is
 * fine. ERR_BUSY while somebody lives in it, ERR_INVALID for a path that does not end in one of our names. */
int cgroup_group_remove(const char *path, struct err *err);

/* Finds a group by its name anywhere below the mounts of either version: who looks for it may be in another
 * group than who made it. False when there is none. */
bool cgroup_group_find(const struct cgroup_place *place, const char *name, struct cgroup_group *group);

/* The same below the mount of one hierarchy. */
bool cgroup_group_find_in(const struct cgroup *hierarchy, const char *name, struct cgroup_group *group);

/* SIGKILL to all in it; how many there were. */
int cgroup_group_kill(const struct cgroup_group *group);

#endif
