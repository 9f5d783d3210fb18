/* Waits for the browser's DevToolsActivePort and reads it.
 *
 * Chromium writes the file into its profile folder when the debugging port listens: line 1 the
 * port, line 2 the path of the browser's WebSocket (devtools_http_handler.cc). inotify tells
 * when the file is closed or moved into place: no polling.
 * Ownership: the watch is the caller's; keep it until the browser is being closed, when there is time for the 16 ms
 * that its end may take. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_ENDPOINT_H
#define WASMOGRAPH_BROWSER_ENDPOINT_H

#include <stddef.h>

#include "base/err.h"
#include "loop/loop.h"

struct browser_endpoint {
	int port;
	char path[160]; /* "/devtools/browser/<guid>" */
};

/* 0 = *endpoint is filled; 1 = the text is not complete yet; −1 = ERR_INVALID, it never will be.
 * Pure. */
int browser_endpoint_parse(const char *text, size_t length, struct browser_endpoint *endpoint,
	struct err *err);

/* Called once, later; endpoint is NULL when err is not. After it nothing wakes us any more. */
typedef void (*browser_endpoint_fn)(const struct browser_endpoint *endpoint, const struct err *err,
	void *context);

struct browser_endpoint_watch;
struct browser_endpoint_watch *browser_endpoint_watch(struct loop *loop, const char *profile,
	browser_endpoint_fn on_endpoint, void *context, struct err *err);
void browser_endpoint_unwatch(struct browser_endpoint_watch *watch); /* NULL is fine; also inside the call */

#endif
