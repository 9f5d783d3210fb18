/* Finds the browser program and asks its version: browser_find(), browser_program_release(),
 * and the names of modes.
 *
 * Blocks while the program prints its version. Ownership: see browser.h. For a process with one
 * thread (host/command.h). */
#ifndef WASMOGRAPH_BROWSER_PROGRAM_H
#define WASMOGRAPH_BROWSER_PROGRAM_H

#include <stddef.h>

/* The first line of what --version printed, without surrounding white space, in out[]; −1 when
 * there is none or it has no digit. Pure. */
int browser_version_line(const char *printed, size_t length, char *out, size_t size);

#endif
