/* The host's part of a launch's plants: a helper (run/helper.h) that is the planter process (host/planter.h), started
 * when the page is prepared; it begins when the window does.
 *
 * Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_PLANTS_H
#define WASMOGRAPH_RUN_PLANTS_H

#include <sys/types.h>

#include "run/helper.h"

struct plants_options {
	const char *executable; /* NULL: our own */
	pid_t renderer;         /* as we see it: browser_renderer_find(); 0: there is none */
	const char *plan;       /* planting_host_plan() */
	int log_fd;             /* the planter's stdout and stderr; borrowed for the call of plants_start() */
};

/* The helper's facts are those of host/planter.h. */
struct helper *plants_start(struct loop *loop, const struct plants_options *options,
	void (*on_ready)(void *context), void *context);

#endif
