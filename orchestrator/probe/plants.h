/* The "plants" of probe.json: causes of slow messages that a launch brings about on purpose, at random seeded times, so
 * that what explains slow messages can be held against what is known. When each is due is run/planting's business.
 *
 * Ownership: the struct owns everything it points to. Pure. */
#ifndef WASMOGRAPH_PROBE_PLANTS_H
#define WASMOGRAPH_PROBE_PLANTS_H

#include <stdbool.h>
#include <stddef.h>

#include "probe/rules.h"

/* Who does it: one of the page's two threads, the sender's pacer (by sleeping too long), or a process beside the browser. */
enum probe_plant_place { PROBE_PLANT_PAGE, PROBE_PLANT_WORKER, PROBE_PLANT_PACER, PROBE_PLANT_HOST };

struct probe_plant_kind {
	char *name;                 /* "js-page" */
	enum probe_plant_place on;
	char *act;                  /* what is done ("do"): a word of the module's, or host/planter's */
	char *cause;                /* what an explanation has to say: "js@main" */
	struct json *also;          /* other answers that are right; NULL: none */
	struct json *arms;          /* globs of the arms that have it; NULL: all */
	bool pure;                  /* false: the truth itself is a mixture */
	int share;                  /* how often it comes up, beside the others; ≥ 1 */
	double least_ms, most_ms;   /* how long it lasts: uniform */
	int least_count, most_count; /* of what it consists of: uniform */
};

struct probe_plant_range {
	double least, most;
};

/* Two kinds at once: the second begins `lag` after the first (before, if negative). */
struct probe_plant_pair {
	size_t first, second;       /* into kinds */
	struct probe_plant_range first_ms, second_ms; /* how long they last here: the kind's own unless the pair says */
	double least_lag_ms, most_lag_ms;
	int share;
};

struct probe_plants {
	char *module;               /* a file of the probe's folder that exports what the threads' plants do */
	double every_ms;            /* mean distance between two beginnings */
	double apart_ms;            /* least distance from one's end to the next one's beginning */
	struct probe_plant_kind *kinds; size_t kind_count;
	struct probe_plant_pair *pairs; size_t pair_count;
};

/* `rules` is of the object "plants". 0, or −1 with ERR_USAGE; to be released either way. */
int plants_read(const struct rules *rules, struct probe_plants *plants);
void plants_release(struct probe_plants *plants);

/* Whether an arm of this full name has the kind. */
bool plants_kind_is_of(const struct probe_plant_kind *kind, const char *arm);

#endif
