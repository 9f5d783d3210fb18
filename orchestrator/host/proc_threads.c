#include "host/proc_threads.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "host/ticks_thread.h"

enum { US_PER_S = 1000000, NS_PER_US = 1000, SCHEDSTAT_SIZE = 128 };

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

static int64_t wanted_us(pid_t pid, const char *tid)
{
	char path[64], text[SCHEDSTAT_SIZE];
	struct ticks_reading reading;
	struct proc_thread thread;
	snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", (int)pid, tid);
	ssize_t length = fs_read_small(path, text, sizeof text - 1);
	text[length > 0 ? length : 0] = '\0';
	ticks_reading_parse("", text, &reading);
	if (reading.run_ns != TICKS_UNKNOWN && reading.run_ns > 0)
		return (int64_t)((reading.run_ns + reading.delay_ns) / NS_PER_US);
	return read_thread(pid, tid, &thread) ? (int64_t)thread.stat.cpu_ticks * US_PER_S / sysconf(_SC_CLK_TCK) : 0;
}

int64_t proc_threads_wanted_us(pid_t pid)
{
	char path[64];
	size_t listed = 0;
	int64_t total_us = 0;
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	char **tids = fs_list(path, &listed, NULL);
	for (size_t i = 0; tids && i < listed; i++)
		total_us += wanted_us(pid, tids[i]);
	fs_list_free(tids, listed);
	return total_us;
}
