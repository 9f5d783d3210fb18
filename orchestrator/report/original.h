/* The spike that a person wants back: its launch and its episode, by address.
 *
 * Ownership: the original owns everything in it. */
#ifndef WASMOGRAPH_REPORT_ORIGINAL_H
#define WASMOGRAPH_REPORT_ORIGINAL_H

#include "base/err.h"
#include "report/episodes.h"
#include "store/store.h"

struct original {
	struct store_run run;
	struct store_launch *launches; size_t launch_count;
	const struct store_launch *launch;
	struct episode_list episodes;      /* of the launch */
	const struct episode *episode;
};

/* RUN:LAUNCH:SAMPLE is the episode that holds the sample, RUN:LAUNCH the launch's worst. ERR_USAGE for a run alone, a
 * sample that was on time, and a launch that has no episode or failed. */
int original_load(struct store *store, const struct store_address *address, struct original *original,
	struct err *err);
void original_release(struct original *original);

#endif
