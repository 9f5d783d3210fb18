/* Starts the child of command.h: fork, the steps before exec, exec; a step that fails is
 * told to the parent through a pipe, so that it is an error here and not an exit status.
 *
 * Ownership: on success the caller owns the descriptors and must reap the pid. */
#ifndef WASMOGRAPH_HOST_SPAWN_H
#define WASMOGRAPH_HOST_SPAWN_H

#include <sys/types.h>

#include "base/err.h"
#include "host/command.h"

struct spawned {
	pid_t pid;    /* leader of a process group of its own */
	int pidfd;    /* readable once the leader has ended */
	int out;      /* its stdout, not blocking */
	int errors;   /* its stderr, not blocking */
};

/* `program` is the path to execute. ERR_NOT_FOUND, ERR_IO. */
int spawn_start(const struct command *command, const char *program, struct spawned *spawned,
	struct err *err);
void spawn_close(struct spawned *spawned); /* the descriptors; the child must be reaped */

#endif
