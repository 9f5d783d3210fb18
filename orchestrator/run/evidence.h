/* Evidence for claims that the results hold already: a run made to decide them that would come out the same way if it
 * were made again. Reads only.
 *
 * The same are: mode, probe.json and every file beside it, the builds of the arms' guests, the arms' parameters,
 * browser, kernel and processors; it has made as many blocks as are wanted before the first look. A run that holds more
 * arms than are wanted is evidence too.
 * Ownership: everything is borrowed. */
#ifndef WASMOGRAPH_RUN_EVIDENCE_H
#define WASMOGRAPH_RUN_EVIDENCE_H

#include <stdbool.h>

#include "probe/evidence.h"
#include "run/guests.h"
#include "run/request.h"
#include "run/session.h"

/* 0 with the newest such run's id, or "" when there is none. −1 when the results cannot be read, or the arms have no
 * such parameters. `guests` are built for the request's arms. */
int evidence_find(const struct session *session, const struct run_request *request, const struct guest_set *guests,
	char id[STORE_RUN_ID_SIZE], struct err *err);

#endif
