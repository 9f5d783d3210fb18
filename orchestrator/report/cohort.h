/* The launches of a run with their metrics, and which of them enter the numbers.
 *
 * In the numbers: valid, untraced, and of each arm and block the latest attempt that came to an end
 * (a rerun takes the place of what it reruns). Of what the probe declares `untimed` a launch counts too that
 * other load alone made void: that changes times. The other choice, for the second, labelled verdict of
 * docs/METHOD.md §5, takes first attempts and counts void ones.
 * Ownership: the cohort owns everything in it but the probe. Threads: any, one at a time. */
#ifndef WASMOGRAPH_REPORT_COHORT_H
#define WASMOGRAPH_REPORT_COHORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "probe/manifest.h"
#include "store/store.h"

struct cohort_member {
	const struct store_launch *launch;
	struct store_metric_row *metrics;
	size_t metric_count;
	size_t arm;              /* index into arms */
	bool counts;             /* in the numbers */
	bool counts_untimed;     /* in those that are no times: it counts, or would but for other load */
	bool is_companion;       /* it would count, but stands beside a flight recorder's launch: to tell what that costs */
	bool counts_traced;      /* valid and traced: explains, and is in no number */
	bool counts_with_void;   /* by the other choice */
	size_t episodes;
	bool is_told;            /* there is an explanation */
	struct store_explanation explanation; /* of a traced launch; without parts */
};

struct cohort {
	const struct probe *probe; /* NULL: nothing is known to be untimed */
	struct store_launch *launches;
	struct cohort_member *members; /* one per launch, in order of number */
	size_t count;
	char **arms;             /* in the run's order */
	size_t arm_count;
	int blocks;              /* highest block number */
};

/* `probe` is the run's, and outlives the cohort; NULL when its folder is gone. */
int cohort_load(struct store *store, const struct store_run *run, const struct probe *probe, struct cohort *cohort,
	struct err *err);
void cohort_release(struct cohort *cohort);

bool cohort_is(const struct cohort_member *member, const char *outcome);

/* (size_t)−1 when there is no such arm. */
size_t cohort_arm(const struct cohort *cohort, const char *name);

/* A member's metric; NaN when it has none of that name. */
double cohort_value(const struct cohort_member *member, const char *name);

/* Whether a member's metric or observation of that name is in the numbers. */
bool cohort_counts_metric(const struct cohort *cohort, const struct cohort_member *member, const char *name);
bool cohort_counts_observation(const struct cohort *cohort, const struct cohort_member *member, const char *name);

/* The values of an arm's launches in the numbers that are not NaN; values[] has room for
 * cohort->count. */
size_t cohort_values(const struct cohort *cohort, size_t arm, const char *name, double *values);

/* The same of its traced launches. */
size_t cohort_traced_values(const struct cohort *cohort, size_t arm, const char *name,
	double *values);

/* Of blocks in which an arm has a traced launch and a companion: pairs a[i] traced, b[i] untraced, with room for cohort->blocks each. */
size_t cohort_observer_pairs(const struct cohort *cohort, size_t arm, const char *name, double *a, double *b);

/* Blocks in which both arms have a value: pairs a[i], b[i], with room for cohort->blocks each. */
size_t cohort_pairs(const struct cohort *cohort, size_t arm_a, size_t arm_b, const char *name,
	bool with_void, double *a, double *b);

#endif
