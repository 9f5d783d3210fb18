/* Processors of a control group: whoever is in it, and whatever they start, runs on these alone. Nobody inside can widen that, since
 * sched_setaffinity(2) is cut down to them, as it is not for an affinity; other programs are not kept off.
 *
 * Version 1 has a hierarchy for it, in which the group is a folder of the accounting group's name, to be entered too. In version 2 the accounting
 * group itself has the processors, if its parent hands the controller down; where the parent is the hierarchy's root it is made to, and is left
 * so (it only gives files to groups). Below any other parent nothing is switched on: that parent has us in it, and would become a threaded domain
 * (kernel documentation, admin-guide/cgroup-v2), which changes what others can do with it.
 *
 * It takes what a group takes (host/cgroup_group.h). Ownership: values without pointers. Any thread. */
#ifndef WASMOGRAPH_HOST_CGROUP_CPUSET_H
#define WASMOGRAPH_HOST_CGROUP_CPUSET_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/cgroup_group.h"

/* A group named `name` with the processors `cpus` ("0,2-3"), before anybody is in it. `accounting` is the group of that name, version 0 when
 * there is none. The result of version 1 is a group of its own, of version 2 the accounting one. ERR_ENVIRONMENT with the reason, and then the result
 * has version 0 and nothing is left. */
int cgroup_cpuset_make(const struct cgroup_place *place, const char *name, const struct cgroup_group *accounting,
	const char *cpus, struct cgroup_group *cpuset, struct err *err);

/* Whether a process is in it, in its own hierarchy. */
bool cgroup_cpuset_holds(const struct cgroup_group *cpuset, pid_t pid);

/* The group of version 1 by its name, anywhere below the mount, as cgroup_group_find(). */
bool cgroup_cpuset_find(const struct cgroup_place *place, const char *name, struct cgroup_group *cpuset);

#endif
