/* Ends every process below this one. Child side, libc only.
 *
 * Works because the supervisor is a subreaper (PR_SET_CHILD_SUBREAPER): whatever calls setsid(),
 * forks twice or loses its parent becomes its child, so "no child left" (ECHILD) means that
 * nothing is left. Threads: the supervisor's one. */
#ifndef WASMOGRAPH_SUPERVISOR_REAP_H
#define WASMOGRAPH_SUPERVISOR_REAP_H

/* SIGKILL to all descendants, again and again, until there is none. SIGCHLD must be blocked: it is waited for. */
void supervisor_reap_all(void);

#endif
