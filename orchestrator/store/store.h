/* The results: one SQLite database and one folder per run. All SQL of the program lives in this
 * layer.
 *
 * WAL; synchronous=FULL, so that a finalised launch survives power loss. A commit may take tens
 * of ms: never call this inside a measured window. One writer (the measuring process) and any number of
 * readers. Paths stored are relative to the results folder.
 * Ownership: the store is the caller's; rows given out own their strings and have a release function.
 * JSON parameters are borrowed. Threads: one connection, one thread.
 *
 * This header opens and closes, and brings the others: one per kind of row. */
#ifndef WASMOGRAPH_STORE_STORE_H
#define WASMOGRAPH_STORE_STORE_H

#include <stdbool.h>

#include "base/err.h"
#include "store/address.h"
#include "store/build.h"
#include "store/claim.h"
#include "store/finalise.h"
#include "store/launch.h"
#include "store/ledger.h"
#include "store/parts.h"
#include "store/run.h"
#include "store/samples.h"
#include "store/sweep.h"

enum { STORE_SCHEMA = 3 };          /* user_version of the database */

struct store;

/* Opens; with `create`, which writers pass, makes folder, database and .incoming/ where they are missing and brings
 * a database of an older schema up to date (without it, that is read as it is). ERR_NOT_FOUND
 * without a database and !create. ERR_ENVIRONMENT for a database newer than STORE_SCHEMA ("… was
 * written by a newer wasmograph (schema 7, this one knows 1): update wasmograph or use another
 * --results"), one of another program, a damaged one, a path that is a file, and, when creating, a folder that
 * cannot be written. Without `create`, finished results are read from read-only media too.
 * ERR_NO_SPACE, ERR_BUSY. */
struct store *store_open(const char *results, bool create, struct err *err);
void store_close(struct store *store);
const char *store_folder(const struct store *store); /* absolute */

#endif
