/* A probe's parameters: from JSON, and values checked against them. The public functions
 * stand in probe/manifest.h. Pure. */
#ifndef WASMOGRAPH_PROBE_PARAMETERS_H
#define WASMOGRAPH_PROBE_PARAMETERS_H

#include "probe/rules.h"
#include "probe/manifest.h"

/* Reads one element of "parameters". On error too, release. */
int parameters_read_one(const struct rules *rules, struct probe_parameter *parameter);
void parameters_release_one(struct probe_parameter *parameter);

const struct probe_parameter *parameters_find(const struct probe *probe, const char *key);

#endif
