/* From the schema of an older wasmograph to this one's (STORE_SCHEMA). Private to store/.
 *
 * A writer brings the database up to date, once. A reader changes nothing: temporary views show it
 * the older tables as they are now. Ownership and threads: the store's. */
#ifndef WASMOGRAPH_STORE_MIGRATE_H
#define WASMOGRAPH_STORE_MIGRATE_H

#include <stdint.h>

#include "base/err.h"

struct store;

/* For a writer, inside a transaction. `version` is the database's, from 1 to STORE_SCHEMA. */
int migrate_database(struct store *store, int64_t version, struct err *err);
/* For a reader, after opening. */
int migrate_view(struct store *store, int64_t version, struct err *err);

#endif
