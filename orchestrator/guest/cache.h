/* The cache of builds: CACHE/<inputs>/ holds build.json and what was built. Of CACHE/.lock one byte is held while something
 * is built, shared, so that what an interrupted one left (.building-…) can be told from what is in use; and one more by
 * each build's inputs, so that two processes do not build the same thing, and may build different ones at once.
 *
 * Ownership: paths are the caller's; a cache_lock is a descriptor, −1 when not held. */
#ifndef WASMOGRAPH_GUEST_CACHE_H
#define WASMOGRAPH_GUEST_CACHE_H

#include "base/err.h"
#include "base/json.h"

/* `given`, else DATA_ROOT/build/guests in a source tree (it holds orchestrator/), else
 * $XDG_CACHE_HOME or ~/.cache, /wasmograph/guests. Absolute. ERR_ENVIRONMENT without any. */
char *cache_folder(const char *given, const char *data_root, struct err *err);

/* Makes the folder if need be, waits while another process builds of the same inputs, and removes what interrupted builds
 * left when nobody builds. −1 on error; ERR_INTERRUPTED when a signal ended the wait. */
int cache_lock(const char *cache, const char *inputs, struct err *err);
void cache_unlock(int lock);

/* A new empty folder to build in; under the lock. */
char *cache_begin(const char *cache, struct err *err);
/* Moves it to its place, replacing what lay there; under the lock. */
int cache_publish(const char *cache, const char *building, const char *inputs, struct err *err);

/* The record of a build that can be used as it is, else NULL: readable, of these inputs, with its files
 * unchanged, and not stopped by a deadline or signal, which says more of the machine than of the
 * inputs. */
struct json *cache_find(const char *cache, const char *inputs);

#endif
