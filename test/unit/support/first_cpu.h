/* The first processor that we may use: there is one on every machine.
 *
 * Include after <cmocka.h>. */
#ifndef WASMOGRAPH_TEST_FIRST_CPU_H
#define WASMOGRAPH_TEST_FIRST_CPU_H

#include <sched.h>

static inline int first_cpu(void)
{
	cpu_set_t set;
	int cpu = 0;
	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	return cpu;
}

#endif
