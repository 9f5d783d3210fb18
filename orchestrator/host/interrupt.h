/* SIGINT and SIGTERM while something blocks: they become a readable descriptor, so that
 * there is no handler and no global.
 *
 * Between begin and end both are blocked. Signals that the caller had blocked already, or
 * handles itself, stay pending and reach him afterwards; those that would have killed
 * the program are taken away once they were reported; ignored ones stay ignored.
 * Ownership: a value on the caller's stack; begin and end pair up. For a program with one
 * thread, which is ours. */
#ifndef WASMOGRAPH_HOST_INTERRUPT_H
#define WASMOGRAPH_HOST_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

struct interrupt {
	int fd; /* signalfd: poll it for POLLIN, do not read it; −1 when none could be had */
	bool reported;
	sigset_t before;   /* the mask to restore */
	sigset_t lethal;   /* what would have killed us */
};

void interrupt_begin(struct interrupt *interrupt);
void interrupt_end(struct interrupt *interrupt);

/* Waits up to timeout_ms (0: only looks) for an interrupt; true when one is there. */
bool interrupt_wait(struct interrupt *interrupt, int timeout_ms);

#endif
