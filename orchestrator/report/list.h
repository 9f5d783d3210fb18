/* `list`: the runs, newest first; limit 0 = all. */
#ifndef WASMOGRAPH_REPORT_LIST_H
#define WASMOGRAPH_REPORT_LIST_H

#include <stddef.h>
#include <stdio.h>

#include "base/err.h"
#include "base/json.h"
#include "store/store.h"

int report_list_text(FILE *out, struct store *store, size_t limit, struct err *err);
struct json *report_list_json(struct store *store, size_t limit, struct err *err);

#endif
