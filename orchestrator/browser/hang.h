/* What the processes of a browser that does not answer are doing: stopped by a signal, running without
 * a pause, or waiting. Ten looks at /proc in half a second, after the deadline has passed.
 *
 * Ownership: the handle is the caller's, freed at any time, from inside its callback too. Threads: the
 * loop's. */
#ifndef WASMOGRAPH_BROWSER_HANG_H
#define WASMOGRAPH_BROWSER_HANG_H

#include <stdbool.h>
#include <sys/types.h>

#include "host/proc_threads.h"
#include "loop/loop.h"

enum { BROWSER_HANG_LOOKS = 10, BROWSER_HANG_THREADS_MAX = 128, BROWSER_HANG_TEXT_SIZE = 200 };

/* The threads on which a page's code runs: the renderer's main thread and its workers. */
struct browser_hang_tally {
	pid_t renderer; /* 0: there is none */
	int looks;
	struct browser_hang_thread {
		pid_t tid;
		int running; /* looks at which it ran, or was ready to */
	} threads[BROWSER_HANG_THREADS_MAX];
	int count;
};

struct browser_hang_seen {
	bool stopped; /* a process of the browser is, by a signal */
	bool looping; /* a thread of the page ran at nine looks of ten, or more */
	char text[BROWSER_HANG_TEXT_SIZE]; /* "the renderer (pid 812) is stopped by a signal" */
};

/* One more look. Pure. */
void browser_hang_add(struct browser_hang_tally *tally, const struct proc_thread *threads, int count);

/* What the looks at the renderer say, if no process is stopped. Pure. */
void browser_hang_judge(const struct browser_hang_tally *tally, struct browser_hang_seen *seen);

struct browser_hang;
typedef void (*browser_hang_fn)(const struct browser_hang_seen *seen, void *context);

/* Looks at the renderer and at all other processes below `root`, of which `browser` is one; a stopped one
 * outweighs a running one. Calls back once, after half a second. */
struct browser_hang *browser_hang_look(struct loop *loop, pid_t root, pid_t browser,
	browser_hang_fn on_seen, void *context);
void browser_hang_free(struct browser_hang *hang); /* NULL is fine */

#endif
