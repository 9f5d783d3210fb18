/* A plan: the runs of one file under probes/plans/, as data. Pure.
 *
 * {"schema":1,"name","title","seed"?,"runs":[{"probe","arms":[globs]?,"blocks"?,"parameters":{}?,
 *  "threshold_ms"?,"trace"?,"trigger_ms":MS|{GLOB:MS}?,"ring_mb"?,"primary":[{"metric","a","b"}]?,"secondary":[{"metric","a","b"}]?}]}
 * Primary comparisons are named here, before anything is measured, and judged (docs/METHOD.md §3); secondary ones are
 * ratios with their intervals, without p and verdict, so that they cost the primary ones no power.
 * Ownership: the struct owns what it points to; strings and arrays are borrowed from its root. */
#ifndef WASMOGRAPH_RUN_PLAN_H
#define WASMOGRAPH_RUN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

enum { PLAN_BLOCKS_DEFAULT = 6, PLAN_BLOCKS_MAX = 1000 };

struct plan_run {
	const char *probe;
	const char **arms;          /* globs; none = all */
	size_t arm_count;
	int blocks;
	char **parameters;          /* "K=V" */
	size_t parameter_count;
	double threshold_ms;        /* 0 = the probe's */
	const char *trace;          /* a word of schedule_trace_parse(); NULL: the run does not say */
	char **triggers;            /* "MS" or "GLOB=MS", of a flight recorder; the later one holds where two name an arm */
	size_t trigger_count;
	int ring_mb;                /* 0: the usual */
	const struct json *primary; /* array, or NULL */
	const struct json *secondary; /* likewise */
};

struct plan {
	struct json *root;
	const char *name, *title;
	uint64_t seed;
	bool has_seed;
	struct plan_run *runs;
	size_t run_count;
};

/* ERR_USAGE names `path` and the place in it. Takes the text as it is; NULL on error. */
struct plan *plan_parse(const char *path, const char *text, size_t length, struct err *err);
void plan_free(struct plan *plan); /* NULL is fine */

#endif
