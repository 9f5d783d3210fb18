/* Navigates the page, or loads it again, and waits for the load event of that very navigation.
 *
 * The Page domain is enabled for the navigation only, and disabled before the caller is told:
 * nothing is pushed afterwards. The event is Page.lifecycleEvent "load" with the loaderId that
 * Page.navigate gave or Page.frameNavigated announced; the load event of the page before
 * (about:blank) cannot be taken for it.
 * Ownership: the handle is the caller's; free it any time. One navigation at a time.
 * Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_LOAD_H
#define WASMOGRAPH_BROWSER_LOAD_H

#include "browser/browser.h"

struct browser_loader;

/* `session` is copied. */
struct browser_loader *browser_loader_new(struct loop *loop, struct cdp_connection *connection,
	const char *session);

/* ERR_REFUSED with the net error; ERR_TIMEOUT; ERR_BUSY when another one is under way. The
 * callback comes later, never from inside. */
void browser_loader_go(struct browser_loader *loader, const char *url, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context);

/* The same for the page that is there. */
void browser_loader_reload(struct browser_loader *loader, int64_t deadline_us,
	browser_loaded_fn on_loaded, void *context);

/* To be given every event of the page's session. */
void browser_loader_event(struct browser_loader *loader, const char *method,
	const struct json *params);

/* Calls back what is under way with `err`, and from now on all that is asked. */
void browser_loader_fail(struct browser_loader *loader, const struct err *err);
void browser_loader_free(struct browser_loader *loader); /* without calling back; NULL is fine */

#endif
