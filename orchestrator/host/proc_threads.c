#include "host/proc_threads.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/fs.h"

static bool read_thread(pid_t pid, const char *tid, struct proc_thread *thread)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)pid, tid);
	thread->tid = (pid_t)strtol(tid, NULL, 10);
	return proc_stat_read(path, &thread->stat);
}

int proc_threads(pid_t pid, struct proc_thread *out, int capacity)
{
	char path[64];
	size_t listed;
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	char **tids = fs_list(path, &listed, NULL);
	if (!tids)
		return 0;
	int count = 0;
	for (size_t i = 0; i < listed && count < capacity; i++)
		count += read_thread(pid, tids[i], &out[count]);
	fs_list_free(tids, listed);
	return count;
}
