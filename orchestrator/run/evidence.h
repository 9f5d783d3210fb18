/* Evidence for claims that the results hold already: a run made to decide them that would come out the same way if it
 * were made again. Reads only.
 *
 * The same are: mode, probe.json and every file beside it, the builds of the arms' guests, the arms' parameters,
 * browser, kernel and processors; it has made as many blocks as are wanted before the first look. A run that holds more
 * arms than are wanted is evidence too. One that was interrupted is part of it when it was asked for in just the same
 * way: it can be gone on with (run_request.resumes).
 * Ownership: everything is borrowed. */
#ifndef WASMOGRAPH_RUN_EVIDENCE_H
#define WASMOGRAPH_RUN_EVIDENCE_H

#include <stdbool.h>

#include "probe/evidence.h"
#include "run/guests.h"
#include "run/request.h"
#include "run/session.h"

struct evidence_found {
	char run[STORE_RUN_ID_SIZE]; /* "": there is none */
	bool is_whole;               /* else it was interrupted */
	uint64_t seed;               /* of that run */
};

/* 0 with the newest whole run, or if there is none the newest that was interrupted. −1 when the results cannot be read,
 * or the arms have no such parameters. `guests` are built for the request's arms. */
int evidence_find(const struct session *session, const struct run_request *request, const struct guest_set *guests,
	struct evidence_found *found, struct err *err);

#endif
