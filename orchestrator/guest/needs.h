/* The programs and files of this machine that a toolchain names: each has a list of paths, of which the first that
 * is there is taken, and a package to install when none is. Files are known by their bytes.
 *
 * Ownership: everything is the caller's; what is found is added to its JSON values. */
#ifndef WASMOGRAPH_GUEST_NEEDS_H
#define WASMOGRAPH_GUEST_NEEDS_H

#include "base/err.h"
#include "base/json.h"
#include "guest/toolchain.h"

/* Where a user's caches are: $XDG_CACHE_HOME, else $HOME/.cache, if absolute; else NULL. The caller frees. */
char *needs_cache_home(void);

struct needs {
	struct json *values;     /* placeholders; holds "root", and "cache_home" if there is one; name → path is added */
	struct json *names;      /* name → path as the toolchain writes it, which may hold placeholders: this form does
	                            not change when a folder moves */
	struct json *files;      /* [{"name","path","sha256"}] of each file, the path as in `names` */
};

/* ERR_ENVIRONMENT when something is not there, naming its package. */
int needs_find(const struct toolchain *toolchain, const struct needs *needs, struct err *err);

#endif
