/* Profiles and heap snapshots on the page's session (Profiler and HeapProfiler domains), written to a descriptor as they
 * come: the part of browser/browser.h that is browser_profile_* and browser_snapshot(). One at a time.
 *
 * A worker is profiled by attaching to it as it is born (Target.setAutoAttach on the page's session), which neither stops it
 * nor enables anything else there. Seen with Chromium 156: commands of one session are carried out in the order sent, so that
 * only the last one's answer is waited for.
 * Ownership: the handle is the caller's; free it any time, before its connection. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_CAPTURE_H
#define WASMOGRAPH_BROWSER_CAPTURE_H

#include "browser/browser.h"

struct browser_capture;

/* `session` is copied. */
struct browser_capture *browser_capture_new(struct loop *loop, struct cdp_connection *connection, const char *session);
void browser_capture_free(struct browser_capture *capture); /* without calling back; NULL is fine */

/* As browser_profile_start(), browser_profile_stop() and browser_snapshot(). */
void browser_capture_profile(struct browser_capture *capture, enum browser_profiled whose, int64_t deadline_us,
	browser_done_fn on_started, void *context);
void browser_capture_profile_end(struct browser_capture *capture, int fd, int64_t deadline_us,
	browser_captured_fn on_captured, void *context);
void browser_capture_snapshot(struct browser_capture *capture, int fd, int64_t deadline_us,
	browser_captured_fn on_captured, void *context);

/* To be given every event of the page's session. */
void browser_capture_event(struct browser_capture *capture, const char *method, const struct json *params);

#endif
