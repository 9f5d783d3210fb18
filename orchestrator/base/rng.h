/* xoshiro128** 1.1 (Blackman & Vigna, public domain reference at prng.di.unimi.it):
 * 32-bit words only, so that C, JavaScript (Math.imul) and Go draw the same numbers
 * from the same seed. web/random.js and the guests hold the twins; test/unit/base
 * and test/web check all against the same vectors.
 *
 * Ownership: a value; each user has its own. */
#ifndef WASMOGRAPH_BASE_RNG_H
#define WASMOGRAPH_BASE_RNG_H

#include <stddef.h>
#include <stdint.h>

struct rng {
	uint32_t state[4];
};

/* Seeds from the first 16 bytes, as four little-endian words, of SHA-256 of
 * "SEED/STREAM" with SEED in decimal: streams are named, so adding one does not
 * shift another ("block/3/schedule"). All-zero state is mapped to {1,0,0,0}. */
void rng_seed(struct rng *rng, uint64_t seed, const char *stream);

uint32_t rng_next(struct rng *rng);

/* rng_next() / 2^32: uniform on [0, 1), steps of 2^-32. */
double rng_unit(struct rng *rng);

/* Uniform on 0 … bound−1 without modulo bias; bound ≥ 1. The twins must do the same:
 * draw x until x ≥ 2^32 mod bound, give x mod bound; bound 1 draws nothing. */
uint32_t rng_below(struct rng *rng, uint32_t bound);

/* Fisher–Yates on `count` (< 2^32) indices 0 … count−1 written to order[]: for last =
 * count … 2, order[last−1] changes places with order[rng_below(last)]. */
void rng_shuffle(struct rng *rng, size_t *order, size_t count);

/* Fills `out` from the kernel's random source (getrandom); for ids, nonces, tokens. */
void rng_system(void *out, size_t length);

#endif
