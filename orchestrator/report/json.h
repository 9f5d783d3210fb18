/* A summary as `run --json` and `plan --json` give it. NaN is null. Pure; the caller frees. */
#ifndef WASMOGRAPH_REPORT_JSON_H
#define WASMOGRAPH_REPORT_JSON_H

#include <stddef.h>

#include "base/json.h"
#include "report/summary.h"

/* DESIGN §7: {"schema","run","probe","seed","threshold_ms","arms":[…],"ratios":[…],"claims":[…],"artefacts":[…],
 * "environment":{…}}. The caller frees. */
struct json *report_json(const struct summary *summary);
/* {"schema","plan","runs":[…]} */
struct json *report_plan_json(const char *plan, const struct summary *summaries, size_t count);

#endif
