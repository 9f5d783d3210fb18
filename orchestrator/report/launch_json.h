/* `show RUN:LAUNCH --json` and `show RUN:LAUNCH:SAMPLE --json`; the caller frees. NULL and
 * ERR_NOT_FOUND for no such launch or sample. */
#ifndef WASMOGRAPH_REPORT_LAUNCH_JSON_H
#define WASMOGRAPH_REPORT_LAUNCH_JSON_H

#include "base/err.h"
#include "base/json.h"
#include "store/store.h"

struct json *report_launch_json(struct store *store, const struct store_address *address,
	struct err *err);

#endif
