/* One element of "claims" in probe.json. Pure.
 *
 * Ownership: the claim owns its strings; claim_release() frees them. */
#ifndef WASMOGRAPH_PROBE_CLAIM_H
#define WASMOGRAPH_PROBE_CLAIM_H

#include "probe/rules.h"
#include "probe/manifest.h"

/* The probe's arms, metrics and observations are read already: a claim names them. On error
 * too, release. */
int claim_read(const struct rules *rules, const struct probe *probe, struct probe_claim *claim);
void claim_release(struct probe_claim *claim);

/* As in probe.json: "number", "ratio", … */
const char *claim_rule_name(enum probe_claim_rule rule);

#endif
