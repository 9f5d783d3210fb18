/* A reproduction as a document (`reproduce --json`). */
#ifndef WASMOGRAPH_REPORT_REPRODUCTION_JSON_H
#define WASMOGRAPH_REPORT_REPRODUCTION_JSON_H

#include "report/reproduction.h"

/* {"schema","run","reproduces":{…run/reproduce.h},"least_ms","arms":{"same","chance"|null,"without"|null: {"name","launches",
 * "reproduced","value","low","high","method","void","failed","saturated","untold"}},"cause","support":{"verdict","with",
 * "without","change","low","high","blocks","p"}|null,"recurrences":[{"address","arm","length_ms","worst_ms","cause",
 * "trace"}],"others":[…],"differences":[{"what","then","now"}]|null,"conditions":[likewise]|null}. Episodes of all arms are listed; "cause" is the
 * original's, else the first recurrence's. The caller frees. */
struct json *reproduction_json(const struct reproduction *reproduction);

#endif
