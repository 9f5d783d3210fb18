/* Controls: explanations that have to fail. With samples of another launch, or times that do not fit the trace, nothing may be
 * told; without the harness's measures in the trace, a guest is JavaScript.
 *
 * Pure; values. */
#ifndef WASMOGRAPH_REPORT_SCORE_CONTROLS_H
#define WASMOGRAPH_REPORT_SCORE_CONTROLS_H

#include "report/score.h"
#include "report/score_targets.h"

#define SCORE_SHIFT_MS 250.0

/* Launches explained with what does not belong to them. */
struct score_control {
	size_t launches, refused; /* refused: as a whole, or no spike has a cause */
	size_t spikes, told;     /* told: that have a cause all the same */
};

struct score_controls {
	struct score_control another, shifted;
	size_t bare;             /* launches explained without the measures */
	size_t guest_spikes;     /* named guest or guest-gc, with the measures */
	size_t bare_guest_spikes; /* … without them */
	struct score_tally bare_js; /* of the guests' episodes, those whose largest part is js on that thread then */
};

void score_control_add(struct score_control *control, const struct explain_result *result);

/* `with`: the launch as it is, which was not refused. */
void score_controls_add_bare(struct score_controls *controls, const struct trace_truth *truth,
	const struct explain_result *with, const struct explain_result *without);

enum score_target_state score_control_state(const struct score_control *control);
enum score_target_state score_controls_bare_state(const struct score_controls *controls);

#endif
