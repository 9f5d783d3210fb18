/* The Tracing domain on the page's session: one trace at a time, started, stopped and written to a
 * descriptor; the part of browser/browser.h that is browser_trace_*.
 *
 * Seen with Chromium 156: Tracing.start needs all renderers to answer, Tracing.end none; traces
 * survive the page's renderer. After its tracing service has died, end is refused with "Tracing failed"
 * and start with "already started": only another browser helps.
 * Ownership: the handle is the caller's; free it any time, before its connection. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_TRACING_H
#define WASMOGRAPH_BROWSER_TRACING_H

#include "browser/browser.h"

struct browser_tracer;

/* `session` is copied. `on_idle` is called whenever a stop has ended, after its callback. */
struct browser_tracer *browser_tracer_new(struct loop *loop, struct cdp_connection *connection,
	const char *session, void (*on_idle)(void *context), void *context);

/* As browser_trace_start() and browser_trace_stop(). */
void browser_tracer_start(struct browser_tracer *tracer, const struct browser_trace_options *options,
	int64_t deadline_us, browser_done_fn on_started, void *context);
void browser_tracer_stop(struct browser_tracer *tracer, int fd, int64_t stop_deadline_us,
	int64_t read_deadline_us, browser_trace_fn on_stopped, void *context);

/* Whether a trace is being stopped or written. */
bool browser_tracer_is_stopping(const struct browser_tracer *tracer);

/* To be given every event of the page's session. */
void browser_tracer_event(struct browser_tracer *tracer, const char *method, const struct json *params);

/* The page's renderer will not answer any more: ends a start with `err`, and nothing else. */
void browser_tracer_page_failed(struct browser_tracer *tracer, const struct err *err);

/* Calls back what is under way with `err`, and from now on all that is asked. */
void browser_tracer_fail(struct browser_tracer *tracer, const struct err *err);
void browser_tracer_free(struct browser_tracer *tracer); /* without calling back; NULL is fine */

#endif
