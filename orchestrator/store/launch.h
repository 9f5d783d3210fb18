/* Launches: the row that is there before a browser is executed, and what can be read of it.
 *
 * Ownership: launches that were read own everything they point to (store_launches_free()). */
#ifndef WASMOGRAPH_STORE_LAUNCH_H
#define WASMOGRAPH_STORE_LAUNCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

struct store;

enum store_outcome { STORE_VALID, STORE_FAILED, STORE_VOID, STORE_SATURATED };
const char *store_outcome_name(enum store_outcome outcome); /* "valid" "failed" "void" "saturated" */

/* The row that is committed before a browser is executed. `number` counts from 1 within the run. */
struct store_launch_plan {
	const char *run;
	int number;
	int block;               /* from 1; reruns of a void block keep its number */
	int attempt;             /* 1, or 2 for the rerun of a void block */
	const char *arm;
	const char *build;       /* id, or NULL */
	bool traced;
	const char *scratch;     /* absolute; for the sweep */
	const char *staging;     /* relative to results */
};
int store_launch_insert(struct store *store, const struct store_launch_plan *plan,
	int64_t *launch_row, struct err *err);
int store_launch_process(struct store *store, int64_t launch_row, int supervisor_pid,
	int browser_pid, uint64_t browser_start_ticks, struct err *err);

/* ---- reading ---- */

struct store_launch {
	int64_t row;
	int number, block, attempt;
	char *arm, *build, *outcome; /* outcome: the names above, "running" or "abandoned" */
	char *reason, *death, *folder;
	bool traced;
	char *started, *finished;
	struct json *environment, *transitions, *report; /* NULL when absent */
};
int store_launches(struct store *store, const char *run, struct store_launch **launches,
	size_t *count, struct err *err);
void store_launches_free(struct store_launch *launches, size_t count);
/* Whether it came to an end, whatever that was: it neither runs nor was abandoned. */
bool store_launch_is_finished(const struct store_launch *launch);
/* How long launches of a probe took that were made for claims in that mode (spec.evidence.mode): the mean of all, in s; NaN
 * when there are none. */
int store_launch_mean_s(struct store *store, const char *probe, const char *mode, double *mean_s, struct err *err);

#endif
