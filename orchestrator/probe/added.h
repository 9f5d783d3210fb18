/* Arms that a probe's file does not list, made for one run. Pure. */
#ifndef WASMOGRAPH_PROBE_ADDED_H
#define WASMOGRAPH_PROBE_ADDED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "probe/manifest.h"

/* The arm's index; false without such an arm. */
bool probe_find_arm(const struct probe *probe, const char *name, size_t *index);

/* Adds an arm of one of the probe's guests, or of none. ERR_USAGE when the name is none or its guest is unknown. */
int probe_add_arm(struct probe *probe, const char *name, struct err *err);

/* Finds it, or adds it. */
int probe_need_arm(struct probe *probe, const char *name, size_t *index, struct err *err);

#endif
