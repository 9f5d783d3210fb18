/* The limits that control groups put on us, versions 1 and 2 (kernel documentation:
 * admin-guide/cgroup-v1, admin-guide/cgroup-v2).
 *
 * A group is limited by itself and by every group above it, so each answer but one looks at all of
 * them. Nothing is allocated; any thread. */
#ifndef WASMOGRAPH_HOST_CGROUP_H
#define WASMOGRAPH_HOST_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where to look; tests bring a folder of their own. */
struct cgroup_place {
	const char *membership; /* "/proc/self/cgroup" */
	const char *mount;      /* "/sys/fs/cgroup" */
};
struct cgroup_place cgroup_system(void);

enum { CGROUP_PATH_SIZE = 1024 };

/* Our group for one controller. */
struct cgroup {
	int version; /* 1 or 2 */
	char path[CGROUP_PATH_SIZE]; /* its folder, below the mount */
	size_t mount_length;         /* how much of `path` is the mount */
};

/* False when no hierarchy with `controller` ("cpu", "memory", "pids") is mounted. */
bool cgroup_find(const struct cgroup_place *place, const char *controller, struct cgroup *cgroup);

/* The same in one version only; version 2 is one hierarchy for all controllers. */
bool cgroup_find_v1(const struct cgroup_place *place, const char *controller, struct cgroup *cgroup);
bool cgroup_find_v2(const struct cgroup_place *place, struct cgroup *cgroup);

/* How often we were stopped for having used our share of CPU time (nr_throttled); −1 when
 * the kernel does not say. */
int64_t cgroup_throttled(const struct cgroup_place *place);

/* How many processes of our own group (not of those below it) the kernel killed for lack of memory, its own or
 * the machine's; −1 when the kernel does not say. */
int64_t cgroup_oom_kills(const struct cgroup_place *place);

/* The smallest limits that hold for us: CPUs (quota / period), bytes, processes. −1: none. */
double cgroup_cpu_limit(const struct cgroup_place *place);
int64_t cgroup_memory_limit(const struct cgroup_place *place);
int64_t cgroup_process_limit(const struct cgroup_place *place);

#endif
