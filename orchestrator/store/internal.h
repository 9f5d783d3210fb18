/* What the files of store/ share: the handle.
 *
 * Ownership and threads as in store.h. */
#ifndef WASMOGRAPH_STORE_INTERNAL_H
#define WASMOGRAPH_STORE_INTERNAL_H

#include <sqlite3.h>

#include "store/content.h"
#include "store/query.h"
#include "store/store.h"

enum {
	STORE_MACHINE_SIZE = 17,
	STORE_JSON_CEILING = 64 << 20, /* of one stored JSON value; reports of pages are ≤ 1 MiB */
};

struct store {
	sqlite3 *db;
	char *folder;   /* absolute */
	char *path;     /* of the database */
	char machine[STORE_MACHINE_SIZE];
};

/* A run's times etc. are ISO text; the caller's buffer is of MONO_ISO_SIZE. */
void store_now(char *out);

/* Whether the process that wrote a row still runs (host/proc.h). */
bool store_writer_lives(int64_t pid, int64_t ticks);

/* "RUN:NUMBER" of a launch; the caller frees. NULL with *err on failure. */
char *store_launch_subject(struct store *store, int64_t launch_row, struct err *err);

#endif
