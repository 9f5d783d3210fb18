/* An arm's name taken apart: guest/thread/load[,key=value…]; and arms chosen by globs
 * (probe_select_arms() in probe/manifest.h). Pure.
 *
 * Ownership: the arm owns its strings; arm_release() frees them. */
#ifndef WASMOGRAPH_PROBE_ARM_H
#define WASMOGRAPH_PROBE_ARM_H

#include <stdbool.h>

#include "base/err.h"
#include "probe/manifest.h"

/* Fills everything but guest_index. ERR_USAGE says what of the name is wrong. On error too, release. */
int arm_parse(const char *name, struct probe_arm *arm, struct err *err);
void arm_release(struct probe_arm *arm);

/* Whether a glob (fnmatch(3); '/' is not matched by '*') names the arm of this full name. */
bool arm_matches(const char *glob, const char *name);

/* Whether the guest of the arm of this full name is on the page, so that a worker sends; else it is the other way round. */
bool arm_is_on_main(const char *name);

#endif
