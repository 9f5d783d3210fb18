/* Checks a request's names, parameters and settings without touching anything, so that a mistake is
 * told before the first browser is started.
 *
 * Reads the toolchains' files, nothing else. Threads: any. */
#ifndef WASMOGRAPH_RUN_CHECK_H
#define WASMOGRAPH_RUN_CHECK_H

#include "base/err.h"
#include "run/request.h"

/* ERR_USAGE with what is wrong. */
int run_check(const struct run_request *request, const char *data_root, struct err *err);

#endif
