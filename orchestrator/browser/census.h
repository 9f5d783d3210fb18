/* Which of Chromium's processes there are, and whether one of them died between two looks.
 *
 * Chromium replaces a GPU process or a service that dies and tells nobody, so a launch whose
 * window was disturbed by it would count. Two looks, just before and just after the window, show it.
 *
 * Only the parts that live as long as the browser are listed: the page's renderer, the GPU process,
 * the network and the storage service. Other services come and go as they are needed (Chromium 156:
 * unzipper, data decoder, audio), zygotes are told by what they bore, and what a tracing service takes along, the
 * trace, is told when it is pulled.
 * Ownership: values. Taking a census allocates nothing and wakes nothing: it reads /proc.
 * Any thread. */
#ifndef WASMOGRAPH_BROWSER_CENSUS_H
#define WASMOGRAPH_BROWSER_CENSUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "browser/browser.h"

enum browser_part {
	BROWSER_PART_NONE, /* not one that is listed */
	BROWSER_PART_RENDERER,
	BROWSER_PART_GPU_PROCESS,
	BROWSER_PART_NETWORK_SERVICE,
	BROWSER_PART_STORAGE_SERVICE,
};
const char *browser_part_name(enum browser_part part); /* "the GPU process" */

enum { BROWSER_CENSUS_MAX = 32 };

struct browser_census {
	struct browser_census_entry {
		enum browser_part part;
		pid_t pid;
		uint64_t start_ticks; /* with the pid it names a process for ever */
		char state;           /* struct proc_stat */
	} entries[BROWSER_CENSUS_MAX];
	int count;
};

/* Which part a command line is (arguments end in NUL; Chromium's children rewrite theirs to one text
 * with blanks). Pure. */
enum browser_part browser_part_of(const char *command_line, size_t length);

/* The parts among the descendants of `root`. A process that died and was not reaped yet has no
 * command line and is not listed. */
void browser_census_take(pid_t root, struct browser_census *census);

/* Whether a part of `before` is gone (no matter whether another one has taken its place), or, if all
 * are there, stopped by a signal: then *death says what, and *why is a clause: "the GPU process (pid 812)
 * died, and pid 901 has taken its place". The renderer's death is left to CDP, which tells how. Pure. */
bool browser_census_compare(const struct browser_census *before, const struct browser_census *after,
	enum browser_death *death, char *why, size_t size);

#endif
