/* Explains what is stored: the traced launches of a run, or one of them, from their samples, trace and host ticks.
 *
 * Ownership: explained_release(). Reads the store and the results folder. */
#ifndef WASMOGRAPH_REPORT_EXPLAINED_H
#define WASMOGRAPH_REPORT_EXPLAINED_H

#include "report/explanation.h"
#include "store/store.h"

struct explained {
	struct explanation explanation;
	struct explained_launch *launches; /* private: what the explanation borrows */
	struct store_run run;
	struct store_launch *rows;
	size_t row_count;
};

/* Every valid launch of the run that has a trace (or the one that is asked for; with a sample, its story too), and the spikes
 * of those that were not traced. A launch whose trace cannot be read is told with a refusal. ERR_NOT_FOUND: no such launch or
 * sample, or the launch asked for has no samples. */
int explained_load(struct store *store, const struct store_address *address, struct explained *explained,
	struct err *err);
void explained_release(struct explained *explained);

/* One of the launches once more, with its own trace and ticks but other inputs besides: what has to fail. A launch without
 * samples, or whose files cannot be read, gives a result without spikes. */
struct explained_other {
	const struct trace_samples *samples; /* NULL: its own */
	bool without_measures;   /* trace/explain.h */
};
void explained_otherwise(const struct explained *explained, size_t launch, const struct explained_other *other,
	struct explain_result *result);

#endif
