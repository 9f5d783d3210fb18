/* Timers: the part of loop/loop.h that is one timerfd and a list; private to this folder.
 *
 * Ownership: armed timers are their users'; the loop only lists them. Threads: the loop's. */
#ifndef WASMOGRAPH_LOOP_TIMER_H
#define WASMOGRAPH_LOOP_TIMER_H

#include "loop/loop.h"

/* Opens the timerfd and watches it. 0, or −1 (ERR_IO) with what is open to be closed by: */
int loop_open_timers(struct loop *loop, struct err *err);
void loop_close_timers(struct loop *loop); /* disarms all that are armed */

#endif
