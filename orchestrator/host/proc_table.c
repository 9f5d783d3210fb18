#include "host/proc_table.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "host/proc_stat.h"

bool proc_table_entry(pid_t pid, struct proc_entry *entry, uint64_t *start_ticks)
{
	char path[64];
	struct proc_stat stat;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	if (pid <= 0 || !proc_stat_read(path, &stat))
		return false;
	entry->pid = pid;
	entry->parent = stat.parent;
	entry->cpu_ticks = stat.cpu_ticks + stat.child_ticks;
	if (start_ticks)
		*start_ticks = stat.start_ticks;
	return true;
}

/* Adds the processes among `length` bytes of directory entries. */
static int add_processes(const char *records, ssize_t length, struct proc_entry *entries,
	int count, int capacity)
{
	for (ssize_t at = 0; at < length && count < capacity;) {
		const struct dirent64 *record = (const struct dirent64 *)(records + at);
		at += record->d_reclen;
		if (record->d_name[0] < '1' || record->d_name[0] > '9')
			continue;
		pid_t pid = (pid_t)strtol(record->d_name, NULL, 10);
		if (proc_table_entry(pid, &entries[count], NULL))
			count++;
	}
	return count;
}

int proc_table_read(struct proc_entry *entries, int capacity)
{
	/* getdents64 itself, for opendir() allocates. */
	_Alignas(struct dirent64) char records[16 * 1024];
	int count = 0;
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	ssize_t length;
	while ((length = getdents64(fd, records, sizeof records)) > 0)
		count = add_processes(records, length, entries, count, capacity);
	close(fd);
	return count;
}

static void swap(struct proc_entry *a, struct proc_entry *b)
{
	struct proc_entry kept = *a;
	*a = *b;
	*b = kept;
}

int proc_table_gather(struct proc_entry *entries, int count, pid_t root)
{
	/* entries[0 … found) are the descendants so far and the queue of parents at once. */
	int found = 0;
	pid_t parent = root;
	for (int head = 0;; head++) {
		for (int i = found; i < count; i++)
			if (entries[i].parent == parent && entries[i].pid != root)
				swap(&entries[i], &entries[found++]);
		if (head >= found)
			return found;
		parent = entries[head].pid;
	}
}
