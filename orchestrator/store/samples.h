/* The sample columns of a launch: one packed block of little-endian f64 (schema.sql).
 *
 * Ownership: samples that were loaded own one block, from `due` (store_samples_release()). */
#ifndef WASMOGRAPH_STORE_SAMPLES_H
#define WASMOGRAPH_STORE_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct store_samples {
	size_t count, cold;
	const double *due, *sent, *received, *replied, *returned;
	double sender_origin_ms, target_origin_ms, drain_end_ms;
};

/* The sample columns (owned by *samples; one block from due). ERR_NOT_FOUND when there are none. */
int store_samples_load(struct store *store, int64_t launch_row, struct store_samples *samples,
	struct err *err);
void store_samples_release(struct store_samples *samples);

/* For store_launch_finalise(): inside its transaction. */
int store_samples_insert(struct store *store, int64_t launch_row,
	const struct store_samples *samples, struct err *err);

#endif
