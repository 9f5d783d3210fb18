#include "host/ticks_thread.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "host/fields.h"
#include "host/proc_threads.h"

enum { PATH_SIZE = 64, LISTED_MAX = 1024, STAT_SIZE = 512, SCHEDSTAT_SIZE = 128 };

/* "DedicatedWorker thread" as the kernel cuts it. */
static const char worker_name[] = "DedicatedWorker";

/* Fields of stat after the command: state is the first of them, minflt the eighth. */
enum { FIELDS_BEFORE_FAULTS = 7 };

/* ---- reading ---- */

static bool parse_number(const char **at, uint64_t *number)
{
	char *end;
	errno = 0;
	*number = strtoull(*at, &end, 10);
	bool good = end != *at && errno == 0 && !memchr(*at, '-', (size_t)(end - *at));
	*at = end;
	return good;
}

/* The command may hold blanks and parentheses, what follows it never does. */
static void parse_stat(const char *text, struct ticks_reading *reading)
{
	const char *at = strrchr(text, ')');
	if (!at || at[1] != ' ' || at[2] <= ' ')
		return;
	const char *state = at += 2;
	for (int field = 0; field < FIELDS_BEFORE_FAULTS; field++) {
		at = strchr(at, ' ');
		if (!at)
			return;
		at++;
	}
	if (parse_number(&at, &reading->faults))
		reading->state = *state;
	else
		reading->faults = TICKS_UNKNOWN;
}

void ticks_reading_parse(const char *stat, const char *schedstat, struct ticks_reading *reading)
{
	*reading = (struct ticks_reading){TICKS_UNKNOWN, TICKS_UNKNOWN, TICKS_UNKNOWN, '\0'};
	parse_stat(stat, reading);
	uint64_t run_ns, delay_ns;
	if (parse_number(&schedstat, &run_ns) && parse_number(&schedstat, &delay_ns)) {
		reading->run_ns = run_ns;
		reading->delay_ns = delay_ns;
	}
}

/* "" when the thread has ended: the descriptor keeps naming it, never a later one of its number. */
static void read_again(int fd, char *text, size_t size)
{
	ssize_t length = fd < 0 ? 0 : pread(fd, text, size - 1, 0);
	text[length > 0 ? length : 0] = '\0';
}

void ticks_thread_read(const struct ticks_thread *thread, struct ticks_reading *reading)
{
	char stat[STAT_SIZE], schedstat[SCHEDSTAT_SIZE];
	read_again(thread->stat_fd, stat, sizeof stat);
	read_again(thread->schedstat_fd, schedstat, sizeof schedstat);
	ticks_reading_parse(stat, schedstat, reading);
}

/* ---- finding ---- */

static int open_file(pid_t pid, pid_t tid, const char *name)
{
	char path[PATH_SIZE];
	snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, name);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* "NSpid:	17364	70	13": the last one is the innermost. */
static pid_t innermost(pid_t pid, pid_t tid)
{
	char path[PATH_SIZE], status[8192];
	snprintf(path, sizeof path, "/proc/%d/task/%d/status", (int)pid, (int)tid);
	const char *at = fs_read_small(path, status, sizeof status) > 0 ? fields_find(status, "NSpid:") : NULL;
	pid_t last = tid;
	for (char *end; at; at = end) {
		pid_t number = (pid_t)strtol(at, &end, 10);
		if (end == at || memchr(at, '\n', (size_t)(end - at)))
			break;
		last = number;
	}
	return last;
}

static void add(struct ticks_threads *threads, pid_t pid, const struct proc_thread *found)
{
	if (threads->count == TICKS_THREADS_MAX) {
		threads->left_out++;
		return;
	}
	struct ticks_thread *thread = &threads->items[threads->count];
	thread->tid = found->tid;
	thread->ns_tid = innermost(pid, found->tid);
	memcpy(thread->name, found->stat.name, sizeof thread->name);
	thread->stat_fd = open_file(pid, found->tid, "stat");
	if (thread->stat_fd < 0)
		return; /* has just ended */
	thread->schedstat_fd = open_file(pid, found->tid, "schedstat");
	threads->count++;
}

static int compare_tids(const void *a, const void *b)
{
	const struct proc_thread *x = a, *y = b;
	return (x->tid > y->tid) - (x->tid < y->tid);
}

/* The main thread has the lowest number, unless numbers have begun anew: it is asked for by name. */
static int list(pid_t pid, struct proc_thread *found)
{
	int count = proc_threads(pid, found, LISTED_MAX);
	qsort(found, (size_t)count, sizeof *found, compare_tids);
	return count;
}

static bool is_worker(const struct proc_thread *thread, pid_t pid)
{
	return thread->tid != pid && strcmp(thread->stat.name, worker_name) == 0;
}

/* A kernel without the accounting (CONFIG_SCHED_INFO) has no file, or one that is all zeroes for every thread. One
 * thread's zero says nothing: what has run is booked at the next tick of its CPU, and a thread may be in its first. */
static bool is_accounted(const struct ticks_threads *threads)
{
	struct ticks_reading reading;
	for (int i = 0; i < threads->count; i++) {
		ticks_thread_read(&threads->items[i], &reading);
		if (reading.run_ns != 0 && reading.run_ns != TICKS_UNKNOWN)
			return true;
	}
	return false;
}

static void close_schedstats(struct ticks_threads *threads)
{
	for (int i = 0; i < threads->count; i++) {
		if (threads->items[i].schedstat_fd >= 0)
			close(threads->items[i].schedstat_fd);
		threads->items[i].schedstat_fd = -1;
	}
}

int ticks_threads_open(struct ticks_threads *threads, pid_t pid, struct err *err)
{
	struct proc_thread *found = mem_alloc_zero(LISTED_MAX, sizeof *found);
	int count = list(pid, found);
	*threads = (struct ticks_threads){0};
	for (int i = 0; i < count; i++)
		if (found[i].tid == pid)
			add(threads, pid, &found[i]);
	for (int i = 0; threads->count > 0 && i < count; i++)
		if (is_worker(&found[i], pid))
			add(threads, pid, &found[i]);
	free(found);
	if (!is_accounted(threads))
		close_schedstats(threads);
	return threads->count > 0 ? 0 : err_set(err, ERR_NOT_FOUND, "there is no process %d to sample", (int)pid);
}

void ticks_threads_release(struct ticks_threads *threads)
{
	for (int i = 0; i < threads->count; i++)
		close(threads->items[i].stat_fd);
	close_schedstats(threads);
	threads->count = 0;
}

static bool knows(const struct ticks_threads *threads, pid_t tid)
{
	for (int i = 0; i < threads->count; i++)
		if (threads->items[i].tid == tid)
			return true;
	return false;
}

int ticks_threads_unknown(const struct ticks_threads *threads, pid_t pid)
{
	struct proc_thread *found = mem_alloc_zero(LISTED_MAX, sizeof *found);
	int count = list(pid, found), unknown = 0;
	for (int i = 0; i < count; i++)
		unknown += is_worker(&found[i], pid) && !knows(threads, found[i].tid);
	free(found);
	return unknown;
}
