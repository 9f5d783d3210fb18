/* Watched signals: the part of loop/loop.h that is signalfds; private to this folder.
 *
 * Ownership: the loop's list owns the watches. Threads: the loop's, and no other may have
 * the signal unblocked. */
#ifndef WASMOGRAPH_LOOP_SIGNAL_H
#define WASMOGRAPH_LOOP_SIGNAL_H

#include "loop/loop.h"

/* Gives all signals back, for loop_free(). */
void loop_free_signals(struct loop *loop);

#endif
