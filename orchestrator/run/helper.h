/* A helper of one launch: a process of our own executable with a hidden command that works beside the measured window
 * (host/attend.h is its side), such as the sampler of the host's ticks or the host's planter.
 *
 * From on_ready until helper_stop() nothing of it can wake the loop, not even its death: that is found out afterwards.
 * A launch goes on without its helper: every failure ends in on_ready and in facts that say {"failed":"why"}.
 * Ownership: the handle is the caller's. Freed at any time, it ends the process and calls nobody.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_HELPER_H
#define WASMOGRAPH_RUN_HELPER_H

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"
#include "loop/loop.h"

/* How long on_ready and on_done may be waited for. Starting takes some 10 ms, writing a minute's ticks 100 ms: more is a
 * helper that hangs. */
enum { HELPER_READY_DEADLINE_US = 5000000, HELPER_DONE_DEADLINE_US = 20000000 };

struct helper_options {
	const char *executable;  /* NULL: our own */
	const char *who;         /* "sampler": for what went wrong; static */
	const char *command;     /* the hidden one */
	const char *const *arguments; /* behind the socket's number, NULL-terminated */
	int passed_fd;           /* becomes SUPERVISOR_OWN_PASSED; −1: none; borrowed for the call of helper_start() */
	int log_fd;              /* its stdout and stderr; likewise */
};

struct helper;

/* Never fails: see above. on_ready is called once, never from inside: it works, or it has failed. `refusal`: why there is
 * none to start, told like any other failure; NULL: there is. */
struct helper *helper_start(struct loop *loop, const struct helper_options *options, const struct err *refusal,
	void (*on_ready)(void *context), void *context);

pid_t helper_pid(const struct helper *helper); /* −1 if it could not be started */

/* Its CPU time so far and that of the children it waited for, µs, for the accounts of a window: it is ours, not a
 * stranger's. 0 without a helper (NULL is fine), or when it is dead. */
int64_t helper_cpu_us(const struct helper *helper);

/* The window begins; wakes nobody. NULL is fine. */
void helper_go(const struct helper *helper);

/* Once, after on_ready. The facts (its "done", or {"failed"}) last as long as the handle. Never called from inside. */
typedef void (*helper_done_fn)(const struct json *facts, void *context);
void helper_stop(struct helper *helper, helper_done_fn on_done, void *context);

void helper_free(struct helper *helper); /* NULL is fine */

#endif
