/* Everything stored about one launch, loaded for its readers (`show RUN:LAUNCH`, as text and JSON).
 *
 * Ownership: the detail owns everything in it. */
#ifndef WASMOGRAPH_REPORT_DETAIL_H
#define WASMOGRAPH_REPORT_DETAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "store/store.h"

struct detail_episode { size_t index, first_sample, spikes; double start_ms, worst_ms; };

struct detail {
	struct store_run run;
	struct store_launch *launches; size_t launch_count;
	const struct store_launch *launch; /* the one */
	struct store_metric_row *metrics; size_t metric_count;
	struct detail_episode *episodes; size_t episode_count; /* worst first */
	struct store_artefact_row *artefacts; size_t artefact_count; /* of the run */
	struct store_samples samples;      /* count 0 without any */
	bool has_samples;
	struct store_explanation explanation; /* of a traced launch */
	bool is_told;
};

int detail_load(struct store *store, const struct store_address *address, struct detail *detail,
	struct err *err);
void detail_release(struct detail *detail);

/* NaN when the launch has no such metric. */
double detail_metric(const struct detail *detail, const char *name);

/* Whether the page held the guest and a worker sent, by the launch's arm; else the other way round. */
bool detail_target_is_page(const struct detail *detail);

/* Whether the two threads' clocks are tied by the trace's marks, good to the explanation's spread_us; else it is by the
 * difference of timeOrigin, good to about 0.1 ms (docs/METHOD.md §1). */
bool detail_has_marks(const struct detail *detail);

/* A sample's five times and the legs between them, ms; NaN where a time is missing. Legs to the target
 * and back stand between two clocks: detail_has_marks(). */
struct detail_sample {
	double due, sent, received, replied, returned;
	double lateness, there, target, back, service, response;
	bool cold, answered;
};
struct detail_sample detail_sample(const struct detail *detail, size_t index);

#endif
