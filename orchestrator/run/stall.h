/* Whether the browser stalled when a trace was stopped.
 *
 * Chromium's tracing service waits 5 s for a source that does not acknowledge the stop, and then goes on without it: a
 * renderer born while tracing (which our launches avoid), or a process that is stopped. Nothing is lost but time. A
 * stop takes as long when a large trace is made JSON of; but then the service, a process of its own, computes all the
 * while, or waits for a processor. So that time is looked at 4 s after the stop was asked for.
 * Ownership: a value of its launch, which must not move; stall_release(). Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_STALL_H
#define WASMOGRAPH_RUN_STALL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop/loop.h"

/* A stop of less is none: those seen took 5.0 s, and the longest others 0.3 s (protobuf). */
enum { STALL_LEAST_US = 4 * 1000 * 1000 };

struct stall {
	struct loop_timer timer;
	pid_t service;      /* 0: none was found, and time alone tells */
	int64_t before_us;  /* proc_threads_wanted_us() when the stop was asked for */
	int64_t wanted_us;  /* since, at the look; −1: nobody looked yet */
};

void stall_init(struct stall *stall, struct loop *loop);
void stall_release(struct stall *stall);

/* The stop is about to be asked for; `tree` is browser_tree(). Reads /proc. */
void stall_begin(struct stall *stall, pid_t tree);
/* The trace was together `stop_us` later: whether that was a stall. */
bool stall_end(struct stall *stall, int64_t stop_us);

/* Pure. The stop took at least STALL_LEAST_US, and the service wanted a processor for less than half of that. A converter
 * does but for the first 0.2 s; one that waits sleeps. */
bool stall_is(int64_t stop_us, int64_t wanted_us);

#endif
