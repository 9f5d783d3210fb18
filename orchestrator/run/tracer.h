/* The trace of one launch while its browser lives: started, with a reload, before the page prepares; stopped
 * and pulled to a file after the samples came (DESIGN §5.3, §5.6).
 *
 * The page is there before the trace is started, since a renderer born while tracing delays its end by 5 s (facts in
 * docs/METHOD.md §4); the reload puts the navigation into it. What goes wrong with the trace alone is kept in
 * `failure`, and the launch goes on: its samples need no trace.
 * Ownership: a value of its launch, which must not move; tracer_release(). Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_TRACER_H
#define WASMOGRAPH_RUN_TRACER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "browser/browser.h"

/* How long the two steps may take, their commands' deadlines together, µs. */
enum {
	TRACER_BEGIN_DEADLINE_US = 30 * 1000 * 1000,
	TRACER_END_DEADLINE_US = 150 * 1000 * 1000,
};

struct tracer_options {
	const char *const *categories; /* NULL-terminated */
	int buffer_kb;                 /* 0: the browser's default */
	enum trace_format format;
	bool ring;                     /* the oldest is overwritten when the buffer is full */
	const char *path;              /* absolute: where its bytes go as they come; must not be there yet */
};

/* NULL: go on. Otherwise the launch cannot: the page does not answer, or did not load again. */
typedef void (*tracer_done_fn)(const struct err *err, void *context);

struct tracer {
	struct tracer_options options; /* borrows what it points to */
	struct browser *browser;
	tracer_done_fn on_done;
	void *context;
	bool recording;
	int fd;                        /* −1 while nothing is pulled */

	/* What came of it. */
	struct err failure;            /* code ERR_NONE: nothing went wrong */
	bool pulled;                   /* the whole of it is at the path */
	struct browser_trace_result result; /* when pulled */
};

void tracer_init(struct tracer *tracer, const struct tracer_options *options,
	tracer_done_fn on_done, void *context);
void tracer_begin(struct tracer *tracer, struct browser *browser);
/* Only after a tracer_begin() that went on. on_done may come from inside. */
void tracer_end(struct tracer *tracer);
void tracer_release(struct tracer *tracer); /* after browser_free(): nothing comes any more */

#endif
