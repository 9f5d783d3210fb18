/* The renderers below a process, and the proof that they are sandboxed, read from /proc.
 *
 * Ownership: the returned object is the caller's. Any thread. */
#ifndef WASMOGRAPH_BROWSER_RENDERERS_H
#define WASMOGRAPH_BROWSER_RENDERERS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/json.h"

/* Whether a command line (arguments end in NUL; Chromium's children rewrite theirs to one text
 * with blanks) is a renderer's. Pure. */
bool browser_is_renderer(const char *command_line, size_t length);

/* {"renderer_pid","renderers","seccomp","pid_namespaces","verified"}. The pid is that of the page's
 * renderer: the one with the most CPU time, should there be a reserve (0: none). seccomp and
 * pid_namespaces are the least of all renderers. verified: there is one, each has seccomp mode 2
 * (filter) and lies in at least two pid namespaces: both layers of Chromium's sandbox, under
 * namespaces and under the setuid helper alike (facts of Chromium 156). */
struct json *browser_renderers_read(pid_t root);

#endif
