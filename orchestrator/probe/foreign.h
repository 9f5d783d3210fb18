/* A guest that a probe does not have: a program from elsewhere, built already, given for one run. Pure. */
#ifndef WASMOGRAPH_PROBE_FOREIGN_H
#define WASMOGRAPH_PROBE_FOREIGN_H

#include "base/err.h"
#include "probe/manifest.h"

struct probe_foreign {
	const char *name;        /* of the guest: the first part of its arms */
	const char *toolchain;   /* says how it is started */
	const char *file;        /* absolute path */
	const char *glue;        /* absolute path, or NULL */
};

/* Adds the guest, and an arm NAME/thread/load for each thread and load of the probe's own arms. ERR_USAGE for a name
 * that is none, or that a guest has already. */
int probe_add_foreign(struct probe *probe, const struct probe_foreign *foreign, struct err *err);

#endif
