/* What the machine is: facts stored with every launch, and what doctor judges. The
 * counters of a window are in host/counters.h, which comes with this header.
 *
 * These functions may open files and allocate: not inside a measured window. Any thread. */
#ifndef WASMOGRAPH_HOST_ENVIRONMENT_H
#define WASMOGRAPH_HOST_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/json.h"
#include "host/counters.h"

/* The caller frees the object. null where the kernel does not say:
 *   machine_id, host, kernel, architecture      texts
 *   cpu_model, cpus, hypervisor (bool)
 *   governor      "performance"; several, joined by ", ", where CPUs differ
 *   turbo (bool)  may clocks rise above nominal
 *   clock_source  "tsc"
 *   transparent_huge_pages  "always", "madvise", "never"
 *   aslr          0 none, 1 partial, 2 full (randomize_va_space)
 *   memory_bytes, memory_available_bytes, swap_bytes, swap_used_bytes,
 *   shm_bytes, shm_available_bytes              /dev/shm
 *   cgroup        {version 1|2, path, cpu_limit (CPUs), memory_limit_bytes, process_limit}
 *   load          [1, 5, 15 minutes] */
struct json *environment_read(void);

/* SHA-256 of /etc/machine-id (without its newline), or of the host's name if that is
 * absent or empty, cut to 16 hex digits: names a machine without telling its id. */
void environment_machine_id(char out[17]);

int environment_cpus(void); /* online CPUs, ≥ 1 */

#endif
