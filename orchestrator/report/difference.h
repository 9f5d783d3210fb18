/* What is not the same as it was: facts of machine and browser, then and now. Pure.
 *
 * Ownership: differences_free(). */
#ifndef WASMOGRAPH_REPORT_DIFFERENCE_H
#define WASMOGRAPH_REPORT_DIFFERENCE_H

#include <stddef.h>

#include "base/json.h"

struct difference {
	const char *what;        /* "kernel", "browser flags", … */
	char *then, *now;        /* as text; "–" where the machine did not say */
};

/* The facts of a launch, from where they are stored. */
struct difference_facts {
	const struct json *spec;        /* the run's */
	const struct json *environment; /* the run's */
	const struct json *launch;      /* the launch's environment */
};

/* In a fixed order; *count of them. What was not recorded on one side is not compared. Of the browser's flags those are shown that the other side does not have; its profile
 * folder, which is new each time, is left out. */
struct difference *differences_find(const struct difference_facts *then, const struct difference_facts *now,
	size_t *count);

/* What is never quite the same, and matters only when a spike stays away: load, free memory, swap in use, free shared memory,
 * as each run began; all of them, whether or not they differ. */
struct difference *conditions_find(const struct difference_facts *then, const struct difference_facts *now, size_t *count);
void differences_free(struct difference *differences, size_t count);

#endif
