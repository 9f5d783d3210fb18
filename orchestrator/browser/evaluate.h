/* Runtime.evaluate with results that people can read, and callbacks that always come.
 *
 * An exception is told at once; a refusal by the protocol (page closed or navigated away) after a
 * second, lest a browser that is being ended be taken for a page that fails.
 * A crashed renderer never answers (seen with Chromium 156): browser_evaluator_fail() then fails
 * what waits. Runtime is not enabled: evaluate works without, and enabling it would record and
 * forward the page's console.
 * Ownership: the handle is the caller's; free it any time. Threads: the loop's. */
#ifndef WASMOGRAPH_BROWSER_EVALUATE_H
#define WASMOGRAPH_BROWSER_EVALUATE_H

#include "browser/browser.h"

struct browser_evaluator;

/* `session` is copied. */
struct browser_evaluator *browser_evaluator_new(struct loop *loop, struct cdp_connection *connection,
	const char *session);
void browser_evaluator_run(struct browser_evaluator *evaluator, const char *expression,
	int64_t deadline_us, browser_value_fn on_value, void *context);

/* Calls everything that waits with `err`, in the order asked, and from now on all that is asked. */
void browser_evaluator_fail(struct browser_evaluator *evaluator, const struct err *err);

/* Calls back nothing that still waits: fail it first. NULL is fine. */
void browser_evaluator_free(struct browser_evaluator *evaluator);

/* The text of exceptionDetails, for ERR_REFUSED: the exception's description (message and
 * stack), else its value, else the summary. Pure; borrowed from `details`. */
const char *browser_exception_text(const struct json *details);

#endif
