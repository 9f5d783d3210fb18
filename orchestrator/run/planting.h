/* When a launch's plants are due, drawn from the block's seed, and what became of them. Pure.
 *
 * The plan comes out the same whenever it is asked for: the page, the host's helper and the truth each take their part of
 * it. Times are ms from the beginning of the schedule of samples. Plants stand apart from each other, but for pairs.
 * The truth is no input of any explanation: it goes into a file of its own, and nowhere else.
 * Ownership: a planting owns its items, and borrows the spec's probe. */
#ifndef WASMOGRAPH_RUN_PLANTING_H
#define WASMOGRAPH_RUN_PLANTING_H

#include "base/json.h"
#include "probe/plants.h"
#include "run/spec.h"

enum { PLANTING_ALONE = -1 };

/* The parameter, where a probe has it, whose value is a cause that is left out. */
#define PLANTING_ABSENT "absent"

struct planting_item {
	const struct probe_plant_kind *kind;
	double at_ms, ms;
	int count;
	int pair; /* which other item it overlaps; PLANTING_ALONE */
};

/* An item's place is its id. Ordered by at_ms. */
struct planting {
	struct planting_item *items;
	size_t count;
};

void planting_draw(const struct launch_spec *spec, struct planting *planting); /* none if the probe plants nothing */
void planting_release(struct planting *planting);

/* The manifest's "plants" (docs/PROBES.md): what the page, its worker and the pacer do. NULL if the probe plants
 * nothing. */
struct json *planting_manifest(const struct launch_spec *spec);

/* The host's part, as host/planter.h takes it, from measure()'s beginning on; NULL: nothing. The caller frees. */
char *planting_host_plan(const struct launch_spec *spec);

/* The truth (docs/PROBES.md): `page_log` is a list of {"id","begin","end"} or {"id","failed"}, `host_facts` has such a
 * list as "plants", or "failed" (host/planter.h); NULL: it never came to that. What stands in neither has failed. NULL if the probe plants nothing. */
struct json *planting_truth(const struct launch_spec *spec, const struct json *page_log, const struct json *host_facts);

#endif
