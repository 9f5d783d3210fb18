/* A guest that was measured before, from RESULTS/builds/<id>/, where guest_build_keep() put it: the same bytes, whatever
 * became of its source and its compiler since. */
#ifndef WASMOGRAPH_GUEST_KEPT_H
#define WASMOGRAPH_GUEST_KEPT_H

#include "base/err.h"
#include "guest/build.h"

/* The build by its id, under the guest's `name`. Output and glue are hashed and must be what the record says. ERR_NOT_FOUND
 * when files are gone, ERR_INVALID when they have changed. The caller releases the build, as guest_build()'s. */
int guest_kept_open(const char *results, const char *id, const char *name, struct guest_build *build, struct err *err);

#endif
