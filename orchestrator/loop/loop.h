/* The one event loop: libwebsockets' own poll loop, with everything else adopted into
 * it: one epoll set of ours holds the watched descriptors, signals (signalfd), children
 * (pidfd) and the earliest timer (timerfd), and sits in libwebsockets' poll as a single
 * raw file. It sleeps until something happens: no tick, no polling.
 *
 * Ownership: the loop owns its watches; a handle is valid until its unwatch call or
 * loop_free(). A callback may unwatch itself or anything else: handles are freed
 * only after the current turn (deferred frees).
 * Threads: one; every call from the thread that runs the loop.
 *
 * From loop_new() on SIGPIPE and SIGXFSZ are ignored (a limit on file sizes is an error of the
 * write, EFBIG), and watched signals are blocked: both are inherited by fork and exec, so a
 * child that is started must undo them. */
#ifndef WASMOGRAPH_LOOP_LOOP_H
#define WASMOGRAPH_LOOP_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/err.h"

struct loop;
struct loop_fd;
struct loop_child;

struct loop *loop_new(struct err *err);
/* NULL is fine; runs the deferred calls first, ends every watch, and gives watched signals
 * back (those that arrived and were not delivered are dropped). Not inside loop_run(). */
void loop_free(struct loop *loop);

/* Runs turns until loop_stop(); returns at once when that was called before. Re-entrant
 * calls abort. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Runs `fn` after the current turn's callbacks, in order of asking. A call asked for by a
 * deferred call runs one turn later, so none can keep the loop from its descriptors. */
typedef void (*loop_deferred_fn)(void *context);
void loop_defer(struct loop *loop, loop_deferred_fn fn, void *context);

/* Timers are embedded in their user's struct, which must not move; init once, then set
 * and cancel freely. They never expire early. */
typedef void (*loop_timer_fn)(void *context);
struct loop_timer {
	struct loop *loop;
	loop_timer_fn on_expiry; /* may set, cancel or release any timer, its own too */
	void *context;
	int64_t due_us; /* mono_now_us() clock */
	bool armed;
	TAILQ_ENTRY(loop_timer) link; /* the loop's, while armed */
};
void loop_timer_init(struct loop_timer *timer, struct loop *loop, loop_timer_fn on_expiry,
	void *context);
void loop_timer_set(struct loop_timer *timer, int64_t delay_us); /* one shot; ≥ 0; re-arms */
void loop_timer_cancel(struct loop_timer *timer);
void loop_timer_release(struct loop_timer *timer); /* cancels; init'd or zeroed */

/* Watches a descriptor for reading (and hang-up): called every turn until what is there
 * has been read, as poll() would. The loop watches a dup(): the caller keeps, and closes,
 * its own fd. Regular files cannot be watched (ERR_IO). */
typedef void (*loop_fd_fn)(void *context);
struct loop_fd *loop_watch_fd(struct loop *loop, int fd, loop_fd_fn on_readable, void *context,
	struct err *err);
void loop_unwatch_fd(struct loop_fd *watch); /* NULL is fine */

/* The same with the descriptor itself, which is closed by loop_unwatch_fd() or loop_free(), and
 * here when it cannot be watched. */
struct loop_fd *loop_adopt_fd(struct loop *loop, int fd_taken, loop_fd_fn on_readable,
	void *context, struct err *err);

/* Calls `on_writable` once, in the next turn in which the descriptor takes bytes or has failed,
 * and before on_readable if both are due. NULL: asks for it no more. */
void loop_await_writable(struct loop_fd *watch, loop_fd_fn on_writable);

/* Waits for a child's end by pidfd and reaps it. `code` is the exit status or −1,
 * `signal` the killing signal or 0; −1 and 0 when somebody else reaped it. The handle is
 * gone after the call. ERR_NOT_FOUND when there is no such process. */
typedef void (*loop_child_fn)(int code, int signal, void *context);
struct loop_child *loop_watch_child(struct loop *loop, pid_t pid, loop_child_fn on_exit,
	void *context, struct err *err);
void loop_unwatch_child(struct loop_child *watch); /* does not kill or reap; NULL is fine */

/* Blocks `signal_number` for the process and delivers it as a call. Once per signal
 * (ERR_BUSY the second time). */
typedef void (*loop_signal_fn)(int signal_number, void *context);
int loop_watch_signal(struct loop *loop, int signal_number, loop_signal_fn on_signal,
	void *context, struct err *err);

#endif
