/* The results: one SQLite database and one folder per run. All SQL of the program lives in this
 * layer.
 *
 * WAL; synchronous=FULL, so that a finalised launch survives power loss. A commit may take tens
 * of ms: never call this inside a measured window. One writer (the measuring process) and any number of
 * readers. Paths stored are relative to the results folder.
 * Ownership: the store is the caller's; rows given out own their strings and have a release function.
 * JSON parameters are borrowed. */
#ifndef WASMOGRAPH_STORE_STORE_H
#define WASMOGRAPH_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum { STORE_SCHEMA = 1 };          /* user_version of the database */
enum { STORE_RUN_ID_SIZE = 96 };

struct store;

/* Opens (creating folder, database and .incoming/ when `create`). ERR_NOT_FOUND without a database and !create;
 * ERR_ENVIRONMENT for a database newer than STORE_SCHEMA ("… was written by a newer wasmograph
 * (schema 7, this one knows 1): update wasmograph or use another --results"), a folder that cannot be written, a file that is no
 * database; ERR_NO_SPACE. */
struct store *store_open(const char *results, bool create, struct err *err);
void store_close(struct store *store);
const char *store_folder(const struct store *store); /* absolute */

/* ---- writing ---- */

struct store_run {
	char id[STORE_RUN_ID_SIZE]; /* YYYYMMDDTHHMMSSZ-probe-xxxx, by store_run_new_id() */
	char *probe;
	char *plan;              /* NULL outside a plan */
	char *plan_id;           /* shared by the runs of one plan; NULL outside */
	uint64_t seed;
	double threshold_ms;
	int blocks;              /* planned */
	struct json *spec;       /* {"arms":[…],"parameters":{…},"primary":[{"a","b"}],"trace","title","probe_sha256"} */
	struct json *environment;
	char *state;             /* "running", "done", "interrupted", "failed" */
	char *started, *finished; /* ISO, finished NULL while running */
};
void store_run_new_id(const char *probe, char out[STORE_RUN_ID_SIZE]);
int store_run_insert(struct store *store, const struct store_run *run, struct err *err);
int store_run_finish(struct store *store, const char *run, const char *state, struct err *err);
/* Retention: removes a finished run with all that hangs on it and enters that, with the reason, in the
 * ledger. Its folder is the caller's to delete. */
int store_run_delete(struct store *store, const char *run, const char *reason, struct err *err);
void store_run_release(struct store_run *run);

/* A build, by its record (guest/build.h); once per id. */
int store_build_put(struct store *store, const char *id, bool failed, const struct json *record,
	struct err *err);

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

enum store_outcome { STORE_VALID, STORE_FAILED, STORE_VOID, STORE_SATURATED };
const char *store_outcome_name(enum store_outcome outcome); /* "valid" "failed" "void" "saturated" */

struct store_metric { const char *name; double value; const char *unit; };
struct store_spike { size_t sample; double due_ms, response_ms; size_t episode; };
struct store_artefact { const char *kind, *path; int64_t bytes; const char *sha256; bool lossy; };
struct store_samples {
	size_t count, cold;
	const double *due, *sent, *received, *replied, *returned;
	double page_origin_ms, worker_origin_ms, drain_end_ms;
};

/* Everything a finished launch leaves, committed in one transaction with its ledger row. */
struct store_launch_result {
	enum store_outcome outcome;
	const char *reason;      /* why failed, void or saturated; "" when valid */
	const char *death;       /* browser_death_name() when the browser died, else NULL */
	const char *folder;      /* relative, or NULL when there is none */
	const struct json *environment; /* flags, versions, sandbox, counters, daemon's own wake-ups, … */
	const struct json *transitions; /* [{"state","mono_us"}] */
	const struct json *report; /* what the page reported: work, observations, warnings; may be NULL */
	const struct store_samples *samples; /* NULL when failed without any */
	const struct store_metric *metrics; size_t metric_count;
	const struct store_spike *spikes; size_t spike_count;
	const struct store_artefact *artefacts; size_t artefact_count;
};
int store_launch_finalise(struct store *store, int64_t launch_row,
	const struct store_launch_result *result, struct err *err);

/* Claims as they are judged at a run's end; replaces those stored before. Strings are borrowed when
 * writing, owned when read. */
struct store_claim {
	char *id, *reading, *verdict, *why; /* reading may be NULL */
	double value, low, high;            /* NaN: none */
	size_t n;
};
int store_claims_put(struct store *store, const char *run, const struct store_claim *claims,
	size_t count, struct err *err);

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
int store_launch_abandon(struct store *store, int64_t row, struct err *err);

/* ---- reading ---- */

/* Runs, newest first; `limit` 0 = all. */
int store_runs(struct store *store, size_t limit, struct store_run **runs, size_t *count,
	struct err *err);
void store_runs_free(struct store_run *runs, size_t count);
int store_run_get(struct store *store, const char *id, struct store_run *run, struct err *err);

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

/* One launch's metric; NaN when it has none of that name. */
double store_metric(struct store *store, int64_t launch_row, const char *name);
struct store_metric_row { char *name; double value; char *unit; };
int store_metrics(struct store *store, int64_t launch_row, struct store_metric_row **metrics,
	size_t *count, struct err *err);
void store_metrics_free(struct store_metric_row *metrics, size_t count);

/* Its spikes in the order of samples; the caller frees the array. */
int store_spikes(struct store *store, int64_t launch_row, struct store_spike **spikes,
	size_t *count, struct err *err);

int store_claims(struct store *store, const char *run, struct store_claim **claims, size_t *count,
	struct err *err);
void store_claims_free(struct store_claim *claims, size_t count);

/* The sample columns (owned by *samples; one block from due). ERR_NOT_FOUND when there are none. */
int store_samples_load(struct store *store, int64_t launch_row, struct store_samples *samples,
	struct err *err);
void store_samples_release(struct store_samples *samples);

struct store_artefact_row { int64_t launch_row; int launch; char *arm, *kind, *path, *sha256; int64_t bytes; bool lossy; };
int store_artefacts(struct store *store, const char *run, struct store_artefact_row **rows,
	size_t *count, struct err *err);
void store_artefacts_free(struct store_artefact_row *rows, size_t count);

struct json *store_build_get(struct store *store, const char *id, struct err *err);

/* RUN[:LAUNCH[:SAMPLE]] with "last", or any unique prefix or suffix of a run id. −1 parts are absent. ERR_USAGE with
 * what is wrong and what there is. */
struct store_address { char run[STORE_RUN_ID_SIZE]; int launch; long sample; };
int store_resolve(struct store *store, const char *address, struct store_address *out,
	struct err *err);

/* Checks the database's integrity, recomputes the ledger's chain of this machine and the content
 * that every row vouches for; 0 when whole, ERR_INVALID naming the first bad row. */
int store_ledger_verify(struct store *store, struct err *err);

#endif
