/* One growing count of CPU time, of the machine or of a control group, opened once and read every tick.
 *
 * The machine's, best first: cpuacct.usage of version 1's root group (exact; 0.8 µs), cpu.stat of version 2's
 * root (1.1 µs, but counted in the scheduler's ticks, of 4 ms at 250 Hz), /proc/stat (7 µs, in units of 10 ms).
 * A group's own counter is exact in both versions. What runs at the moment is counted up to the last tick of its CPU.
 *
 * Ownership: the struct is the caller's and owns the descriptor. Reading allocates nothing. Threads: one. */
#ifndef WASMOGRAPH_HOST_TICKS_COUNTER_H
#define WASMOGRAPH_HOST_TICKS_COUNTER_H

#include <stdint.h>

#include "host/cgroup.h"

enum ticks_counter_kind {
	TICKS_COUNTER_NONE,
	TICKS_COUNTER_CPUACCT,   /* a file that holds ns */
	TICKS_COUNTER_CPU_STAT,  /* a file with a line usage_usec */
	TICKS_COUNTER_PROC_STAT,
};
const char *ticks_counter_kind_name(enum ticks_counter_kind kind); /* "none" "cpuacct" "cpu.stat" "/proc/stat" */

struct ticks_counter {
	enum ticks_counter_kind kind;
	int fd; /* −1: none */
};

void ticks_counter_open_machine(struct ticks_counter *counter, const struct cgroup_place *place);
/* Of version 1 or 2, at `path`; 0: none. */
void ticks_counter_open_group(struct ticks_counter *counter, int version, const char *path);
void ticks_counter_release(struct ticks_counter *counter);

/* µs; TICKS_UNKNOWN (host/ticks_thread.h) when there is none, or it has gone. */
uint64_t ticks_counter_read_us(const struct ticks_counter *counter);

#endif
