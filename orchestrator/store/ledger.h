/* The ledger: one hash chain per machine id over everything that was measured (schema.sql).
 *
 * hash = SHA-256 over the previous hash, seq, time, kind, subject and content hash, each text with its NUL;
 * content.h says what a content hash covers. Ownership: entries are borrowed. */
#ifndef WASMOGRAPH_STORE_LEDGER_H
#define WASMOGRAPH_STORE_LEDGER_H

#include "base/err.h"

struct store;

/* Checks the database's integrity, recomputes the ledger's chain of this machine and the content
 * that every row vouches for; 0 when whole, ERR_INVALID naming the first bad row. */
int store_ledger_verify(struct store *store, struct err *err);

/* For the writing files of store/: appends to this machine's chain, inside the caller's transaction. */
struct ledger_entry {
	const char *kind, *subject;
	const char *note;        /* "" unless a deletion */
	const char *content;     /* hex */
};
int ledger_append(struct store *store, const struct ledger_entry *entry, struct err *err);

#endif
