/* A guest's source files: which they are, their hash, and a copy to build from.
 *
 * Only files that the toolchain's globs name are inputs, and a build sees nothing else: so the cache's key
 * holds all that the result depends on. A glob without '/' is matched against file names in the source
 * folder and below, one with '/' against the path from it. Names that begin with '.' and symbolic links are left
 * out. Ownership: the list is the caller's. */
#ifndef WASMOGRAPH_GUEST_INPUTS_H
#define WASMOGRAPH_GUEST_INPUTS_H

#include <stddef.h>

#include "base/err.h"
#include "base/hash.h"
#include "base/json.h"

struct inputs {
	char *folder;            /* absolute: what the paths start from */
	char **paths;            /* relative, sorted by bytes */
	size_t count;
};

enum { INPUTS_MAX = 10000, INPUTS_DEPTH_MAX = 16 };

/* `source` is a folder, or a file, which is then the only input whatever the globs. ERR_USAGE when there
 * is no such source or nothing in it is an input; ERR_TOO_LARGE beyond the limits. */
int inputs_find(const char *source, const struct json *globs, struct inputs *inputs,
	struct err *err);
void inputs_release(struct inputs *inputs);

/* Adds each path and the SHA-256 of its bytes, read now. */
int inputs_hash(const struct inputs *inputs, struct hash_stream *stream, struct err *err);

/* Copies them to the same paths under `folder`, which exists. */
int inputs_copy(const struct inputs *inputs, const char *folder, struct err *err);

#endif
