/* One look at all processes: who is whose child, and how much CPU each has used.
 *
 * Allocates nothing: the caller brings the array (PROC_TABLE_MAX entries, 256 KiB, fit on
 * the stack). Any thread. */
#ifndef WASMOGRAPH_HOST_PROC_TABLE_H
#define WASMOGRAPH_HOST_PROC_TABLE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Processes beyond this number are not seen. */
enum { PROC_TABLE_MAX = 16384 };

/* Fields of /proc/PID/stat. */
struct proc_entry {
	pid_t pid;
	pid_t parent;
	uint64_t cpu_ticks; /* utime + stime + cutime + cstime */
};

/* `start_ticks` (field 22) may be NULL. False when there is no such process. */
bool proc_table_entry(pid_t pid, struct proc_entry *entry, uint64_t *start_ticks);

/* Fills entries[], returns their number. */
int proc_table_read(struct proc_entry *entries, int capacity);

/* Moves the descendants of `root` to the front, parents before children; their number. */
int proc_table_gather(struct proc_entry *entries, int count, pid_t root);

#endif
