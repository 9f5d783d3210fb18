/* What processes left that ended before their launches did: for the start-up sweep.
 *
 * Ownership: the rows own their strings (store_unfinished_free()). */
#ifndef WASMOGRAPH_STORE_SWEEP_H
#define WASMOGRAPH_STORE_SWEEP_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct store;

/* Rows begun and never finalised by processes of this machine that are gone: for the start-up sweep.
 * Runs that such a process left between two launches become "interrupted" here. After the sweep
 * store_launch_abandon() marks them "abandoned" (they never count) and their run "interrupted". */
struct store_unfinished {
	int64_t row;
	char *run;
	int number;
	int supervisor_pid, browser_pid;
	uint64_t browser_start_ticks;
	char *scratch, *staging; /* staging absolute */
};
int store_unfinished(struct store *store, struct store_unfinished **rows, size_t *count,
	struct err *err);
void store_unfinished_free(struct store_unfinished *rows, size_t count);

#endif
