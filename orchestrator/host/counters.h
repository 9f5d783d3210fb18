/* The counters that say, from outside the browser, whether a window was disturbed
 * (docs/METHOD.md, "void"). Read right before and right after it.
 *
 * counters_read() allocates nothing and starts nothing; its cost is one pass over /proc.
 * Any thread. */
#ifndef WASMOGRAPH_HOST_COUNTERS_H
#define WASMOGRAPH_HOST_COUNTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/json.h"

/* Machine-wide counters since boot (/proc/stat, /proc/vmstat, PSI, cgroup). −1 = the
 * kernel does not say. */
struct counters {
	int64_t mono_us;
	int64_t busy_us;       /* user+nice+system+irq+softirq over all CPUs */
	int64_t steal_us;
	int64_t tree_us;       /* the browser tree's CPU (proc_tree_cpu_us); 0 without a tree */
	int64_t self_us;       /* ours */
	int64_t throttled;     /* cgroup throttle count, v1 or v2 */
	int64_t major_faults;  /* pgmajfault */
	int64_t swapped_pages; /* pswpin + pswpout */
	int64_t memory_stall_us; /* PSI memory "some" total */
	int64_t oom_kills;     /* vmstat oom_kill */
};

/* `browser_tree`: the root of the browser's processes, 0 for none. */
void counters_read(struct counters *counters, pid_t browser_tree);

/* Whom the kernel killed for lack of memory, as closely as it can be told whether it was us: processes of our own
 * cgroup, where the kernel counts those, else of the whole machine, since boot; −1 = the kernel does not say. */
int64_t counters_oom_kills(void);

/* Why the window between two readings is void, as a sentence in *reason, or false.
 * Limits, all from docs/METHOD.md: foreign CPU > 10 % of the machine, steal > 2 %,
 * throttle counter moved, major faults > 16 and > 4 a second, swap > 0, memory stall > 0 (an
 * out-of-memory kill counts as memory pressure). A counter that either reading lacks
 * voids nothing. A browser that died inside the window has taken its CPU time along,
 * which then looks foreign: ask about failure first. */
bool counters_void(const struct counters *before, const struct counters *after, int cpus,
	char *reason, size_t reason_size);

/* The figures behind that verdict, for storage: window_us, foreign_share, steal_share,
 * tree_share, self_share (of all CPUs), throttled, major_faults, swapped_pages,
 * memory_stall_us, oom_kills (differences); null where the kernel does not say. */
struct json *counters_json(const struct counters *before, const struct counters *after, int cpus);

#endif
