/* A launch's episodes, from what is stored of it: how long each lasted, and what its samples waited for most.
 *
 * Lengths and bounds are stats/latency_episode.h's; the cause is that of the largest sum over the parts of its spikes, as
 * the trace told it when the launch ended.
 * Ownership: the list owns everything in it. */
#ifndef WASMOGRAPH_REPORT_EPISODES_H
#define WASMOGRAPH_REPORT_EPISODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "store/store.h"

struct episode {
	size_t first, last, worst; /* samples */
	double length_ms;          /* from the first due time until the last return */
	double worst_ms;           /* the largest response */
	char *cause;               /* NULL: none is told */
};

struct episode_list {
	struct episode *items;
	size_t count;
	bool told;                 /* the launch was traced, and its trace told the causes */
	char *refusal;             /* why not, as a clause; NULL when told */
};

/* Without samples that fell due after the window of a flight recorder. ERR_NOT_FOUND for a launch without samples. */
int episodes_load(struct store *store, const struct store_launch *launch, double threshold_ms, struct episode_list *list,
	struct err *err);
void episodes_release(struct episode_list *list);

/* The one that holds the sample, or NULL: it was on time. */
const struct episode *episodes_with(const struct episode_list *list, size_t sample);
/* The one with the largest response; NULL without any. */
const struct episode *episodes_worst(const struct episode_list *list);

#endif
