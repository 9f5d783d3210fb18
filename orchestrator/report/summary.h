/* A run as its readers see it: arms with intervals over launches, ratios over blocks, claims.
 * Computed from the store alone, so that `run`, `show` and `export` print the same numbers.
 *
 * Only valid, untraced launches enter metrics (docs/METHOD.md), but for what is no time (report/cohort.h); ratios pair inside blocks and use blocks in which
 * both arms are valid. Ownership: the summary owns everything in it. */
#ifndef WASMOGRAPH_REPORT_SUMMARY_H
#define WASMOGRAPH_REPORT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "probe/manifest.h"
#include "stats/interval.h"
#include "stats/verdict.h"
#include "store/store.h"

struct summary_metric {
	char *name;              /* "response_p95", … */
	char *unit;
	struct interval interval;
};

/* A cause in an arm's traced launches (docs/CAUSES.md). */
struct summary_cause {
	char *name;              /* "guest-gc@worker" */
	size_t episodes;         /* of which it is the largest part */
	double ms;               /* of stalled time */
	double share;            /* of the stalled time that has causes */
};

/* From the end of an episode on, over launches of a flight recorder (run/recording.h). */
struct summary_delay { size_t count; double median_ms, longest_ms; };

/* An arm's traced launches beside those in the numbers (docs/METHOD.md §4). */
struct summary_traced {
	size_t launches;         /* valid */
	size_t not_valid;        /* failed, void or saturated */
	size_t untraceable;      /* of all these: their trace could not be had */
	size_t lossy;            /* likewise: something is missing in their trace */
	size_t episodes;
	size_t explained;        /* of these, with a cause */
	size_t refused;          /* launches of which nothing could be told */
	struct summary_cause *causes; size_t cause_count; /* the largest first */
	size_t companions;       /* untraced launches beside a flight recorder's, in the same blocks; 0 in other runs */
	size_t without_episode;  /* of the valid ones: a flight recorder that had nothing to keep */
	struct summary_delay stop_asked, last_event; /* of the valid ones whose episode ended the window; NaN without one */
	size_t untraced_episodes; /* of the launches in the numbers, or the companions */
	struct interval response_p95; /* of the traced launches, ms */
	struct interval p95_ratio;    /* traced ÷ untraced; by blocks with companions */
	struct interval p50_ratio;    /* likewise, with companions; else NaN */
	struct interval rate_ratio;   /* of episodes per time, traced ÷ untraced; NaN without an episode */
	bool compared;           /* there is at least one interval */
	bool representative;     /* compared, and no interval excludes 1 */
	char *first_not_valid, *first_untraceable, *first_lost, *first_refusal; /* sentences, or NULL */
};

struct summary_arm {
	char *name;
	size_t launches;         /* valid, and in the numbers */
	size_t superseded;       /* valid, but their block was rerun: not in the numbers */
	size_t void_count, failed, saturated, abandoned; /* of all untraced launches */
	size_t unsteady;         /* of those in the numbers */
	size_t samples;          /* measured samples of valid launches */
	size_t over_threshold;   /* of these */
	double worst_ms;
	bool on_cliff;           /* 3–7 % of these samples pass the threshold */
	double least_effective_n; /* smallest of the launches'; NaN when none says it */
	struct summary_metric *metrics; size_t metric_count;
	char *first_failure;     /* reason of the first failed launch, or NULL */
	char *first_void, *first_saturated; /* likewise */
	struct summary_traced traced;
};

struct summary_ratio {
	char *metric, *a, *b;
	struct interval interval; /* a ÷ b */
	double p, p_adjusted;    /* NaN of a secondary one */
	double detectable;       /* smallest detectable ratio */
	bool at_floor;           /* a response within three times the null arm's P95 */
	bool primary;            /* judged; else a ratio with its interval and no verdict */
	enum verdict_comparison verdict; /* of a primary one */
	/* The same with first attempts in place of reruns and void launches counted; n = 0 when neither
	 * arm has a void launch. */
	struct interval with_void;
	double with_void_p_adjusted;
	enum verdict_comparison with_void_verdict;
};

struct summary_claim {
	const struct probe_claim *claim; /* borrowed from the probe */
	struct interval measured; /* in the claim's unit; of an observation, the share of replicates */
	size_t observed, replicates; /* of an observation */
	enum verdict_claim verdict;
	char *why;               /* one sentence, without full stop */
};

struct summary {
	struct store_run run;
	struct summary_arm *arms; size_t arm_count;
	struct summary_ratio *ratios; size_t ratio_count;
	size_t primary_count;    /* of the ratios, the first ones */
	struct summary_claim *claims; size_t claim_count;
	struct store_artefact_row *artefacts; size_t artefact_count;
	char **warnings; size_t warning_count; /* no sandbox, hash period too short, … */
	size_t blocks_void;
	size_t episodes;         /* in the launches in the numbers */
	size_t traced_launches, traced_episodes, explained_episodes;
	double floor_p95_ms;     /* as given to summary_load() */
	char *cpus_by;           /* what kept the browser to the processors asked for: "cpuset", "affinity", "cpuset or affinity"; NULL: none were */
};

/* The metric of an arm, or NULL. */
const struct summary_metric *summary_find(const struct summary_arm *arm, const char *name);
/* The arm of that name, or NULL. */
const struct summary_arm *summary_arm(const struct summary *summary, const char *name);

/* `probe` gives metrics, claims and threshold; NULL when its folder is gone (then no claims).
 * `floor_p95_ms`: the null arm's response P95 of the same plan, NaN when unknown. */
int summary_load(struct store *store, const char *run, const struct probe *probe,
	double floor_p95_ms, struct summary *summary, struct err *err);
void summary_release(struct summary *summary);

/* The instrument's floor: response P95, ms, of the first arm of the null probe's run among these; NaN without
 * one. */
double summary_floor(const struct summary *summaries, size_t count);

/* There are no headline numbers: every launch was traced (`--trace all`), or recorded beside a companion (`--trace ring`). */
bool summary_is_traced_only(const struct summary *summary);

/* `--trace ring`. */
bool summary_has_recorder(const struct summary *summary);

#endif
