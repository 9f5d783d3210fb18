/* The browser's command line: what is switched off so that it does not disturb, and why.
 *
 * Pure. Ownership: lists are the caller's, freed with browser_flags_free(). Any thread. */
#ifndef WASMOGRAPH_BROWSER_FLAGS_H
#define WASMOGRAPH_BROWSER_FLAGS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "browser/browser.h"

struct browser_flags {
	const char *program;      /* argv[0] */
	const char *profile;      /* --user-data-dir */
	enum browser_mode mode;
	bool sandbox;             /* false adds --no-sandbox */
	const struct json *extra; /* array of strings, or NULL */
};

/* The NULL-terminated argument list. Lists of features and of V8 flags are merged, because
 * Chromium obeys only the last of several --disable-features; a feature that `extra` enables is
 * not disabled by us. ERR_INVALID for an extra flag that is none, or that is ours alone (port,
 * profile, sandbox, mode). */
char **browser_flags_build(const struct browser_flags *flags, struct err *err);
void browser_flags_free(char **argv); /* NULL is fine */

/* The same without argv[0], as an array of strings, for storage. */
struct json *browser_flags_json(char *const *argv);

#endif
