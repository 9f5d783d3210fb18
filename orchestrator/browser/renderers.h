/* The renderers below a process, and the proof that they are sandboxed, read from /proc.
 *
 * Ownership: the returned object is the caller's. Any thread. */
#ifndef WASMOGRAPH_BROWSER_RENDERERS_H
#define WASMOGRAPH_BROWSER_RENDERERS_H

#include <sys/types.h>

#include "base/json.h"

/* The page's renderer: the one with the most CPU time, should there be a reserve; 0 for none. */
pid_t browser_renderer_find(pid_t root);

/* {"renderer_pid","renderers","seccomp","pid_namespaces","verified"}. The pid is that of the page's
 * renderer (0: none). seccomp and pid_namespaces are the least of all renderers. verified: there is one, each has seccomp mode 2
 * (filter) and lies in at least two pid namespaces: both layers of Chromium's sandbox, under
 * namespaces and under the setuid helper alike (facts of Chromium 156). */
struct json *browser_renderers_read(pid_t root);

#endif
