/* Where a run was measured, in a sentence. Pure. */
#ifndef WASMOGRAPH_REPORT_MACHINE_H
#define WASMOGRAPH_REPORT_MACHINE_H

#include "base/json.h"

/* "Chromium 156.0.8078.108 headless on lab1: AMD EPYC × 2, Linux 6.1.0, virtual machine" of a run's environment, and
 * which processors were asked for; `cpus_by` is a summary's. The caller frees. */
char *machine_text(const struct json *environment, const char *cpus_by);

#endif
