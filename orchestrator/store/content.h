/* What a ledger row vouches for, computed from what is stored. Private to store/.
 *
 * The run without its state; the build; the launch with samples, metrics, spikes, artefacts, outcome,
 * environment, transitions and report. ERR_NOT_FOUND when it is not there (any more). */
#ifndef WASMOGRAPH_STORE_CONTENT_H
#define WASMOGRAPH_STORE_CONTENT_H

#include <stdint.h>

#include "base/err.h"
#include "base/hash.h"

struct store;

int content_of_run(struct store *store, const char *run, char out[HASH_HEX_SIZE], struct err *err);
int content_of_build(struct store *store, const char *id, char out[HASH_HEX_SIZE], struct err *err);
int content_of_launch(struct store *store, int64_t launch_row, char out[HASH_HEX_SIZE],
	struct err *err);

#endif
