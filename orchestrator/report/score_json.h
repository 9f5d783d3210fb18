/* Scores as `selfcheck causes --json` gives them.
 *
 * {"schema","sets":[{"set":"tuning"|"held-out","runs":[{"run","only","outcome","seed","threshold_ms","launches","left_out","incomplete"}],
 * "refused":[{"launch","why"}],"launches","samples","spikes","stalled_ms",
 * "kinds":[{"kinds","causes","pure","pair","plants","verdicts":{…},"episodes","right","by_name","both","named":{CAUSE: episodes}}],
 * "totals":{"pure","mixtures","pairs","all", each also with _by_name,"both","clear","samples","samples_clear"},
 * "sums","unplanted":{"spikes","episodes","causes":{…}},"causes":[{"cause","share","fast_share","unplanted"}],
 * "targets":[{"name","says","value","goal","at_most","met",…}],"controls":{…},"episodes":[…]}]}. A tally is
 * {"k","n","share","low","high"}: successes of so many with Wilson's 95 % interval, null when n is 0. */
#ifndef WASMOGRAPH_REPORT_SCORE_JSON_H
#define WASMOGRAPH_REPORT_SCORE_JSON_H

#include "base/json.h"
#include "report/score_set.h"

struct json *score_json(const struct score_set *const *sets, size_t count);

#endif
