/* The rules of a toolchain's JSON, each with its sentence (docs/PROBES.md). Pure. */
#ifndef WASMOGRAPH_GUEST_TOOLCHAIN_CHECK_H
#define WASMOGRAPH_GUEST_TOOLCHAIN_CHECK_H

#include "guest/toolchain.h"

/* Checks toolchain->root and fills in start, output and deadline from it. */
int toolchain_check(struct toolchain *toolchain, struct err *err);

#endif
