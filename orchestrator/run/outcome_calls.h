/* What a page of a probe of calls may send back: no samples, and no number or observation that the probe does
 * not declare, so that a typing error in probe.js never becomes missing evidence. Pure. */
#ifndef WASMOGRAPH_RUN_OUTCOME_CALLS_H
#define WASMOGRAPH_RUN_OUTCOME_CALLS_H

#include "probe/manifest.h"
#include "probe/upload.h"

enum { OUTCOME_CALLS_WHY_SIZE = 256 };

/* 0, or −1 with a sentence. */
int outcome_calls_check(const struct probe *probe, const struct upload *upload, char why[OUTCOME_CALLS_WHY_SIZE]);

#endif
