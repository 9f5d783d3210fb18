/* probe.json: an experiment as data. Pure: text in, a checked struct out.
 *
 * Every rule broken is ERR_USAGE with a sentence naming the file, the place in it
 * ("arms[2].name") and what would be right. docs/PROBES.md is the reference of the format.
 * Ownership: the struct owns everything it points to. */
#ifndef WASMOGRAPH_PROBE_MANIFEST_H
#define WASMOGRAPH_PROBE_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/json.h"
#include "probe/captures.h"
#include "probe/evidence.h"
#include "probe/plants.h"

struct probe_parameter {
	char *name;
	char *help;
	char *unit;              /* "ms", "count", "MB/s", … */
	double default_number, least, most; /* numbers */
	char **choices;          /* NULL for numbers; else NULL-terminated words */
	char *default_choice;
	bool whole;              /* integers only */
};

struct probe_guest {
	char *name;              /* the first part of arms' names */
	char *toolchain;         /* probes/toolchains/NAME.json */
	char *source;            /* relative to the probe's folder; NULL with `file` */
	char *file, *glue;       /* of a guest from elsewhere (probe/foreign.h): absolute paths; else NULL */
	struct json *options;    /* for the toolchain's command template */
	bool expect_failure;
};

/* `guest/thread/load[,k=v…]`. Settings are parameters of the probe, or runtime environment of
 * the guest's toolchain (checked when the toolchain is known). */
struct probe_setting {
	char *key;
	char *value;
};
struct probe_arm {
	char *name;
	char *guest;             /* "none" or a guest's name */
	char *thread;            /* "worker" or "main" */
	char *load;              /* "idle", "churn", "hash", … */
	struct probe_setting *settings;
	size_t setting_count;
	size_t guest_index;      /* into guests, or (size_t)−1 for "none" */
	bool untimed;            /* nothing in it is a time: other load changes nothing, and voids nothing */
	bool determinate;        /* what it shows is the same in every launch: claims ask for two */
};

/* `from` and `statistic` as in docs/PROBES.md: "response" and "p95"; or "report" and "value" for
 * a number that probe.js itself reports under this name. */
struct probe_metric {
	char *name, *from, *statistic, *unit;
	bool lower_is_better;
	bool untimed;            /* a count, a size: other load does not change it */
};

/* Something that probe.js reports as true or false in each launch, and mechanisms rest on. */
struct probe_observation {
	char *name, *says;
	bool untimed;            /* other load does not change it */
};

enum probe_claim_rule {
	PROBE_CLAIM_NUMBER,
	PROBE_CLAIM_RATIO,       /* the number is arm ÷ against */
	PROBE_CLAIM_EXCEEDS,
	PROBE_CLAIM_MECHANISM,
	PROBE_CLAIM_UNSTATED,    /* it lacks something: not measurable, what was tried is shown */
};
enum { PROBE_VERDICTS = 4 };  /* those of stats/verdict.h, in its order */
struct probe_claim {
	char *id, *section, *says;
	enum probe_claim_rule rule;
	char *metric;            /* for number, ratio, exceeds and perhaps unstated, else NULL */
	char *observation;       /* for mechanism and perhaps unstated, else NULL */
	const char *observes;    /* what that says; borrowed from the probe's observations */
	char *arm, *against;     /* ratio, exceeds: arm ÷ against; else against is NULL */
	char *reading;           /* how the claim is read, when there are several; else NULL */
	char *missing;           /* of unstated: what the claim lacks; else NULL */
	double value, to;        /* the claimed number or range, to = value for a number; the least factor; 0 for the others */
	double per;              /* number: the value is a total of so many calls, and `metric` is of one; else 1 */
	char *unit;              /* of value; of the metric for unstated; NULL for mechanism */
	bool absolute_time;
	char *source;            /* where in a toolchain's source the answer stands; NULL: nowhere named */
	char *because[PROBE_VERDICTS]; /* by verdict: the reason beyond the measurement, or NULL */
};

/* How a cause of slow messages is switched off here: by a value of a parameter. */
struct probe_switch {
	char *cause;             /* without its thread: "serialise" */
	char *key, *value;
	char *how;               /* "its big messages are transferred" */
	struct json *toolchains; /* names: only their guests lose the cause so; NULL: all */
	char *otherwise;         /* why others do not; NULL with all */
};

enum probe_kind { PROBE_LATENCY, PROBE_CALLS };

struct probe {
	char *folder;            /* absolute */
	char *name;              /* the folder's name */
	char *title;
	enum probe_kind kind;
	char *responder;         /* "js" or "guest" */
	bool isolation_required;
	double threshold_ms;     /* > 0; 0 in a probe without samples */
	double deadline_s;       /* for one launch's measure() beyond its planned window */
	struct probe_parameter *parameters; size_t parameter_count;
	struct probe_guest *guests; size_t guest_count;
	struct probe_arm *arms; size_t arm_count;
	struct probe_metric *metrics; size_t metric_count;
	struct probe_observation *observations; size_t observation_count;
	struct probe_claim *claims; size_t claim_count;
	struct probe_switch *switches; size_t switch_count; /* "without" */
	struct json *browser_flags; /* array of strings, or NULL */
	struct probe_plants plants; /* kind_count 0: none */
	struct probe_evidence evidence; /* what decides the claims */
	struct probe_captures captures; /* count 0: none */
};

/* `folder` is absolute and its last component the probe's name. */
struct probe *probe_parse(const char *folder, const char *text, size_t length, struct err *err);
void probe_free(struct probe *probe); /* NULL is fine */

/* The arms whose full names match one of the globs (fnmatch with FNM_PATHNAME), in the probe's order, each
 * once; all arms when glob_count is 0. selected[] has room for arm_count. A glob that matches nothing
 * is ERR_USAGE, listing the arms. */
int probe_select_arms(const struct probe *probe, const char *const *globs, size_t glob_count,
	size_t *selected, size_t *count, struct err *err);

/* Whether "metrics" declares the name. */
bool probe_has_metric(const struct probe *probe, const char *name);
/* What the observation of that name says; NULL when "observations" does not declare it. */
const char *probe_observation_says(const struct probe *probe, const char *name);

/* Whether it declares that metric or observation `untimed`: what other programs do meanwhile does not change it. */
bool probe_metric_is_untimed(const struct probe *probe, const char *name);
bool probe_observation_is_untimed(const struct probe *probe, const char *name);

/* Checks a value against the parameters; ERR_USAGE names the parameters, range or choices. */
int probe_check_parameter(const struct probe *probe, const char *key, const char *value,
	struct err *err);

/* All parameters with their values for one arm: defaults, then overrides ("K=V" strings), then the arm's
 * own settings. The caller frees. */
struct json *probe_parameters(const struct probe *probe, const struct probe_arm *arm,
	const char *const *overrides, size_t override_count, struct err *err);

#endif
