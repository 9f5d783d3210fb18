/* Watched descriptors: the part of loop/loop.h that is an epoll set; private to this
 * folder.
 *
 * Ownership: the loop's list owns the watches. Threads: the loop's. */
#ifndef WASMOGRAPH_LOOP_WATCH_H
#define WASMOGRAPH_LOOP_WATCH_H

#include "loop/loop.h"

/* Calls back everything that is ready now, without waiting. */
void loop_dispatch_watches(struct loop *loop);

/* Ends all of them, for loop_free(). */
void loop_free_watches(struct loop *loop);

#endif
