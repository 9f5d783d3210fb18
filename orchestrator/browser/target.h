/* The page: found among the browser's targets, attached to, and watched for its crash.
 *
 * Commands: Target.setDiscoverTargets (filtered to pages, so that no worker's birth is told
 * inside a window) and Inspector.enable on the page's session, both needed for the two crash
 * events; no other domain is enabled here.
 * Ownership: the handle is the caller's, and is freed before its connection's callbacks may be
 * ignored: free it any time, replies that come later do nothing. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_TARGET_H
#define WASMOGRAPH_BROWSER_TARGET_H

#include <stdint.h>

#include "cdp/session.h"
#include "loop/loop.h"

struct browser_target;

struct browser_target_events {
	/* Attached, or not (then err): once. */
	void (*on_attached)(const struct err *err, void *context);
	/* Inspector.targetCrashed, or Target.targetCrashed, which alone has a status ("" before);
	 * the two come in either order, both may be told. */
	void (*on_crashed)(const char *status, int error_code, void *context);
	void *context;
};

/* Looks for the page target at about:blank. */
struct browser_target *browser_target_open(struct loop *loop, struct cdp_connection *connection,
	int64_t deadline_us, const struct browser_target_events *events);

/* To be given every event of the connection. */
void browser_target_event(struct browser_target *target, const char *session, const char *method,
	const struct json *params);

const char *browser_target_session(const struct browser_target *target); /* "" until attached */
void browser_target_free(struct browser_target *target);                 /* NULL is fine */

#endif
