/* The ticks of a finished launch become its artefact: the party's worker named as the trace's marks say, compressed.
 * Between windows only.
 *
 * The artefact is what `explain --host` takes (trace/ticks_csv.h), and any program that reads CSV. Ownership: paths are
 * borrowed. Threads: any. */
#ifndef WASMOGRAPH_RUN_TICKS_KEEP_H
#define WASMOGRAPH_RUN_TICKS_KEEP_H

#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

/* Names in the launch's staging folder. */
#define TICKS_RAW_NAME "ticks.raw.csv" /* as the sampler wrote it; gone when this is done, however it ends */
#define TICKS_NAME "ticks.csv.gz"

/* `worker_tid`: of the thread with the marks align:worker, as the trace has it; 0 when there are none: then the worker's
 * columns are empty, and each worker's own are still there. ERR_NOT_FOUND without TICKS_RAW_NAME, ERR_INVALID, ERR_NO_SPACE,
 * ERR_IO; then there is no TICKS_NAME. */
int ticks_keep(const char *folder, int64_t worker_tid, struct err *err);

/* The same for a launch, with the environment's "ticks" for its row: the sampler's facts (host/ticks_sampler.h), or
 * {"failed":"why"}. `facts` is what the launch got of the sampler, NULL when it ended before; `trace` the description of its
 * trace (run/recording.h). Ticks of another process than the trace's page are thrown away. The caller frees. */
struct json *ticks_keep_of_launch(const char *folder, const struct json *facts, const struct json *trace);

#endif
