/* Starts the supervisor, from its embedded program (image.h) or else our own executable as `supervise`: its argument
 * list (see supervisor/own.h for the rest).
 *
 * Ownership: nothing is kept; the caller closes the returned socket and waits for the pid.
 * Threads: any. */
#ifndef WASMOGRAPH_SUPERVISOR_SPAWN_H
#define WASMOGRAPH_SUPERVISOR_SPAWN_H

#include <sys/types.h>

#include "base/err.h"
#include "supervisor/supervisor.h"

/* The supervisor's pid, with our end of the socket pair (close-on-exec, non-blocking) in
 * *socket_fd; −1 with ERR_ENVIRONMENT. */
pid_t supervisor_spawn(const struct supervisor_options *options, int *socket_fd, struct err *err);

#endif
