/* One launch's state machine (DESIGN: the life of a launch).
 *
 * PLANNED → LAUNCHING → ATTACHING → LOADING → PREPARING → MEASURING → COLLECTING → CLOSING →
 * DONE. One function changes state, logs the transition and runs the state's on_enter; each state
 * has one deadline. What went wrong is kept and the launch goes on to CLOSING; the judgement (valid,
 * failed, void) is made afterwards by run/outcome from what is kept here.
 * A traced launch starts its trace and reloads the page inside LOADING, and stops and pulls it inside
 * COLLECTING, after the samples came (run/tracer.h). In one with captures the page reports last, because it may read them:
 * profile, trace and snapshot are taken before, in this order (run/captor.h). A flight recorder's trace (docs/METHOD.md §4) is stopped first
 * of all, as soon as the page has told of its episode, and left to the browser when there was none. Two helpers may be there from the end of PREPARING to the beginning of
 * COLLECTING: the planter of a probe that plants (run/plants.h), and in a traced launch the sampler of the host's ticks
 * (run/ticks.h).
 * Ownership: the launch is the caller's, freed after on_done (also inside it: deferred by the caller).
 * Threads: the loop's. Inside MEASURING the process sleeps: one command is in flight, nothing else. */
#ifndef WASMOGRAPH_RUN_LAUNCH_H
#define WASMOGRAPH_RUN_LAUNCH_H

#include <stdbool.h>

#include "base/err.h"
#include "base/json.h"
#include "browser/browser.h"
#include "host/environment.h"
#include "host/proc.h"
#include "loop/loop.h"
#include "run/captor.h"
#include "run/harness.h"
#include "run/spec.h"
#include "run/tracer.h"

enum launch_state {
	LAUNCH_PLANNED,
	LAUNCH_LAUNCHING,
	LAUNCH_ATTACHING,
	LAUNCH_LOADING,
	LAUNCH_PREPARING,
	LAUNCH_MEASURING,
	LAUNCH_COLLECTING,
	LAUNCH_CLOSING,
	LAUNCH_DONE,
};
const char *launch_state_name(enum launch_state state);

struct launch;

/* Calls made on the way; `context` is theirs. */
struct launch_events {
	void (*on_state)(enum launch_state state, void *context);
	/* The processes to be named in the launch's row, before anything can be lost. */
	void (*on_process)(pid_t supervisor, pid_t browser, uint64_t browser_start_ticks, void *context);
	void (*on_done)(void *context); /* every process gone, scratch deleted */
	void *context;
};

struct launch_options {
	struct loop *loop;
	struct harness *harness;
	const struct browser_program *program;
	const struct browser_user *user;
	const char *cpus;             /* the browser's; NULL: ours */
	const struct launch_spec *spec;
	const char *scratch;
	int log_fd;
	const char *staging;          /* absolute: where captures go; copied */
	const struct tracer_options *trace; /* NULL: untraced; copied, but for what it points to */
	const char *ticks_path;       /* when traced: where the sampler's file goes, as trace->path; NULL: no sampler */
	struct launch_events events;
};

/* What is kept, readable from on_done on. */
struct launch_record {
	struct err failure;           /* code ERR_NONE when it went through */
	bool died;
	enum browser_death death;
	bool ready;                   /* the browser came up */
	bool aborted;                 /* by launch_abort() */
	bool clean;                   /* the supervisor said that nothing is left */
	char warning[256];            /* to be stored with the launch; "" for none */
	bool measured;                /* the counters below are set */
	struct counters before, after;
	struct proc_self self_before, self_after;
	bool trace_pulled;            /* the whole of it is at the path given */
	bool has_episode;             /* of a launch with a recorder: the page had what its trace is kept for */
	struct err trace_failure;     /* why not, when it was tried; code ERR_NONE otherwise */
	struct browser_trace_result trace; /* when pulled */
	bool trace_stalled;           /* the browser did, when it was to stop (run/stall.h) */
	struct json *captures;        /* captor_facts(); NULL: none are of this arm */
	struct json *ticks;           /* facts of the sampler (run/ticks.h); NULL: it was not asked for its file */
	struct json *planted;         /* the page's log of its plants (run/planting.h); NULL: none came */
	struct json *planted_by_host; /* facts of the planter (host/planter.h), likewise */
	struct json *facts;           /* browser_facts(); NULL if never loaded */
	struct json *transitions;     /* [{"state","mono_us"}] */
};

struct launch *launch_start(const struct launch_options *options, struct err *err);
const struct launch_record *launch_record(const struct launch *launch);
void launch_abort(struct launch *launch); /* Ctrl-C: on_done follows */
void launch_free(struct launch *launch);

#endif
