/* Ends every process below this one. Child side, libc only.
 *
 * Works because the supervisor is a subreaper (PR_SET_CHILD_SUBREAPER): whatever calls setsid(),
 * forks twice or loses its parent becomes its child, so "no child left" (ECHILD) means that
 * nothing is left. Threads: the supervisor's one. */
#ifndef WASMOGRAPH_SUPERVISOR_REAP_H
#define WASMOGRAPH_SUPERVISOR_REAP_H

#include <sys/types.h>

/* SIGKILL to all descendants, again and again, until there is none. `leader` is a child that leads a process group and
 * that nobody has waited for (else its number may be another's by now), or 0. SIGCHLD must be blocked: it is waited
 * for. */
void supervisor_reap_all(pid_t leader);

#endif
