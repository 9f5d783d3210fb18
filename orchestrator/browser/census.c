#include "browser/census.h"

#include <stdio.h>
#include <string.h>

#include "base/fs.h"
#include "host/proc.h"
#include "host/proc_stat.h"

enum { DESCENDANTS_MAX = 256, COMMAND_LINE_SIZE = 4096 };

static const struct part_row {
	const char *argument; /* on the command line of Chromium 156's children */
	const char *name;
	enum browser_death death;
} parts[] = {
	[BROWSER_PART_NONE] = {"", "a process"},
	[BROWSER_PART_RENDERER] = {"--type=renderer", "the renderer", BROWSER_RENDERER_CRASHED},
	[BROWSER_PART_GPU_PROCESS] = {"--type=gpu-process", "the GPU process", BROWSER_GPU_PROCESS_DIED},
	[BROWSER_PART_NETWORK_SERVICE] = {"--utility-sub-type=network.mojom.NetworkService",
		"the network service", BROWSER_NETWORK_SERVICE_DIED},
	[BROWSER_PART_STORAGE_SERVICE] = {"--utility-sub-type=storage.mojom.StorageService",
		"the storage service", BROWSER_STORAGE_SERVICE_DIED},
};

enum { PARTS = sizeof parts / sizeof *parts };

const char *browser_part_name(enum browser_part part)
{
	return parts[part].name;
}

static bool is_argument(const char *at, const char *end, const char *argument)
{
	size_t size = strlen(argument);
	return (size_t)(end - at) >= size && memcmp(at, argument, size) == 0 &&
	       (at + size == end || at[size] == '\0' || at[size] == ' ');
}

static enum browser_part part_at(const char *at, const char *end)
{
	for (int part = BROWSER_PART_RENDERER; part < PARTS; part++)
		if (is_argument(at, end, parts[part].argument))
			return (enum browser_part)part;
	return BROWSER_PART_NONE;
}

enum browser_part browser_part_of(const char *command_line, size_t length)
{
	const char *end = command_line + length;
	enum browser_part part = BROWSER_PART_NONE;
	for (const char *at = command_line + 1; at < end && part == BROWSER_PART_NONE; at++)
		if (at[-1] == '\0' || at[-1] == ' ')
			part = part_at(at, end);
	return part;
}

static void look_at(struct browser_census *census, pid_t pid)
{
	char path[64], line[COMMAND_LINE_SIZE];
	struct proc_stat stat;
	snprintf(path, sizeof path, "/proc/%d/cmdline", (int)pid);
	ssize_t length = fs_read_small(path, line, sizeof line);
	enum browser_part part = length > 0 ? browser_part_of(line, (size_t)length) : BROWSER_PART_NONE;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (part == BROWSER_PART_NONE || !proc_stat_read(path, &stat))
		return;
	census->entries[census->count++] = (struct browser_census_entry){.part = part, .pid = pid,
		.start_ticks = stat.start_ticks, .state = stat.state};
}

void browser_census_take(pid_t root, struct browser_census *census)
{
	pid_t pids[DESCENDANTS_MAX];
	int count = proc_descendants(root, pids, DESCENDANTS_MAX);
	census->count = 0;
	for (int i = 0; i < count && i < DESCENDANTS_MAX && census->count < BROWSER_CENSUS_MAX; i++)
		look_at(census, pids[i]);
}

static const struct browser_census_entry *find(const struct browser_census *census,
	const struct browser_census_entry *wanted)
{
	for (int i = 0; i < census->count; i++)
		if (census->entries[i].pid == wanted->pid &&
		    census->entries[i].start_ticks == wanted->start_ticks)
			return &census->entries[i];
	return NULL;
}

/* One of the same kind that was not there before; NULL when there is none. */
static const struct browser_census_entry *find_successor(const struct browser_census *before,
	const struct browser_census *after, enum browser_part part)
{
	for (int i = 0; i < after->count; i++)
		if (after->entries[i].part == part && !find(before, &after->entries[i]))
			return &after->entries[i];
	return NULL;
}

static void describe_death(const struct browser_census *before, const struct browser_census *after,
	const struct browser_census_entry *dead, char *why, size_t size)
{
	const struct browser_census_entry *successor = find_successor(before, after, dead->part);
	int length = snprintf(why, size, "%s (pid %d) died, and ", parts[dead->part].name, (int)dead->pid);
	if (length < 0 || (size_t)length >= size)
		return;
	if (successor)
		snprintf(why + length, size - (size_t)length, "pid %d has taken its place", (int)successor->pid);
	else
		snprintf(why + length, size - (size_t)length, "none has taken its place");
}

bool browser_census_compare(const struct browser_census *before, const struct browser_census *after,
	enum browser_death *death, char *why, size_t size)
{
	const struct browser_census_entry *stopped = NULL;
	for (int i = 0; i < before->count; i++) {
		const struct browser_census_entry *was = &before->entries[i], *now = find(after, was);
		if (was->part == BROWSER_PART_RENDERER)
			continue;
		if (!now) {
			*death = parts[was->part].death;
			describe_death(before, after, was, why, size);
			return true;
		}
		if (proc_state_is_stopped(now->state))
			stopped = now;
	}
	if (!stopped)
		return false;
	*death = BROWSER_STOPPED;
	snprintf(why, size, "%s (pid %d) is stopped by a signal", parts[stopped->part].name,
		(int)stopped->pid);
	return true;
}
