#include "run/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum {
	SECOND = 1000 * 1000,
	START_DEADLINE_US = 10 * SECOND,
	RELOAD_DEADLINE_US = 20 * SECOND,
	/* Chromium turns its own format into JSON before the first byte, at 17–29 MB/s; the default buffer
	 * of 200 MB, full, becomes about a gigabyte. */
	STOP_DEADLINE_US = 90 * SECOND,
	PULL_DEADLINE_US = 60 * SECOND,
};

void tracer_init(struct tracer *tracer, const struct tracer_options *options,
	tracer_done_fn on_done, void *context)
{
	*tracer = (struct tracer){ .options = *options, .on_done = on_done, .context = context, .fd = -1 };
}

void tracer_release(struct tracer *tracer)
{
	if (tracer->fd >= 0)
		close(tracer->fd);
	tracer->fd = -1;
}

static void lose(struct tracer *tracer, const struct err *err)
{
	tracer->recording = false;
	if (tracer->failure.code == ERR_NONE)
		tracer->failure = *err;
}

static void on_reloaded(const struct err *err, void *context)
{
	struct tracer *tracer = context;
	tracer->on_done(err, tracer->context);
}

/* Refused or not, the page is loaded anew, so that all traced launches have been through the same. */
static void on_started(const struct err *err, void *context)
{
	struct tracer *tracer = context;
	if (err && (err->code == ERR_TIMEOUT || err->code == ERR_CLOSED)) {
		tracer->on_done(err, tracer->context);
		return;
	}
	tracer->recording = !err;
	if (err)
		lose(tracer, err);
	browser_reload(tracer->browser, RELOAD_DEADLINE_US, on_reloaded, tracer);
}

void tracer_begin(struct tracer *tracer, struct browser *browser)
{
	struct browser_trace_options options = { .categories = tracer->options.categories,
		.buffer_kb = tracer->options.buffer_kb, .format = tracer->options.format, .ring = tracer->options.ring };
	tracer->browser = browser;
	browser_trace_start(browser, &options, START_DEADLINE_US, on_started, tracer);
}

static void on_pulled(const struct browser_trace_result *result, const struct err *err,
	void *context)
{
	struct tracer *tracer = context;
	tracer_release(tracer);
	tracer->recording = false;
	tracer->pulled = !err;
	if (err)
		lose(tracer, err);
	else
		tracer->result = *result;
	tracer->on_done(err && err->code == ERR_CLOSED ? err : NULL, tracer->context);
}

void tracer_end(struct tracer *tracer)
{
	struct err err = { 0 };
	if (!tracer->recording) {
		tracer->on_done(NULL, tracer->context);
		return;
	}
	tracer->fd = open(tracer->options.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (tracer->fd >= 0) {
		browser_trace_stop(tracer->browser, tracer->fd, STOP_DEADLINE_US, PULL_DEADLINE_US, on_pulled,
			tracer);
		return;
	}
	err_set_errno(&err, ERR_IO, errno, "cannot create %s", tracer->options.path);
	lose(tracer, &err);
	tracer->on_done(NULL, tracer->context);
}
