/* A launch's scratch folder: profile, home and temporary files of one browser, and the
 * environment that points there. The supervisor deletes it.
 *
 * ROOT (${TMPDIR:-/tmp}/wasmograph-<uid>) is ours, 0711, so that the browser's user can pass but
 * not list or add; ROOT/LAUNCH is that user's, 0700. A root that is a symbolic link, somebody
 * else's, or writable by others is refused: names in /tmp can be taken by anybody.
 * Ownership: returned lists and strings are the caller's. Any thread. */
#ifndef WASMOGRAPH_BROWSER_SCRATCH_H
#define WASMOGRAPH_BROWSER_SCRATCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "browser/browser.h"

/* Makes ROOT and `path` with profile/, home/ and tmp/. ERR_ENVIRONMENT for a root that cannot
 * be trusted or made, ERR_INVALID for a path that is not ROOT/NAME, ERR_BUSY when it exists. */
int browser_scratch_create(const char *path, uid_t uid, gid_t gid, struct err *err);

/* Deletes what an earlier process left. `path` must have the shape …/wasmograph-<uid>/NAME, under
 * whatever TMPDIR that process had, and the folder above it be ours: else ERR_INVALID, and nothing
 * is touched. Missing is fine. */
int browser_scratch_remove(const char *path, struct err *err);

/* The browser's whole environment, NULL-terminated. */
char **browser_scratch_environment(const char *path, enum browser_mode mode);
void browser_scratch_environment_free(char **environment);

#endif
