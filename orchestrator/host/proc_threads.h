/* What each thread of a process is doing at this moment, from /proc/PID/task.
 *
 * Allocates; not for just before or inside a measured window. Any thread. */
#ifndef WASMOGRAPH_HOST_PROC_THREADS_H
#define WASMOGRAPH_HOST_PROC_THREADS_H

#include <stdint.h>
#include <sys/types.h>

#include "host/proc_stat.h"

struct proc_thread {
	pid_t tid;             /* that of the main thread is the pid */
	struct proc_stat stat; /* state, cpu_ticks and name are the thread's own */
};

/* In no order; their number, at most `capacity`; 0 when there is no such process. */
int proc_threads(pid_t pid, struct proc_thread *out, int capacity);

/* The CPU time that its threads had or waited for, µs, from schedstat: what it would have used on a machine of its own. Where
 * the kernel does not keep that, what they had (resolution 1/sysconf(_SC_CLK_TCK)). A thread's share goes when it ends.
 * 0 when there is no such process. */
int64_t proc_threads_wanted_us(pid_t pid);

#endif
