/* One line of /proc/PID/stat or /proc/PID/task/TID/stat, taken apart (proc_pid_stat(5)).
 *
 * Pure, but for proc_stat_read(), which allocates nothing. Any thread. */
#ifndef WASMOGRAPH_HOST_PROC_STAT_H
#define WASMOGRAPH_HOST_PROC_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROC_NAME_SIZE = 16 }; /* TASK_COMM_LEN of the kernel, NUL included */

struct proc_stat {
	char name[PROC_NAME_SIZE];
	char state;           /* R runs or waits for a CPU, S sleeps, D waits for a disk, T stopped by a
	                         signal, t by a tracer, Z dead and not yet reaped */
	pid_t parent;
	uint64_t cpu_ticks;   /* utime + stime, in units of 1/sysconf(_SC_CLK_TCK) s */
	uint64_t child_ticks; /* cutime + cstime: of children that were waited for */
	uint64_t start_ticks; /* since boot */
};

bool proc_stat_parse(const char *line, struct proc_stat *stat);

/* The same for a file; false when there is no such process. */
bool proc_stat_read(const char *path, struct proc_stat *stat);

bool proc_state_is_stopped(char state); /* by a signal or a tracer */

#endif
