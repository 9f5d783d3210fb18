/* The start-up sweep: startup is recovery (crash-only). Launches begun by a process that is gone are
 * undone: their browser killed if it still is that process, their scratch, staging and half-published folders
 * deleted, their rows marked abandoned. Only what rows name is touched. */
#ifndef WASMOGRAPH_RUN_SWEEP_H
#define WASMOGRAPH_RUN_SWEEP_H

#include "base/err.h"
#include "base/log.h"
#include "store/store.h"

/* Call with the measuring lock held: every unfinished launch is then a dead one's. */
int sweep(struct store *store, struct log *log, struct err *err);

/* The folder of a launch relative to the results: RUN/NNNN; the caller frees. */
char *sweep_launch_folder(const char *run, int number);

#endif
