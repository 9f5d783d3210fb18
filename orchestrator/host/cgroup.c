#include "host/cgroup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "host/fields.h"

enum { NAME_SIZE = 64, FILE_SIZE = 4096 };

/* Version 1 says "no limit" with LONG_MAX rounded down to a page; nobody has 2^60 bytes. */
#define V1_MEMORY_NO_LIMIT (INT64_C(1) << 60)

struct cgroup_place cgroup_system(void)
{
	return (struct cgroup_place){.membership = "/proc/self/cgroup", .mount = "/sys/fs/cgroup"};
}

static bool list_holds(const char *list, size_t length, const char *name)
{
	size_t wanted = strlen(name);
	for (size_t start = 0; start < length;) {
		const char *comma = memchr(list + start, ',', length - start);
		size_t size = comma ? (size_t)(comma - list) - start : length - start;
		if (size == wanted && memcmp(list + start, name, wanted) == 0)
			return true;
		start += size + 1;
	}
	return false;
}

/* The path on the line "ID:CONTROLLERS:PATH" whose list holds `controller` (version 1), or
 * whose list is empty when `controller` is NULL (version 2). False when there is none. */
static bool membership_path(const char *text, const char *controller, char *out, size_t size)
{
	for (const char *line = text; line && *line;) {
		const char *end = line + strcspn(line, "\n");
		const char *list = memchr(line, ':', (size_t)(end - line));
		const char *path = list ? memchr(list + 1, ':', (size_t)(end - list - 1)) : NULL;
		if (path && path[1] == '/') {
			size_t length = (size_t)(path - list - 1);
			bool found = controller ? list_holds(list + 1, length, controller) : length == 0;
			if (found)
				return snprintf(out, size, "%.*s", (int)(end - path - 1), path + 1) < (int)size;
		}
		line = *end ? end + 1 : NULL;
	}
	return false;
}

/* Joins mount and path. In a container the path may name a folder outside of the mount, or
 * none at all: then the mount itself is as near as we get. */
static bool place_at(struct cgroup *cgroup, const char *mount, const char *path)
{
	int length = snprintf(cgroup->path, sizeof cgroup->path, "%s", mount);
	if (length < 0 || length >= CGROUP_PATH_SIZE || access(mount, F_OK) < 0)
		return false;
	cgroup->mount_length = (size_t)length;
	if (strcmp(path, "/") == 0 || strstr(path, "/.."))
		return true;
	size_t room = sizeof cgroup->path - cgroup->mount_length;
	int added = snprintf(cgroup->path + length, room, "%s", path);
	if (added < 0 || (size_t)added >= room || access(cgroup->path, F_OK) < 0)
		cgroup->path[length] = '\0';
	return true;
}

static bool find_v2_mount(const struct cgroup_place *place, char *out, size_t size)
{
	static const char *const below[] = {"", "/unified"};
	for (size_t i = 0; i < sizeof below / sizeof below[0]; i++) {
		char probe[CGROUP_PATH_SIZE];
		snprintf(out, size, "%s%s", place->mount, below[i]);
		snprintf(probe, sizeof probe, "%s%s/cgroup.controllers", place->mount, below[i]);
		if (access(probe, F_OK) == 0)
			return true;
	}
	return false;
}

bool cgroup_find_v1(const struct cgroup_place *place, const char *controller, struct cgroup *cgroup)
{
	char text[FILE_SIZE], path[CGROUP_PATH_SIZE], mount[CGROUP_PATH_SIZE];
	if (fs_read_small(place->membership, text, sizeof text) <= 0 ||
	    !membership_path(text, controller, path, sizeof path))
		return false;
	snprintf(mount, sizeof mount, "%s/%s", place->mount, controller);
	cgroup->version = 1;
	return place_at(cgroup, mount, path);
}

bool cgroup_find_v2(const struct cgroup_place *place, struct cgroup *cgroup)
{
	char text[FILE_SIZE], path[CGROUP_PATH_SIZE], mount[CGROUP_PATH_SIZE];
	cgroup->version = 2;
	return fs_read_small(place->membership, text, sizeof text) > 0 &&
	       membership_path(text, NULL, path, sizeof path) &&
	       find_v2_mount(place, mount, sizeof mount) && place_at(cgroup, mount, path);
}

