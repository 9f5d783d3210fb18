/* The loop's own struct, which loop.c, watch.c, timer.c, child.c and signal.c share; private
 * to this folder.
 *
 * Ownership: struct loop owns the lists below; a watch leaves its list when it is
 * unwatched and is freed by a deferred call, so that an event of the same turn that still
 * names it finds memory. Threads: the loop's. */
#ifndef WASMOGRAPH_LOOP_INTERNAL_H
#define WASMOGRAPH_LOOP_INTERNAL_H

#include <sys/queue.h>

#include "loop/loop.h"

struct lws_context;

struct loop_deferred {
	STAILQ_ENTRY(loop_deferred) link;
	loop_deferred_fn fn;
	void *context;
};
STAILQ_HEAD(loop_deferred_queue, loop_deferred);

struct loop {
	struct lws_context *lws;
	int epoll_fd;
	bool running;    /* inside loop_run() */
	bool in_service; /* inside libwebsockets, so perhaps before its sleep */
	bool stop;
	struct loop_deferred_queue deferred;
	int timer_fd; /* set to the earliest of `timers` */
	TAILQ_HEAD(loop_timer_list, loop_timer) timers; /* armed, earliest first */
	LIST_HEAD(loop_fd_list, loop_fd) watches;
	LIST_HEAD(loop_child_list, loop_child) children;
	LIST_HEAD(loop_signal_list, loop_signal) signals;
};

#endif
