/* What the host's planter is to do, as text (host/planter.h). Pure.
 *
 * Ownership: the list is the caller's, to be freed. */
#ifndef WASMOGRAPH_HOST_PLANTER_PLAN_H
#define WASMOGRAPH_HOST_PLANTER_PLAN_H

#include <stdbool.h>
#include <stddef.h>

enum planter_act { PLANTER_STOP, PLANTER_LOAD };

struct planter_item {
	unsigned long id;
	enum planter_act act;
	unsigned long at_us, for_us, count;
};

/* At most 10 s each, 64 processes, and an hour from the beginning. NULL when it is not as it should be. */
struct planter_item *planter_plan_parse(const char *text, size_t *count);

#endif
