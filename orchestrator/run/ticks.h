/* The host's ticks of one traced launch: starts the sampler process (host/ticks_sampler.h) when the page is
 * prepared, and fetches its file when the window is over.
 *
 * From on_ready until ticks_stop() nothing of it can wake the loop, not even the sampler's death: that is found out
 * afterwards. A launch without ticks is as good a launch whose causes are known less well: every failure ends in
 * on_ready and in facts that say {"failed":"why"}.
 * Ownership: the handle is the caller's. Freed at any time, it ends the sampler without its file and calls nobody.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_TICKS_H
#define WASMOGRAPH_RUN_TICKS_H

#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"
#include "loop/loop.h"

enum { TICKS_PERIOD_US = 1000 };

/* How long on_ready and on_done may be waited for. Starting takes some 10 ms, writing a minute's ticks 100 ms: more is a
 * sampler that hangs. */
enum { TICKS_READY_DEADLINE_US = 5000000, TICKS_DONE_DEADLINE_US = 20000000 };

struct ticks_options {
	const char *executable;  /* NULL: our own */
	pid_t renderer;          /* as we see it: browser_renderer_find(); 0: there is none */
	int group_version;       /* browser_group() */
	const char *group_path;
	int out_fd;              /* gets the CSV of host/ticks_table.h; borrowed for the call of ticks_start() */
	int log_fd;              /* the sampler's stdout and stderr; likewise */
	int64_t period_us;       /* 0: TICKS_PERIOD_US */
	int64_t longest_us;      /* of sampling: decides the memory */
};

struct ticks;

/* Never fails: see above. on_ready is called once, never from inside ticks_start(): it samples, or it has failed. */
struct ticks *ticks_start(struct loop *loop, const struct ticks_options *options,
	void (*on_ready)(void *context), void *context);

pid_t ticks_pid(const struct ticks *ticks); /* the sampler; −1 if it could not be started */

/* The sampler's CPU time so far, µs, for the accounts of a window: it is ours, not a stranger's. 0 without a sampler
 * (NULL is fine), or when it is dead. */
int64_t ticks_cpu_us(const struct ticks *ticks);

/* Once, after on_ready. The facts (host/ticks_sampler.h, or {"failed"}) last as long as the handle; the file is whole
 * if they have no "failed". Never called from inside. */
typedef void (*ticks_done_fn)(const struct json *facts, void *context);
void ticks_stop(struct ticks *ticks, ticks_done_fn on_done, void *context);

void ticks_free(struct ticks *ticks); /* NULL is fine */

#endif
