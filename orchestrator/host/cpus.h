/* Which processors a process may run on: lists as the kernel writes them ("0,2-3"), and the calling thread's own.
 *
 * By affinity (sched_setaffinity(2)), which children inherit: whoever is to have other processors is started between
 * cpus_take() and its undoing. Other programs are not kept off by it. Ownership: texts are the caller's. Threads: what is
 * taken is the calling thread's. */
#ifndef WASMOGRAPH_HOST_CPUS_H
#define WASMOGRAPH_HOST_CPUS_H

#include <sys/types.h>

#include "base/err.h"

/* Whose processors are named apart; NULL: all that we had. */
struct cpus_split {
	char *browser, *daemon;
};

/* "browser=LIST,daemon=LIST", either may be missing; the lists come out as the kernel would write them. ERR_USAGE for what
 * is none, and for processors that we may not use. */
int cpus_split_parse(const char *text, struct cpus_split *split, struct err *err);
void cpus_split_release(struct cpus_split *split);

/* The calling thread runs on these alone from now on, and so does what it starts. ERR_ENVIRONMENT. */
int cpus_take(const char *list, struct err *err);

/* Where a process may run (its Cpus_allowed_list), 0: ourselves; NULL when it cannot be read. */
char *cpus_of(pid_t pid);

#endif
