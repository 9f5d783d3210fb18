/* The supervisor process itself (see supervisor.h): no loop, no libraries beyond libc.
 *
 * Called by main with its own argc and argv for the hidden command
 *   wasmograph supervise SOCKET_FD LOG_FD SCRATCH UID GID CPUS -- BROWSER ARG…
 * with the browser's environment as its own. It has one thread, sleeps in poll() without a
 * timeout, and owns its two descriptors. It ends by deleting SCRATCH, so it does nothing at all
 * unless SOCKET_FD is a socket of the kind that a daemon makes and SCRATCH has the shape
 * /…/wasmograph-…/NAME and belongs, 0700, to UID. Returns the exit status: 0 when everything is
 * dead and the folder deleted, 1 when it could not be, 2 for a wrong command line. */
#ifndef WASMOGRAPH_SUPERVISOR_SUPERVISE_H
#define WASMOGRAPH_SUPERVISOR_SUPERVISE_H

/* As CPUS: the browser is not to be kept to any; else a list, "0,2-3". */
#define SUPERVISE_ANY_CPUS "-"

int supervise(int argc, char **argv);

#endif
