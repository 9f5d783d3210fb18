/* Ends what a dead supervisor left: browser_sweep().
 *
 * A process belongs to a launch when it is the recorded browser (pid and start time), descends
 * from it, has the launch's scratch folder as HOME or as its profile, or is in the launch's control groups: names of
 * programs are never looked at. Blocks for up to 3 s; for start-up and for after a launch. Any thread. */
#ifndef WASMOGRAPH_BROWSER_SWEEP_H
#define WASMOGRAPH_BROWSER_SWEEP_H

#include <stdbool.h>
#include <stddef.h>

/* Whether an environment (entries end in NUL) holds `entry` whole. Pure. */
bool browser_environment_names(const char *environment, size_t length, const char *entry);

#endif
