/* Finds the data root and the probes in it.
 *
 * The data root is --data, else the nearest parent of the executable that holds probes/ (a source
 * tree: build/wasmograph → ..), else PREFIX/share/wasmograph beside PREFIX/bin.
 * Ownership: returned strings and structs are the caller's. */
#ifndef WASMOGRAPH_PROBE_REGISTRY_H
#define WASMOGRAPH_PROBE_REGISTRY_H

#include <stddef.h>

#include "base/err.h"
#include "probe/manifest.h"

/* Absolute path of the data root; ERR_ENVIRONMENT when there is none. */
char *registry_root(const char *data_option, struct err *err);

/* Loads ROOT/probes/NAME/probe.json, or, when NAME holds a '/', the folder of that name. An unknown name
 * is ERR_USAGE and lists the probes there are. */
struct probe *registry_probe(const char *root, const char *name, struct err *err);

/* Names of all probes (folders with a probe.json), sorted; free with fs_list_free(). */
char **registry_probe_names(const char *root, size_t *count, struct err *err);

#endif
