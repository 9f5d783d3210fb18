/* The host's ticks of one traced launch: a helper (run/helper.h) that is the sampler process (host/ticks_sampler.h),
 * started when the page is prepared, whose file is fetched when the window is over.
 *
 * A launch without ticks is as good a launch whose causes are known less well. Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_TICKS_H
#define WASMOGRAPH_RUN_TICKS_H

#include <stdint.h>
#include <sys/types.h>

#include "run/helper.h"

enum { TICKS_PERIOD_US = 1000 };

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

/* The helper's facts are those of host/ticks_sampler.h; the file is whole if they have no "failed". */
struct helper *ticks_start(struct loop *loop, const struct ticks_options *options,
	void (*on_ready)(void *context), void *context);

#endif
