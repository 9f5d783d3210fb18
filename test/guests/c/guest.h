/* A guest of probe ping in C without any library: what a program of anybody's own has to export (docs/PROBES.md,
 * "Guests"). The loads are defined in orchestrator/probe/workload.h. One instance, one thread. */
#ifndef WASMOGRAPH_TEST_GUESTS_C_GUEST_H
#define WASMOGRAPH_TEST_GUESTS_C_GUEST_H

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))

/* allocator.c: blocks by size, from a memory that grows and never shrinks. */
void *allocate(size_t size);          /* zeroed; traps when the memory cannot grow */
void deallocate(void *block, size_t size);
void deallocate_all(void);            /* everything that was allocated */

/* sha256.c: FIPS 180-4. */
void sha256(const uint8_t *bytes, size_t length, uint8_t digest[32]);

/* random.c: xoshiro128** 1.1 (Blackman & Vigna). */
struct random { uint32_t state[4]; };
uint32_t random_next(struct random *random);
uint32_t random_next_filling(struct random *random); /* top bit set */

#endif
