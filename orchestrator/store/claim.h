/* Claims as they were judged when a run ended.
 *
 * Ownership: see the struct. */
#ifndef WASMOGRAPH_STORE_CLAIM_H
#define WASMOGRAPH_STORE_CLAIM_H

#include <stddef.h>

#include "base/err.h"

struct store;

/* Claims as they are judged at a run's end; replaces those stored before. Strings are borrowed when
 * writing, owned when read. */
struct store_claim {
	char *id, *reading, *verdict, *why; /* reading may be NULL */
	double value, low, high;            /* NaN: none */
	size_t n;
};
int store_claims_put(struct store *store, const char *run, const struct store_claim *claims,
	size_t count, struct err *err);

int store_claims(struct store *store, const char *run, struct store_claim **claims, size_t *count,
	struct err *err);
void store_claims_free(struct store_claim *claims, size_t count);

#endif
