#include "host/ticks_counter.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/cgroup_group.h"
#include "host/fields.h"
#include "host/ticks_thread.h"

enum { PATH_SIZE = CGROUP_PATH_SIZE + 32, TEXT_SIZE = 1024, NS_PER_US = 1000, US_PER_S = 1000000 };

const char *ticks_counter_kind_name(enum ticks_counter_kind kind)
{
	static const char *const names[] = {
		[TICKS_COUNTER_NONE] = "none",
		[TICKS_COUNTER_CPUACCT] = "cpuacct",
		[TICKS_COUNTER_CPU_STAT] = "cpu.stat",
		[TICKS_COUNTER_PROC_STAT] = "/proc/stat",
	};
	return names[kind];
}

static bool open_as(struct ticks_counter *counter, enum ticks_counter_kind kind, const char *folder,
	const char *name)
{
	char path[PATH_SIZE];
	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
		return false;
	counter->fd = open(path, O_RDONLY | O_CLOEXEC);
	counter->kind = counter->fd >= 0 ? kind : TICKS_COUNTER_NONE;
	if (counter->fd >= 0 && ticks_counter_read_us(counter) == TICKS_UNKNOWN)
		ticks_counter_release(counter);
	return counter->fd >= 0;
}

static bool has(const char *folder, const char *name)
{
	char path[PATH_SIZE];
	return snprintf(path, sizeof path, "%s/%s", folder, name) < (int)sizeof path && access(path, F_OK) == 0;
}

/* In a container the mount's top may be the container's group. The true root alone has release_agent in
 * version 1, and alone lacks cgroup.type in version 2. */
void ticks_counter_open_machine(struct ticks_counter *counter, const struct cgroup_place *place)
{
	struct cgroup cgroup;
	*counter = (struct ticks_counter){.fd = -1};
	if (cgroup_find_v1(place, "cpuacct", &cgroup)) {
		cgroup.path[cgroup.mount_length] = '\0';
		if (has(cgroup.path, "release_agent") &&
		    open_as(counter, TICKS_COUNTER_CPUACCT, cgroup.path, "cpuacct.usage"))
			return;
	}
	if (cgroup_find_v2(place, &cgroup)) {
		cgroup.path[cgroup.mount_length] = '\0';
		if (!has(cgroup.path, "cgroup.type") &&
		    open_as(counter, TICKS_COUNTER_CPU_STAT, cgroup.path, "cpu.stat"))
			return;
	}
	open_as(counter, TICKS_COUNTER_PROC_STAT, "/proc", "stat");
}

void ticks_counter_open_group(struct ticks_counter *counter, int version, const char *path)
{
	*counter = (struct ticks_counter){.fd = -1};
	if (version > 0)
		open_as(counter, version == 1 ? TICKS_COUNTER_CPUACCT : TICKS_COUNTER_CPU_STAT, path,
			cgroup_group_usage_file(version));
}

void ticks_counter_release(struct ticks_counter *counter)
{
	if (counter->fd >= 0)
		close(counter->fd);
	*counter = (struct ticks_counter){.fd = -1};
}

/* "cpu  user nice system idle iowait irq softirq steal …": what was used is all but idle, iowait and steal. */
static uint64_t parse_proc_stat_us(const char *text)
{
	enum { IDLE = 3, IOWAIT = 4, COLUMNS = 7 };
	const char *at = fields_find(text, "cpu");
	uint64_t ticks = 0;
	for (int i = 0; i < COLUMNS; i++) {
		char *end = NULL;
		uint64_t value = at ? strtoull(at, &end, 10) : 0;
		if (end == at)
			return TICKS_UNKNOWN;
		ticks += i == IDLE || i == IOWAIT ? 0 : value;
		at = end;
	}
	return ticks * US_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
}

static uint64_t parse_cpuacct_us(const char *text)
{
	char *end;
	uint64_t ns = strtoull(text, &end, 10);
	return end == text ? TICKS_UNKNOWN : ns / NS_PER_US;
}

static uint64_t parse_cpu_stat_us(const char *text)
{
	int64_t us = fields_integer(text, "usage_usec", -1);
	return us < 0 ? TICKS_UNKNOWN : (uint64_t)us;
}

uint64_t ticks_counter_read_us(const struct ticks_counter *counter)
{
	char text[TEXT_SIZE];
	ssize_t length = counter->fd < 0 ? -1 : pread(counter->fd, text, sizeof text - 1, 0);
	if (length <= 0)
		return TICKS_UNKNOWN;
	text[length] = '\0';
	switch (counter->kind) {
	case TICKS_COUNTER_CPUACCT: return parse_cpuacct_us(text);
	case TICKS_COUNTER_CPU_STAT: return parse_cpu_stat_us(text);
	case TICKS_COUNTER_PROC_STAT: return parse_proc_stat_us(text);
	case TICKS_COUNTER_NONE: break;
	}
	return TICKS_UNKNOWN;
}
