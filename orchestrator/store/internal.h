/* What the files of store/ share: the handle, and the ledger's writing side.
 *
 * Ownership and threads as in store.h. */
#ifndef WASMOGRAPH_STORE_INTERNAL_H
#define WASMOGRAPH_STORE_INTERNAL_H

#include <sqlite3.h>

#include "base/hash.h"
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

/* ---- ledger.c ---- */
struct ledger_entry {
	const char *kind, *subject;
	const char *note;        /* "" unless a deletion */
	const char *content;     /* hex */
};
/* Appends to this machine's chain; inside the caller's transaction. */
int ledger_append(struct store *store, const struct ledger_entry *entry, struct err *err);

/* ---- content.c: what a ledger row vouches for, computed from what is stored ---- */
int content_of_run(struct store *store, const char *run, char out[HASH_HEX_SIZE], struct err *err);
int content_of_build(struct store *store, const char *id, char out[HASH_HEX_SIZE], struct err *err);
int content_of_launch(struct store *store, int64_t launch_row, char out[HASH_HEX_SIZE],
	struct err *err);

/* "RUN:NUMBER" of a launch; the caller frees. NULL with *err on failure. */
char *store_launch_subject(struct store *store, int64_t launch_row, struct err *err);

/* ---- samples.c ---- */
int store_samples_insert(struct store *store, int64_t launch_row,
	const struct store_samples *samples, struct err *err);

#endif
