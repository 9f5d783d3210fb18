/* A run: blocks of one probe's arms, launched one after another on the session's loop.
 *
 * The guests are built first, then nothing runs beside a launch. Each launch is committed before its
 * browser is executed and finalised after everything of it is gone.
 * Ownership: requests borrow; the result is a value. Threads: the loop's. */
#ifndef WASMOGRAPH_RUN_RUN_H
#define WASMOGRAPH_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "run/request.h"
#include "run/session.h"

struct run_result {
	char id[STORE_RUN_ID_SIZE];    /* "" when no row was written */
	bool interrupted;
};

/* 0 when the run went to its end or was interrupted; −1 when it could not go on (ERR_ENVIRONMENT: the
 * browser never started; ERR_NO_SPACE; …): what was finished is stored. */
int run_execute(struct session *session, const struct run_request *request,
	struct run_result *result, struct err *err);

#endif
