/* Runs: one row each, written by the process that measures.
 *
 * Ownership: a run that was read owns its strings and JSON (store_run_release()); one that is written is
 * borrowed. */
#ifndef WASMOGRAPH_STORE_RUN_H
#define WASMOGRAPH_STORE_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

struct store;

enum { STORE_RUN_ID_SIZE = 96 };

struct store_run {
	char id[STORE_RUN_ID_SIZE]; /* YYYYMMDDTHHMMSSZ-probe-xxxx, by store_run_new_id() */
	char *probe;
	char *plan;              /* NULL outside a plan */
	char *plan_id;           /* shared by the runs of one plan; NULL outside */
	uint64_t seed;
	double threshold_ms;
	int blocks;              /* planned */
	struct json *spec;       /* {"arms":[…],"parameters":{…},"primary":[{"metric","a","b"}],"trace",
	                            "title","probe_sha256","script_sha256","reproduces"?} */
	struct json *environment;
	char *state;             /* "running", "done", "interrupted", "failed" */
	char *started, *finished; /* ISO, finished NULL while running */
};
void store_run_new_id(const char *probe, char out[STORE_RUN_ID_SIZE]);
int store_run_insert(struct store *store, const struct store_run *run, struct err *err);
int store_run_finish(struct store *store, const char *run, const char *state, struct err *err);
/* An interrupted run is this process's to go on with: "running" again. ERR_NOT_FOUND when it is not interrupted. */
int store_run_resume(struct store *store, const char *run, struct err *err);
/* Retention: removes a finished run with all that hangs on it and enters that, with the reason, in the
 * ledger. Its folder is the caller's to delete. */
int store_run_delete(struct store *store, const char *run, const char *reason, struct err *err);
void store_run_release(struct store_run *run);

/* ---- reading ---- */

/* Runs, newest first; `limit` 0 = all. */
int store_runs(struct store *store, size_t limit, struct store_run **runs, size_t *count,
	struct err *err);
void store_runs_free(struct store_run *runs, size_t count);
int store_run_get(struct store *store, const char *id, struct store_run *run, struct err *err);

#endif
