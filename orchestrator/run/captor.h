/* What a launch with captures (probe/captures.h) takes of its browser: a profile of the arm's thread from before measure() to
 * after it, then a snapshot of the page's heap; with its trace (run/tracer.h) they are given to the page to read, before it
 * reports, and kept with the launch.
 *
 * Everything is written to the launch's staging folder as it comes. What cannot be taken is told in captor_facts(), and the
 * launch goes on: whether it can do without is its probe.js's decision.
 * Ownership: a value of its launch, which must not move; captor_release(). Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_CAPTOR_H
#define WASMOGRAPH_RUN_CAPTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "browser/browser.h"
#include "probe/captures.h"
#include "run/harness.h"
#include "run/tracer.h"

/* Of all steps together, their commands' deadlines, µs. */
enum { CAPTOR_DEADLINE_US = 150 * 1000 * 1000 };

/* Names in the launch's staging folder: as it comes, gone when it is kept; and as it stays. Not of traces. */
const char *captor_raw_name(enum probe_capture_kind kind);
const char *captor_name(enum probe_capture_kind kind);

typedef void (*captor_done_fn)(void *context);

struct captor_item {
	bool asked, taken;
	int64_t bytes;
	struct err failure;
};

struct captor {
	struct browser *browser;
	char *folder;
	enum browser_profiled whose;
	captor_done_fn on_done;
	void *context;
	bool profiling;
	int fd;                     /* −1 while nothing is written */
	enum probe_capture_kind kind; /* what is being written */
	struct captor_item items[PROBE_CAPTURE_KINDS];
};

/* `folder`, absolute, is copied. `context` is the steps' on_done's. */
void captor_init(struct captor *captor, const struct probe_captures *captures, const char *arm, const char *folder,
	void *context);
void captor_release(struct captor *captor); /* after browser_free(): nothing comes any more */

/* One after the other; on_done may come from inside. Before measure() the profile begins, after it it is written. */
void captor_begin(struct captor *captor, struct browser *browser, captor_done_fn on_done);
void captor_end(struct captor *captor, captor_done_fn on_done);
void captor_snapshot(struct captor *captor, captor_done_fn on_done);

/* Lets the page read what was taken, the trace as Chromium's JSON; `tracer` NULL: there is none. */
void captor_offer(struct captor *captor, const struct tracer *tracer, struct harness *harness);

/* {KIND: {"bytes", "failed": TEXT|null}} of what was asked for. The caller frees. */
struct json *captor_facts(const struct captor *captor);

/* Between windows: compresses what there is in the staging folder, and removes what the page was given. Failures are
 * told in `facts`. */
void captor_keep(const char *folder, struct json *facts);

#endif
