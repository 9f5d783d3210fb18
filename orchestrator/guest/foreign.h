/* A guest from elsewhere, built already: what it must be, and the toolchain that takes it as it is.
 *
 * Ownership: a toolchain made here is the caller's, as toolchain_load()'s. */
#ifndef WASMOGRAPH_GUEST_FOREIGN_H
#define WASMOGRAPH_GUEST_FOREIGN_H

#include "base/err.h"
#include "guest/toolchain.h"

/* Reads `file` and `glue` (NULL for none). ERR_USAGE when a file is missing; when the toolchain's way of starting needs a
 * glue script and there is none, or the reverse; when the module is none, or (wasm-exports) has imports, or lacks
 * exports that the harness calls, naming all of them. */
int foreign_check(const struct toolchain *toolchain, const char *file, const char *glue,
	struct err *err);

/* As `toolchain` starts guests, but without a compiler: for guest_build() with the file as its source. Nothing of the
 * toolchain needs to be installed. */
struct toolchain *foreign_toolchain(const struct toolchain *toolchain, const char *glue);

#endif
