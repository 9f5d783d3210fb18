/* What each thread of a process is doing at this moment, from /proc/PID/task.
 *
 * Allocates; not for just before or inside a measured window. Any thread. */
#ifndef WASMOGRAPH_HOST_PROC_THREADS_H
#define WASMOGRAPH_HOST_PROC_THREADS_H

#include <sys/types.h>

#include "host/proc_stat.h"

struct proc_thread {
	pid_t tid;             /* that of the main thread is the pid */
	struct proc_stat stat; /* state, cpu_ticks and name are the thread's own */
};

/* In no order; their number, at most `capacity`; 0 when there is no such process. */
int proc_threads(pid_t pid, struct proc_thread *out, int capacity);

#endif
