/* `show RUN:LAUNCH` and `show RUN:LAUNCH:SAMPLE` as text. ERR_NOT_FOUND for no such launch or sample. */
#ifndef WASMOGRAPH_REPORT_LAUNCH_H
#define WASMOGRAPH_REPORT_LAUNCH_H

#include <stdio.h>

#include "base/err.h"
#include "store/store.h"

int report_launch_text(FILE *out, struct store *store, const struct store_address *address,
	struct err *err);

#endif
