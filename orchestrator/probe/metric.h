/* One element of "metrics" in probe.json. Pure.
 *
 * Ownership: the metric owns its strings; metric_release() frees them. */
#ifndef WASMOGRAPH_PROBE_METRIC_H
#define WASMOGRAPH_PROBE_METRIC_H

#include "probe/rules.h"
#include "probe/manifest.h"

/* On error too, release. */
int metric_read(const struct rules *rules, struct probe_metric *metric);
void metric_release(struct probe_metric *metric);

#endif
