/* Sees to it that a process that was stopped goes on: a process that waits until the planter, which holds the other end
 * of a pipe, is gone in whatever way, and then sends SIGCONT. To a process that runs that is nothing.
 *
 * The guard has a session of its own, so that a signal to the planter's does not reach it; it holds nothing but the pipe and
 * the descriptor of the process, which cannot come to mean another. Ownership: the handle is a value. Threads: one. */
#ifndef WASMOGRAPH_HOST_PLANTER_GUARD_H
#define WASMOGRAPH_HOST_PLANTER_GUARD_H

#include <sys/types.h>

#include "base/err.h"

struct planter_guard {
	pid_t pid;
	int pipe_fd; /* its end is our end */
};

/* `pidfd` is of the process that may be stopped. ERR_ENVIRONMENT. */
int planter_guard_start(struct planter_guard *guard, int pidfd, struct err *err);
void planter_guard_end(struct planter_guard *guard); /* waits for it */

#endif