/* A controller is in one hierarchy only: in version 1 if that lists it. */
bool cgroup_find(const struct cgroup_place *place, const char *controller, struct cgroup *cgroup)
{
	return cgroup_find_v1(place, controller, cgroup) || cgroup_find_v2(place, cgroup);
}

/* To the group above; false when this one was the mount. */
static bool go_up(struct cgroup *cgroup)
{
	char *slash = strrchr(cgroup->path, '/');
	if (strlen(cgroup->path) <= cgroup->mount_length || !slash)
		return false;
	*slash = '\0';
	return true;
}

static ssize_t read_file(const struct cgroup *cgroup, const char *name, char *out, size_t size)
{
	char path[CGROUP_PATH_SIZE + NAME_SIZE];
	snprintf(path, sizeof path, "%s/%s", cgroup->path, name);
	return fs_read_small(path, out, size);
}

static int64_t read_integer(const struct cgroup *cgroup, const char *name)
{
	char path[CGROUP_PATH_SIZE + NAME_SIZE];
	snprintf(path, sizeof path, "%s/%s", cgroup->path, name);
	return fields_file_integer(path, -1);
}

int64_t cgroup_throttled(const struct cgroup_place *place)
{
	struct cgroup cgroup;
	int64_t total = -1;
	if (!cgroup_find(place, "cpu", &cgroup))
		return -1;
	do {
		char text[FILE_SIZE];
		int64_t count = -1;
		if (read_file(&cgroup, "cpu.stat", text, sizeof text) > 0)
			count = fields_integer(text, "nr_throttled", -1);
		if (count >= 0)
			total = (total < 0 ? 0 : total) + count;
	} while (go_up(&cgroup));
	return total;
}

int64_t cgroup_oom_kills(const struct cgroup_place *place)
{
	/* Version 1 counts each group apart; version 2 has a file for that since Linux 5.2. */
	static const char *const files[2][2] = {
		{"memory.oom_control", NULL}, {"memory.events.local", "memory.events"}};
	struct cgroup cgroup;
	int64_t count = -1;
	if (!cgroup_find(place, "memory", &cgroup))
		return -1;
	for (int i = 0; i < 2 && count < 0 && files[cgroup.version - 1][i]; i++) {
		char text[FILE_SIZE];
		if (read_file(&cgroup, files[cgroup.version - 1][i], text, sizeof text) > 0)
			count = fields_integer(text, "oom_kill", -1);
	}
	return count;
}

/* CPUs that one group may use, or −1: version 1 in two files (quota −1 = none), version 2
 * as "QUOTA PERIOD" or "max PERIOD". */
static double cpu_limit_of(const struct cgroup *cgroup)
{
	double quota = -1, period = -1;
	char text[NAME_SIZE];
	if (cgroup->version == 1) {
		quota = (double)read_integer(cgroup, "cpu.cfs_quota_us");
		period = (double)read_integer(cgroup, "cpu.cfs_period_us");
	} else if (read_file(cgroup, "cpu.max", text, sizeof text) <= 0 ||
	           sscanf(text, "%lf %lf", &quota, &period) != 2) {
		return -1;
	}
	return quota > 0 && period > 0 ? quota / period : -1;
}

double cgroup_cpu_limit(const struct cgroup_place *place)
{
	struct cgroup cgroup;
	double least = -1;
	if (!cgroup_find(place, "cpu", &cgroup))
		return -1;
	do {
		double limit = cpu_limit_of(&cgroup);
		if (limit > 0 && (least < 0 || limit < least))
			least = limit;
	} while (go_up(&cgroup));
	return least;
}

static int64_t least_limit(const struct cgroup_place *place, const char *controller,
	const char *v1_file, const char *v2_file)
{
	struct cgroup cgroup;
	int64_t least = -1;
	if (!cgroup_find(place, controller, &cgroup))
		return -1;
	do {
		int64_t limit = read_integer(&cgroup, cgroup.version == 1 ? v1_file : v2_file);
		if (limit >= 0 && limit < V1_MEMORY_NO_LIMIT && (least < 0 || limit < least))
			least = limit;
	} while (go_up(&cgroup));
	return least;
}

int64_t cgroup_memory_limit(const struct cgroup_place *place)
{
	return least_limit(place, "memory", "memory.limit_in_bytes", "memory.max");
}

int64_t cgroup_process_limit(const struct cgroup_place *place)
{
	return least_limit(place, "pids", "pids.max", "pids.max");
}
