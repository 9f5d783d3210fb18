/* The threads of a renderer that the sampler looks at: its main thread and its workers', with what the kernel
 * says of each (proc_pid_stat(5); schedstat: kernel documentation, scheduler/sched-stats).
 *
 * The files are opened once and read again by pread: 0.9 µs for schedstat and 2.7 µs for stat, where opening
 * anew would cost five times that. Ownership: the struct is the caller's and owns the descriptors. Reading
 * allocates nothing. Threads: one. */
#ifndef WASMOGRAPH_HOST_TICKS_THREAD_H
#define WASMOGRAPH_HOST_TICKS_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "host/proc_stat.h"

/* The page has two or three workers of its own; what a guest starts beyond this number is counted only. */
enum { TICKS_THREADS_MAX = 16 };

#define TICKS_UNKNOWN UINT64_MAX

struct ticks_reading {
	uint64_t run_ns;   /* on a CPU so far */
	uint64_t delay_ns; /* runnable and waiting for one; booked when the thread gets it */
	uint64_t faults;   /* minor faults */
	char state;        /* as in struct proc_stat; NUL: unknown, or the thread has ended */
};

struct ticks_thread {
	pid_t tid;    /* here */
	pid_t ns_tid; /* in its innermost pid namespace, which is what a trace calls it */
	char name[PROC_NAME_SIZE];
	int stat_fd, schedstat_fd; /* schedstat_fd −1: this kernel does not keep it */
};

struct ticks_threads {
	struct ticks_thread items[TICKS_THREADS_MAX]; /* the main thread first, then workers, oldest first */
	int count;
	int left_out;
};

/* ERR_NOT_FOUND when there is no such process; then there is nothing to release. */
int ticks_threads_open(struct ticks_threads *threads, pid_t pid, struct err *err);
void ticks_threads_release(struct ticks_threads *threads);

/* How many workers the process has now that are not among `threads`. Allocates. */
int ticks_threads_unknown(const struct ticks_threads *threads, pid_t pid);

void ticks_thread_read(const struct ticks_thread *thread, struct ticks_reading *reading);

/* What stat and schedstat say, from their texts; unknown where it is malformed. Pure. */
void ticks_reading_parse(const char *stat, const char *schedstat, struct ticks_reading *reading);

#endif
