#include "host/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fs.h"
#include "host/fields.h"
#include "host/proc_stat.h"
#include "host/proc_table.h"

enum { PATH_SIZE = 64, COMMAND_LINE_SIZE = 64 * 1024, US_PER_S = 1000000 };

uint64_t proc_start_ticks(pid_t pid)
{
	struct proc_entry entry;
	uint64_t start_ticks = 0;
	return proc_table_entry(pid, &entry, &start_ticks) ? start_ticks : 0;
}

pid_t proc_parent(pid_t pid)
{
	struct proc_entry entry;
	return proc_table_entry(pid, &entry, NULL) ? entry.parent : 0;
}

char proc_state(pid_t pid)
{
	char path[PATH_SIZE];
	struct proc_stat stat;
	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	return proc_stat_read(path, &stat) ? stat.state : '\0';
}

int proc_descendants(pid_t root, pid_t *out, int capacity)
{
	struct proc_entry entries[PROC_TABLE_MAX];
	int count = proc_table_read(entries, PROC_TABLE_MAX);
	count = proc_table_gather(entries, count, root);
	for (int i = 0; i < count && i < capacity; i++)
		out[i] = entries[i].pid;
	return count;
}

int64_t proc_tree_cpu_us(pid_t root)
{
	struct proc_entry entries[PROC_TABLE_MAX], self;
	int count = proc_table_read(entries, PROC_TABLE_MAX);
	count = proc_table_gather(entries, count, root);
	uint64_t ticks = proc_table_entry(root, &self, NULL) ? self.cpu_ticks : 0;
	for (int i = 0; i < count; i++)
		ticks += entries[i].cpu_ticks;
	return (int64_t)ticks * US_PER_S / sysconf(_SC_CLK_TCK);
}

void proc_self_read(struct proc_self *self)
{
	struct timespec cpu = {0};
	struct rusage usage = {0};
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
	getrusage(RUSAGE_SELF, &usage);
	self->cpu_us = (int64_t)cpu.tv_sec * US_PER_S + cpu.tv_nsec / 1000;
	self->voluntary_switches = usage.ru_nvcsw;
	self->involuntary_switches = usage.ru_nivcsw;
}

static int count_words(const char *line)
{
	int count = 0;
	while (*line && *line != '\n') {
		line += strspn(line, " \t");
		size_t length = strcspn(line, " \t\n");
		count += length > 0;
		line += length;
	}
	return count;
}

/* True when the process's user namespace differs from ours. The link is readable only to
 * who may trace the process, which a sandbox forbids; the map is readable to all, and a
 * namespace made for a sandbox maps other ids than ours. */
static bool in_other_user_namespace(pid_t pid)
{
	char path[PATH_SIZE], map[512], our_map[512];
	struct stat theirs, ours;
	snprintf(path, sizeof path, "/proc/%d/ns/user", (int)pid);
	if (stat(path, &theirs) == 0 && stat("/proc/self/ns/user", &ours) == 0)
		return theirs.st_ino != ours.st_ino || theirs.st_dev != ours.st_dev;
	snprintf(path, sizeof path, "/proc/%d/uid_map", (int)pid);
	return fs_read_small(path, map, sizeof map) >= 0 &&
	       fs_read_small("/proc/self/uid_map", our_map, sizeof our_map) >= 0 &&
	       strcmp(map, our_map) != 0;
}

int proc_sandbox_read(pid_t pid, struct proc_sandbox *sandbox, struct err *err)
{
	char path[PATH_SIZE], status[8192];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	if (fs_read_small(path, status, sizeof status) <= 0)
		return err_set_errno(err, errno == ENOENT || errno == ESRCH ? ERR_NOT_FOUND : ERR_IO,
			errno, "cannot read the sandbox of process %d from %s", (int)pid, path);
	const char *pids = fields_find(status, "NSpid:");
	sandbox->seccomp_mode = (int)fields_integer(status, "Seccomp:", 0);
	sandbox->pid_namespaces = pids ? count_words(pids) : 1;
	sandbox->uid = (uid_t)fields_integer(status, "Uid:", 0);
	sandbox->user_namespace = in_other_user_namespace(pid);
	return 0;
}

int64_t proc_resident_bytes(pid_t pid)
{
	char path[PATH_SIZE], status[8192];
	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	if (fs_read_small(path, status, sizeof status) <= 0)
		return -1;
	int64_t kib = fields_integer(status, "RssAnon:", -1);
	return kib < 0 ? -1 : kib * 1024;
}

/* Whether `length` bytes of a command line hold `argument` whole. Arguments end in NUL; a
 * process that rewrote its title (all children of Chromium 156 do: one string, joined by
 * blanks) has NULs at the end only. */
static bool holds_argument(const char *line, size_t length, const char *argument)
{
	while (length > 0 && line[length - 1] == '\0')
		length--;
	char separator = memchr(line, '\0', length) ? '\0' : ' ';
	size_t wanted = strlen(argument);
	for (size_t start = 0; start < length;) {
		const char *end = memchr(line + start, separator, length - start);
		size_t size = end ? (size_t)(end - line) - start : length - start;
		if (size == wanted && memcmp(line + start, argument, wanted) == 0)
			return true;
		start += size + 1;
	}
	return false;
}

pid_t proc_find_descendant(pid_t root, const char *argument)
{
	struct proc_entry entries[PROC_TABLE_MAX];
	char path[PATH_SIZE], line[COMMAND_LINE_SIZE];
	int count = proc_table_read(entries, PROC_TABLE_MAX);
	count = proc_table_gather(entries, count, root);
	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof path, "/proc/%d/cmdline", (int)entries[i].pid);
		ssize_t length = fs_read_small(path, line, sizeof line);
		if (length > 0 && holds_argument(line, (size_t)length, argument))
			return entries[i].pid;
	}
	return 0;
}

int proc_kill_exact(pid_t pid, uint64_t start_ticks)
{
	/* The descriptor pins the process: the number cannot be given to another one between
	 * the look at its start time and the signal. */
	int fd = pid > 0 && start_ticks != 0 ? pidfd_open(pid, 0) : -1;
	if (fd < 0)
		return -1;
	int result = -1;
	if (proc_start_ticks(pid) == start_ticks)
		result = pidfd_send_signal(fd, SIGKILL, NULL, 0);
	close(fd);
	return result < 0 ? -1 : 0;
}
