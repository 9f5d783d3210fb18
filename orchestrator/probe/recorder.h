/* What the page of a launch with a flight recorder says of its window (web/sender.js), in its report:
 * {"recorder":{"episode":BOOL,"counted":SAMPLES,"over_ms":MS|null}}. The window ends when an episode beyond the trigger is over; samples that fell due
 * after that are kept, and enter no number (docs/METHOD.md §4). Pure. */
#ifndef WASMOGRAPH_PROBE_RECORDER_H
#define WASMOGRAPH_PROBE_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"

/* How many of the samples, the last ones, fell due after the window; 0 for a report without a word on it, or NULL. At least one
 * sample after the cold ones stays. */
size_t recorder_after(const struct json *report, size_t samples, size_t cold);

/* Whether an episode ended the window, so that there may be fewer samples than planned. */
bool recorder_has_episode(const struct json *report);

/* When that episode was over, ms on the sender's clock: the sample on time behind it had returned. NAN when the window went to its end. */
double recorder_over_ms(const struct json *report);

#endif
