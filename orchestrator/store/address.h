/* What a person types to name a run, a launch, a sample.
 *
 * Ownership: an address is a value. */
#ifndef WASMOGRAPH_STORE_ADDRESS_H
#define WASMOGRAPH_STORE_ADDRESS_H

#include "base/err.h"
#include "store/run.h"

struct store;

/* RUN[:LAUNCH[:SAMPLE]] with "last", or any unique prefix or suffix of a run id. −1 parts are absent. ERR_USAGE with
 * what is wrong and what there is. */
struct store_address { char run[STORE_RUN_ID_SIZE]; int launch; long sample; };
int store_resolve(struct store *store, const char *address, struct store_address *out,
	struct err *err);

#endif
