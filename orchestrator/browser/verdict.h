/* How a browser ended: the evidence comes piecemeal, the verdict is given once, and told by on_died. Part
 * of browser/browser.h, private to this folder; what the evidence means is in browser/death.
 *
 * Ownership: everything is the browser's. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_VERDICT_H
#define WASMOGRAPH_BROWSER_VERDICT_H

#include "browser/browser.h"

void browser_verdict_init(struct browser *browser);
void browser_verdict_cancel(struct browser *browser); /* what is under way, for the end */

/* What else is known; the first counts. */
void browser_verdict_hint(struct browser *browser, const char *text);

/* Judges the evidence, calls back what waits and on_died, and closes; nothing after the first time. */
void browser_verdict_give(struct browser *browser);

/* The same, a while later, when evidence that says more may be on its way; or, for a browser that
 * lives and does not answer, once it is known what it does. */
void browser_verdict_await(struct browser *browser);
void browser_verdict_look(struct browser *browser);

#endif
