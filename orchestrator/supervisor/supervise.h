/* The supervisor process itself (see supervisor.h): no loop, no libraries beyond libc.
 *
 * Called by main with its own argc and argv for the hidden command
 *   wasmograph supervise SOCKET_FD LOG_FD SCRATCH UID GID -- BROWSER ARG…
 * with the browser's environment as its own. It has one thread, sleeps in poll() without a
 * timeout, and owns its two descriptors. Returns the exit status: 0 when everything is dead and
 * the scratch folder deleted, 1 when the folder could not be, 2 for a wrong command line. */
#ifndef WASMOGRAPH_SUPERVISOR_SUPERVISE_H
#define WASMOGRAPH_SUPERVISOR_SUPERVISE_H

int supervise(int argc, char **argv);

#endif
