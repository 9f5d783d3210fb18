/* What a run is asked to measure. A value; everything in it is borrowed. */
#ifndef WASMOGRAPH_RUN_REQUEST_H
#define WASMOGRAPH_RUN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/json.h"
#include "probe/manifest.h"
#include "run/schedule.h"
#include "trace/format.h"

struct store;

enum { REQUEST_RING_MB_MAX = 2000 };

struct run_request {
	const struct probe *probe;
	const size_t *arms;            /* indices into the probe's */
	size_t arm_count;
	int blocks;
	uint64_t seed;
	int determinate_launches;      /* of an arm that is the same in every launch; 0: as many as of the others */
	double threshold_ms;           /* > 0 */
	const char *const *parameters; /* "K=V" */
	size_t parameter_count;
	const struct json *primary;    /* comparisons named beforehand; NULL: the two arms of a run of two */
	const struct json *secondary;  /* ratios to be shown and not judged; NULL: none */
	enum schedule_trace trace;
	bool no_reruns;                /* void blocks stay as they are */
	const double *triggers_ms;     /* by position in arms; given with SCHEDULE_TRACE_RING, else NULL */
	bool triggers_are_lengths;     /* of episodes, that must reach them; else responses that must pass them */
	int trace_buffer_kb;           /* 0: the browser's default */
	enum trace_format trace_format;
	const char *plan, *plan_id;    /* NULL outside a plan */
	const char *resumes;           /* an interrupted run of this very request that is gone on with; NULL: a new run */
	const char *const *kept_builds; /* by the probe's guest index (run/guests.h); NULL: all are built */
	const char *const *arm_flags;  /* by position in arms: one more flag of the browser, or NULL; NULL: none for all */
	const struct json *reproduces; /* the spike that the run is to bring back (run/reproduce.h); NULL: none */
	const struct json *evidence;   /* {"mode", "looks", "determinate_launches"}: claims are to be decided by it (cli/claims.c); NULL: no */
	/* Asked before a block beyond so many, once: false ends the run, which is then done. NULL: all are made. */
	bool (*goes_on)(struct store *store, const char *run, void *context);
	int sure_blocks;
	void *goes_on_context;
	/* Called between windows when a launch is stored; false ends the run, which is then done. NULL: nobody is told. */
	bool (*on_stored)(struct store *store, const char *run, int launch, void *context);
	void *on_stored_context;
};

/* The arm at a position of `arms`. */
static inline const struct probe_arm *run_request_arm(const struct run_request *request,
	size_t position)
{
	return &request->probe->arms[request->arms[position]];
}

#endif
