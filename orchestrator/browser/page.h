/* The connection to a browser and its page: the part of browser/browser.h that speaks CDP; private to
 * this folder. It ends in on_ready, or in a verdict.
 *
 * Ownership: everything is the browser's. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_PAGE_H
#define WASMOGRAPH_BROWSER_PAGE_H

#include "browser/browser.h"
#include "browser/endpoint.h"

int browser_page_connect(struct browser *browser, const struct browser_endpoint *endpoint,
	struct err *err);

/* A dead page never answers: everything that waits for it hears of it now, and what is asked from now
 * on is refused. Not so a trace, which is the browser process's affair: it ends when that is lost. */
void browser_page_fail(struct browser *browser, const char *why);
void browser_page_lost(struct browser *browser, const char *why);

/* Whether a trace is being stopped or written. */
bool browser_page_is_tracing(const struct browser *browser);

/* Ends the conversation. Loader and evaluator stay, and refuse. */
void browser_page_let_go(struct browser *browser);
void browser_page_free(struct browser *browser);

#endif
