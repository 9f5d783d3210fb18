#include "base/rng.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"

static uint32_t rotate_left(uint32_t x, int bits)
{
	return (x << bits) | (x >> (32 - bits));
}

static uint32_t read_le32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

void rng_seed(struct rng *rng, uint64_t seed, const char *stream)
{
	char digits[24];
	int length = snprintf(digits, sizeof digits, "%" PRIu64 "/", seed);
	struct hash_stream *hash = hash_stream_new();
	hash_stream_add(hash, digits, (size_t)length);
	hash_stream_add(hash, stream, strlen(stream));
	uint8_t digest[HASH_SIZE];
	hash_stream_end_bytes(hash, digest);
	for (int i = 0; i < 4; i++)
		rng->state[i] = read_le32(digest + 4 * i);
	if ((rng->state[0] | rng->state[1] | rng->state[2] | rng->state[3]) == 0)
		rng->state[0] = 1;
}

uint32_t rng_next(struct rng *rng)
{
	uint32_t *s = rng->state;
	uint32_t result = rotate_left(s[1] * 5, 7) * 9;
	uint32_t t = s[1] << 9;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotate_left(s[3], 11);
	return result;
}

double rng_unit(struct rng *rng)
{
	return rng_next(rng) * 0x1p-32;
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
	if (bound < 2)
		return 0;
	/* 2^32 mod bound: below it lie the draws that would make small results likelier. */
	uint32_t least = -bound % bound;
	uint32_t draw = rng_next(rng);
	while (draw < least)
		draw = rng_next(rng);
	return draw % bound;
}

void rng_shuffle(struct rng *rng, size_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = i;
	for (size_t last = count; last > 1; last--) {
		size_t pick = rng_below(rng, (uint32_t)last);
		size_t kept = order[last - 1];
		order[last - 1] = order[pick];
		order[pick] = kept;
	}
}

void rng_system(void *out, size_t length)
{
	char *at = out;
	while (length > 0) {
		ssize_t got = getrandom(at, length, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			/* Guessable tokens would be worse than no program. */
			perror("wasmograph: the kernel's random source does not answer");
			abort();
		}
		at += got;
		length -= (size_t)got;
	}
}
