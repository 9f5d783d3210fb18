/* One element of the "without" of probe.json: how a cause of slow messages is switched off in the probe, by one of its
 * parameters. Pure.
 *
 * Ownership: a switch owns its texts. Threads: any. */
#ifndef WASMOGRAPH_PROBE_SWITCH_H
#define WASMOGRAPH_PROBE_SWITCH_H

#include "probe/manifest.h"
#include "probe/rules.h"

/* {"cause","parameter","value","how"[,"toolchains","otherwise"]}: the parameter must allow the value. ERR_USAGE; to be
 * released either way. */
int switch_read(const struct rules *rules, const struct probe *probe, struct probe_switch *read);
void switch_release(struct probe_switch *held);

/* The probe's own switch of a cause, given without its thread; NULL when it has none. */
const struct probe_switch *switch_find(const struct probe *probe, const char *cause);

/* Whether it works for guests of a toolchain; NULL: without a guest. */
bool switch_works_with(const struct probe_switch *held, const char *toolchain);

#endif
