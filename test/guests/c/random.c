#include "guest.h"

static uint32_t rotl(uint32_t x, int bits)
{
	return x << bits | x >> (32 - bits);
}

uint32_t random_next(struct random *random)
{
	uint32_t *s = random->state;
	uint32_t result = rotl(s[1] * 5, 7) * 9, t = s[1] << 9;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 11);
	return result;
}

uint32_t random_next_filling(struct random *random)
{
	return random_next(random) | 0x80000000;
}
