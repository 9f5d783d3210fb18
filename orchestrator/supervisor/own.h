/* Starts our own executable with a hidden command, so that the child's image is clean: posix_spawn, a session of
 * its own (Ctrl-C at the terminal is for us alone), signals as at birth, no descriptor but those named here.
 *
 * Ownership: nothing is kept; the caller closes the returned socket and waits for the pid. Threads: any. */
#ifndef WASMOGRAPH_SUPERVISOR_OWN_H
#define WASMOGRAPH_SUPERVISOR_OWN_H

#include <sys/types.h>

#include "base/err.h"

/* Where the child finds what it was given. */
enum { SUPERVISOR_OWN_SOCKET = 3, SUPERVISOR_OWN_PASSED = 4 };

struct supervisor_own {
	const char *executable;         /* fs_self_path() */
	char *const *argv;              /* argv[1] is the hidden command */
	const char *const *environment; /* whole */
	int log_fd;                     /* becomes stdout and stderr */
	int passed_fd;                  /* becomes SUPERVISOR_OWN_PASSED; −1: none */
};

/* The child's pid, with our end of a SOCK_SEQPACKET pair (close-on-exec, non-blocking) in *socket_fd; −1 with
 * ERR_ENVIRONMENT. */
pid_t supervisor_own_spawn(const struct supervisor_own *own, int *socket_fd, struct err *err);

#endif
