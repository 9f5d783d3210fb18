/* The end of a launch: whole in one transaction with its ledger row, or not at all.
 *
 * Ownership: everything given in is borrowed. */
#ifndef WASMOGRAPH_STORE_FINALISE_H
#define WASMOGRAPH_STORE_FINALISE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "store/explanation.h"
#include "store/launch.h"
#include "store/parts.h"
#include "store/samples.h"

struct store;

/* Everything a finished launch leaves, committed in one transaction with its ledger row. */
struct store_launch_result {
	enum store_outcome outcome;
	const char *reason;      /* why failed, void or saturated; "" when valid */
	const char *death;       /* browser_death_name() when the browser died, else NULL */
	const char *folder;      /* relative, or NULL when there is none */
	const struct json *environment; /* flags, versions, sandbox, counters, daemon's own wake-ups, … */
	const struct json *transitions; /* [{"state","mono_us"}] */
	const struct json *report; /* what the page reported: work, observations, warnings; may be NULL */
	const struct store_samples *samples; /* NULL when failed without any */
	const struct store_metric *metrics; size_t metric_count;
	const struct store_spike *spikes; size_t spike_count;
	const struct store_artefact *artefacts; size_t artefact_count;
	const struct store_explanation *explanation; /* NULL without a trace */
};
int store_launch_finalise(struct store *store, int64_t launch_row,
	const struct store_launch_result *result, struct err *err);

/* Marks a launch that nobody finished "abandoned" (it never counts) and its run "interrupted". */
int store_launch_abandon(struct store *store, int64_t row, struct err *err);

#endif
