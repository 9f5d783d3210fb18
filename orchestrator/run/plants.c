#include "run/plants.h"

#include <stdlib.h>

#include "base/mem.h"

struct helper *plants_start(struct loop *loop, const struct plants_options *options,
	void (*on_ready)(void *context), void *context)
{
	struct err err;
	char *renderer = mem_format("%d", (int)options->renderer);
	const char *arguments[] = {renderer, options->plan, NULL};
	struct helper_options helper = {.executable = options->executable, .who = "planter", .command = "plant",
		.arguments = arguments, .passed_fd = -1, .log_fd = options->log_fd};
	if (options->renderer <= 0)
		err_set(&err, ERR_NOT_FOUND, "the page's renderer was not found");
	struct helper *started = helper_start(loop, &helper, options->renderer <= 0 ? &err : NULL, on_ready, context);
	free(renderer);
	return started;
}
