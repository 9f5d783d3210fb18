/* The control group that a supervisor makes for its browser: made before it, left behind by nobody.
 *
 * A launch without a group is as good a launch, but for its CPU accounting: failures are told, not returned.
 * Ownership: the supervisor process's; group_name is pure. Threads: one. */
#ifndef WASMOGRAPH_SUPERVISOR_GROUP_H
#define WASMOGRAPH_SUPERVISOR_GROUP_H

#include <sys/types.h>

#include "base/err.h"
#include "host/cgroup_group.h"
#include "supervisor/message.h"

enum { SUPERVISOR_GROUP_NAME_SIZE = 256 }; /* a file's name and its terminator */

/* "/…/wasmograph-0/NAME" gives "wasmograph-0.NAME", by which the sweep after a supervisor's death finds the
 * group again. −1 for a path without two components, or too long. */
int supervisor_group_name(const char *scratch, char name[SUPERVISOR_GROUP_NAME_SIZE]);

struct supervisor_group {
	struct cgroup_group cgroup;
	int fd;             /* through which the browser enters, close-on-exec; −1: there is no group */
	char why[SUPERVISOR_TEXT_SIZE]; /* there is none */
	struct cgroup_group cpuset; /* that has its processors (host/cgroup_cpuset.h): another one, or the same in version 2 */
	int cpuset_fd;      /* through which another one is entered; −1: there is none */
	char no_cpuset[SUPERVISOR_TEXT_SIZE]; /* why; "" when none was asked for */
};

/* `cpus` is a list of processors; NULL: none is asked for. */
void supervisor_group_make(struct supervisor_group *group, const char *scratch, const char *cpus);

/* After the browser's start: the message for the daemon. The group is removed again if the browser is not in it. */
void supervisor_group_describe(struct supervisor_group *group, pid_t browser,
	struct supervisor_message *message);

/* Likewise, for its processors: when the browser is not in that group it has them by affinity alone, with which it was started. */
void supervisor_group_describe_cpuset(struct supervisor_group *group, pid_t browser, struct supervisor_message *message);

/* When everything in it is dead. */
int supervisor_group_remove(struct supervisor_group *group, struct err *err);

#endif
