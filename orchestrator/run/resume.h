/* A run that was interrupted, gone on with: its launches that were finished stand, and are told to a new schedule of the
 * same seed, which then gives those that are missing. Reads only.
 *
 * A launch that was abandoned is made again, under a number of its own: its row stays.
 * Ownership: everything is borrowed. */
#ifndef WASMOGRAPH_RUN_RESUME_H
#define WASMOGRAPH_RUN_RESUME_H

#include <stddef.h>

#include "run/request.h"
#include "store/launch.h"

struct resume {
	int stand;    /* launches that were finished */
	int taken;    /* the greatest number that a launch of the run has */
	int block;    /* of the last one that stands; 0: none does */
};

/* What a launch's outcome (store_outcome_name()) is to the schedule: told as it ends, and again when the run is gone on with. */
enum schedule_result resume_result_of(const char *outcome);

/* Brings `schedule`, which has given no launch yet, to where the launches (by number) left it. 0; −1 with ERR_INVALID when
 * they were not made in its order, so that the rest would be of another run. Pure. */
int resume_schedule(const struct store_launch *launches, size_t count, const struct run_request *request,
	struct schedule *schedule, struct resume *resume, struct err *err);

#endif
