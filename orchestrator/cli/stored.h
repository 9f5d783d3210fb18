/* What commands that look up stored things share: open, resolve, load a summary.
 *
 * Ownership: stored_release() frees what stored_open() made. */
#ifndef WASMOGRAPH_CLI_STORED_H
#define WASMOGRAPH_CLI_STORED_H

#include "cli/cli.h"
#include "report/summary.h"
#include "store/store.h"

struct stored {
	struct store *store;
	struct store_address address;
};

int stored_open(struct stored *stored, const struct cli_common *common, const char *address,
	struct err *err);
void stored_release(struct stored *stored);

/* Calls `use` with the summary of the addressed run, or of every run of its plan when it belongs to
 * one: the tables read as they were printed. The probe is looked for under the data root; without
 * it there are no claims. */
typedef void (*stored_use_fn)(const struct summary *summaries, size_t count, void *context);
int stored_summaries(struct stored *stored, const struct cli_common *common, bool whole_plan,
	stored_use_fn use, void *context, struct err *err);

#endif
