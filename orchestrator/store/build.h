/* Builds of guests, by their records; the same in every run that uses them.
 *
 * Ownership: records given in are borrowed, records given out are the caller's. */
#ifndef WASMOGRAPH_STORE_BUILD_H
#define WASMOGRAPH_STORE_BUILD_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"

struct store;

/* A build, by its record (guest/build.h); once per id. */
int store_build_put(struct store *store, const char *id, bool failed, const struct json *record,
	struct err *err);

/* The record; NULL and ERR_NOT_FOUND without it. */
struct json *store_build_get(struct store *store, const char *id, struct err *err);

#endif
