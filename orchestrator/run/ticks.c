#include "run/ticks.h"

#include <stdlib.h>

#include "base/mem.h"
#include "host/ticks_table.h"
#include "supervisor/own.h"

enum { ARGUMENTS = 6 };

static const struct err *refusal_of(const struct ticks_options *options, struct err *err)
{
	if (options->renderer <= 0)
		err_set(err, ERR_NOT_FOUND, "the page's renderer was not found");
	else if (options->out_fd < 0)
		err_set(err, ERR_IO, "the file for the ticks could not be made");
	else
		return NULL;
	return err;
}

struct helper *ticks_start(struct loop *loop, const struct ticks_options *options,
	void (*on_ready)(void *context), void *context)
{
	struct err err;
	int64_t period_us = options->period_us ? options->period_us : TICKS_PERIOD_US;
	int64_t rows = options->longest_us / period_us + 1;
	char *arguments[ARGUMENTS + 1] = {mem_format("%d", SUPERVISOR_OWN_PASSED),
		mem_format("%d", (int)options->renderer), mem_format("%lld", (long long)period_us),
		mem_format("%lld", (long long)(rows < TICKS_ROWS_MAX ? rows : TICKS_ROWS_MAX)),
		mem_format("%d", options->group_version), mem_strdup(options->group_version ? options->group_path : "")};
	struct helper_options helper = {.executable = options->executable, .who = "sampler", .command = "ticks",
		.arguments = (const char *const *)arguments, .passed_fd = options->out_fd, .log_fd = options->log_fd};
	struct helper *started = helper_start(loop, &helper, refusal_of(options, &err), on_ready, context);
	for (int i = 0; i < ARGUMENTS; i++)
		free(arguments[i]);
	return started;
}
