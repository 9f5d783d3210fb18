/* What hangs on a launch besides its samples: metrics, spikes, artefacts.
 *
 * Ownership: the structs for writing borrow, the rows read own their strings. */
#ifndef WASMOGRAPH_STORE_PARTS_H
#define WASMOGRAPH_STORE_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

struct store_metric { const char *name; double value; const char *unit; };
struct store_spike { size_t sample; double due_ms, response_ms; size_t episode; };
struct store_artefact { const char *kind, *path; int64_t bytes; const char *sha256; bool lossy; };

/* ---- reading ---- */

/* One launch's metric; NaN when it has none of that name. */
double store_metric(struct store *store, int64_t launch_row, const char *name);
struct store_metric_row { char *name; double value; char *unit; };
int store_metrics(struct store *store, int64_t launch_row, struct store_metric_row **metrics,
	size_t *count, struct err *err);
void store_metrics_free(struct store_metric_row *metrics, size_t count);

/* Its spikes in the order of samples; the caller frees the array. */
int store_spikes(struct store *store, int64_t launch_row, struct store_spike **spikes,
	size_t *count, struct err *err);

struct store_artefact_row {
	int64_t launch_row;
	int launch;              /* its number */
	char *arm, *kind, *path, *sha256;
	int64_t bytes;
	bool lossy;
};
int store_artefacts(struct store *store, const char *run, struct store_artefact_row **rows,
	size_t *count, struct err *err);
void store_artefacts_free(struct store_artefact_row *rows, size_t count);

#endif
