/* What loop.c, watch.c, timer.c, child.c and signal.c share; private to this folder.
 *
 * Ownership: struct loop owns the lists below; a watch leaves its list when it is
 * unwatched and is freed by a deferred call, so that an event of the same turn that still
 * names it finds memory. Threads: the loop's. */
#ifndef WASMOGRAPH_LOOP_INTERNAL_H
#define WASMOGRAPH_LOOP_INTERNAL_H

#include <sys/queue.h>

#include "loop/loop.h"

struct loop_deferred {
	STAILQ_ENTRY(loop_deferred) link;
	loop_deferred_fn fn;
	void *context;
};
STAILQ_HEAD(loop_deferred_queue, loop_deferred);

struct loop_fd {
	LIST_ENTRY(loop_fd) link;
	struct loop *loop;
	int fd; /* our dup(); −1 once unwatched */
	loop_fd_fn on_readable;
	void *context;
};

struct loop_child {
	LIST_ENTRY(loop_child) link;
	struct loop *loop;
	int pidfd;
	struct loop_fd *watch;
	loop_child_fn on_exit; /* NULL once called or unwatched */
	void *context;
};

struct loop_signal {
	LIST_ENTRY(loop_signal) link;
	struct loop *loop;
	int number;
	int fd; /* signalfd */
	bool was_blocked;
	struct loop_fd *watch;
	loop_signal_fn on_signal;
	void *context;
};

struct loop {
	struct lws_context *lws;
	int epoll_fd;
	bool running;    /* inside loop_run() */
	bool in_service; /* inside libwebsockets, so perhaps before its sleep */
	bool stop;
	struct loop_deferred_queue deferred;
	int timer_fd; /* set to the earliest of `timers` */
	TAILQ_HEAD(loop_timer_list, loop_timer) timers; /* armed, earliest first */
	LIST_HEAD(, loop_fd) watches;
	LIST_HEAD(, loop_child) children;
	LIST_HEAD(, loop_signal) signals;
};

/* watch.c: calls on_readable of everything that is ready now, without waiting. */
void loop_dispatch_watches(struct loop *loop);
void loop_free_watches(struct loop *loop);

/* timer.c: opens the timerfd and watches it. */
int loop_open_timers(struct loop *loop, struct err *err);
void loop_close_timers(struct loop *loop);

/* child.c, signal.c: end all of their kind, for loop_free(). */
void loop_free_children(struct loop *loop);
void loop_free_signals(struct loop *loop);

#endif
