/* An explanation as `explain --json` gives it. Written piece by piece: a launch may have as many spikes as samples.
 *
 * {"schema","spikes":[{"launch","sample","due_us","returned_us","response_ms","cause","mixed","parts":[{"cause","ms"}]}],
 * "episodes":[…],"summary":[{"arm","cause","episodes","spikes","ms","share"}],"clock":{"main_us","worker_us","spread_us"},
 * "inputs":{…}}; besides these "refused", "untraced", and, of each launch, "launches" with its clock and inputs ("clock" and "inputs" are those of the first) and
 * whether its arm's traced launches are "representative" of the headline ones. Causes are names or null; "mixed" is true when the largest part, which
 * "cause" names, is less than 60 %; a spike without a cause has "refused". NaN is null. */
#ifndef WASMOGRAPH_REPORT_EXPLAIN_JSON_H
#define WASMOGRAPH_REPORT_EXPLAIN_JSON_H

#include <stdio.h>

#include "report/explanation.h"

void explain_json(FILE *out, const struct explanation *explanation);

#endif
