/* What /proc says of processes. Reading functions allocate nothing, so that they
 * may be called right before and after a measured window.
 *
 * Sources: proc(5); utime+stime of children that were waited for are included through
 * cutime+cstime. */
#ifndef WASMOGRAPH_HOST_PROC_H
#define WASMOGRAPH_HOST_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* A process's start time in clock ticks since boot (field 22 of stat): with the pid
 * it names a process for ever. 0 when there is no such process. */
uint64_t proc_start_ticks(pid_t pid);
pid_t proc_parent(pid_t pid); /* 0 when there is none */
char proc_state(pid_t pid);   /* of its main thread (struct proc_stat); NUL when there is none */

/* Every descendant of `root` (not root itself), parents before children; count,
 * at most `capacity` of them written to out[] (the count may be larger). One pass over /proc,
 * of at most 16384 processes. */
int proc_descendants(pid_t root, pid_t *out, int capacity);

/* CPU time, µs, of `root` and all descendants now alive, with their waited-for
 * children; resolution 1/sysconf(_SC_CLK_TCK). 0 when there is no such process. */
int64_t proc_tree_cpu_us(pid_t root);

/* Ourselves: CPU time in µs (CLOCK_PROCESS_CPUTIME_ID) and context switches of all our
 * threads (getrusage(2), which needs no file). */
struct proc_self {
	int64_t cpu_us;
	int64_t voluntary_switches;
	int64_t involuntary_switches;
};
void proc_self_read(struct proc_self *self);

/* The sandbox of one process: Seccomp mode (0, 1, 2) and the number of pid
 * namespaces it is in (fields of NSpid; 1 = only ours). */
struct proc_sandbox {
	int seccomp_mode;
	int pid_namespaces;
	uid_t uid;
	bool user_namespace; /* its user namespace differs from ours */
};
int proc_sandbox_read(pid_t pid, struct proc_sandbox *sandbox, struct err *err);

/* Bytes of anonymous memory that a process has in RAM now (RssAnon of its status; proc(5): no file's pages, no
 * shared memory); −1 when there is no such process. */
int64_t proc_resident_bytes(pid_t pid);

/* The first descendant of `root` whose command line holds `argument` as one whole
 * argument (e.g. "--type=renderer"); 0 if none. Understands titles that a process wrote
 * over its arguments (Chromium: joined by blanks), and looks at the first 64 KiB. */
pid_t proc_find_descendant(pid_t root, const char *argument);

/* Kills (SIGKILL) a pid only if it still is the process started at `start_ticks`. 0 when
 * the signal was sent, −1 when that process is gone (or is not ours to kill). */
int proc_kill_exact(pid_t pid, uint64_t start_ticks);

#endif
