/* Watched children: the part of loop/loop.h that is pidfds; private to this folder.
 *
 * Ownership: the loop's list owns the watches, not the processes. Threads: the loop's. */
#ifndef WASMOGRAPH_LOOP_CHILD_H
#define WASMOGRAPH_LOOP_CHILD_H

#include "loop/loop.h"

/* Ends all watches, for loop_free(); kills and reaps nobody. */
void loop_free_children(struct loop *loop);

#endif
