/* A run that was to bring a spike back, as its readers see it: computed from the store alone, while it is measured and
 * whenever it is looked at.
 *
 * A launch counts when it is valid and, where the cause matters, its trace told the causes; or, of a flight recorder, it has no trace for
 * nothing in it was as long as a recurrence. Untraced launches, which tell what a recorder costs, are left out. In an arm's counted launches a
 * spike came back when at least one of their episodes is a recurrence (report/recurrence.h).
 * Ownership: the reproduction owns everything in it. Threads: any, one at a time. */
#ifndef WASMOGRAPH_REPORT_REPRODUCTION_H
#define WASMOGRAPH_REPORT_REPRODUCTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "report/difference.h"
#include "report/episodes.h"
#include "report/recurrence.h"
#include "stats/interval.h"
#include "stats/support.h"
#include "store/store.h"

/* The spike's own arm; the same guest and thread at rest, which is the chance level; the arm with a cause switched off. */
enum reproduction_role { REPRODUCTION_SAME, REPRODUCTION_CHANCE, REPRODUCTION_WITHOUT, REPRODUCTION_ROLES };

struct reproduction_arm {
	const char *name;        /* NULL: there is no such arm */
	size_t launches;         /* that count */
	size_t reproduced;       /* of these, with a recurrence */
	size_t void_count, failed, saturated, untold; /* that do not count */
	size_t cut;              /* of those that count: a flight recorder ended the window with an episode that is no recurrence */
	char *first_not_counted; /* why, as a clause; NULL without one */
	struct interval rate;    /* of launches with a recurrence; 95 % */
	bool stopped_at_success; /* the interval is that of launching until it came back often enough */
};

/* A launch that ended, of one of the arms. */
struct reproduction_launch {
	int number;
	enum reproduction_role role;
	bool counts;
	bool is_valid;           /* also where its trace told no causes */
	int block;
	size_t long_episodes;    /* when valid: as long as a recurrence, whatever their cause */
};

struct reproduction_episode {
	enum reproduction_role role;
	int launch;
	bool recurs;
	struct episode episode;  /* owns its cause */
	char *trace;             /* path in the results folder, or NULL */
};

struct reproduction {
	struct store_run run;
	const struct json *original;        /* spec.reproduces (run/reproduce.h), in `run` */
	struct recurrence_target target;
	size_t times;                       /* as many recurrences were wanted; 0: a fixed number of launches */
	struct reproduction_arm arms[REPRODUCTION_ROLES];
	const struct json *without;         /* the cause switched off (run/reproduce.h), or NULL */
	struct support support;             /* then: long episodes a launch, as it was and without it, over whole blocks */
	struct reproduction_launch *launches; size_t launch_count;
	struct reproduction_episode *episodes; /* of launches that count, in their order */
	size_t episode_count;
	bool is_recorded;                   /* by a flight recorder: windows end with the first episode that reaches the trigger */
	bool original_is_gone;              /* its run was deleted, so that nothing can be compared */
	struct difference *differences; size_t difference_count;
	struct difference *conditions; size_t condition_count; /* then and now, as the two runs began */
};

/* ERR_USAGE for a run that reproduces nothing. */
int reproduction_load(struct store *store, const char *run, struct reproduction *reproduction, struct err *err);
void reproduction_release(struct reproduction *reproduction);

/* As often as was asked for, where that was asked. */
bool reproduction_is_enough(const struct reproduction *reproduction);

/* The first recurrence in the spike's own arm, which names the cause of a spike that had none; NULL without one. */
const struct reproduction_episode *reproduction_first(const struct reproduction *reproduction);

#endif
