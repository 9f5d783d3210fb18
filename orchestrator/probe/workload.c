#include "probe/workload.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/rng.h"

static const uint32_t DIGEST_START = 0x811C9DC5; /* FNV-1a's offset basis: any constant but 0 */
static const uint32_t MIX_FACTOR = 0x9E3779B1;   /* prime nearest 2^32 ÷ golden ratio */

/* A draw that no collector takes for a pointer. */
static uint32_t next_filling(struct rng *rng)
{
	return rng_next(rng) | 0x80000000;
}

static uint32_t mix(uint32_t digest, uint32_t x)
{
	return ((digest << 5 | digest >> 27) ^ x) * MIX_FACTOR;
}

bool workload_is_builtin(const char *load)
{
	return strcmp(load, "idle") == 0 || strcmp(load, "churn") == 0 || strcmp(load, "hash") == 0;
}

/* The guests allocate; here it is enough to know each node's value and the first bytes of the newest
 * objects. */
struct churn {
	struct rng rng;
	uint32_t *nodes;
	uint8_t recent[WORKLOAD_RECENT];
	struct workload_result result;
};

static void churn_object(struct churn *churn)
{
	uint32_t draw = rng_next(&churn->rng);
	uint32_t size = 64 + (draw & 0x3F8);
	uint32_t node = churn->nodes[churn->result.objects % WORKLOAD_NODES];
	uint8_t *slot = &churn->recent[churn->result.objects % WORKLOAD_RECENT];
	churn->result.digest = mix(churn->result.digest, size ^ node ^ *slot);
	*slot = (uint8_t)draw;
	churn->result.objects++;
	churn->result.bytes += size;
}

static struct workload_result churn_expected(const uint32_t seed[4], size_t step_bytes,
	uint64_t steps)
{
	struct churn churn = { .result.digest = DIGEST_START };
	memcpy(churn.rng.state, seed, sizeof churn.rng.state);
	churn.nodes = mem_alloc_zero(WORKLOAD_NODES, sizeof(*churn.nodes));
	for (size_t i = 0; i < WORKLOAD_NODES; i++)
		churn.nodes[i] = next_filling(&churn.rng);
	for (uint64_t step = 0; step < steps; step++) {
		uint64_t start = churn.result.bytes;
		while (churn.result.bytes - start < step_bytes)
			churn_object(&churn);
	}
	free(churn.nodes);
	return churn.result;
}

static void put_le32(uint8_t *bytes, size_t room, uint32_t word)
{
	for (size_t i = 0; i < 4 && i < room; i++)
		bytes[i] = (uint8_t)(word >> 8 * i);
}

static uint32_t get_le32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16
	     | (uint32_t)bytes[3] << 24;
}

static struct workload_result hash_expected(const uint32_t seed[4], size_t size, uint64_t steps)
{
	struct workload_result result = { .digest = DIGEST_START };
	uint8_t sha256[HASH_SIZE];
	struct rng rng;
	memcpy(rng.state, seed, sizeof rng.state);
	uint8_t *bytes = mem_alloc_zero(size ? size : 1, 1);
	for (size_t i = 0; i < size; i += 4)
		put_le32(bytes + i, size - i, next_filling(&rng));
	for (uint64_t step = 0; step < steps; step++) {
		put_le32(bytes, size, (uint32_t)step);
		hash_bytes(bytes, size, sha256);
		result.digest = mix(result.digest, get_le32(sha256));
		result.bytes += size;
	}
	free(bytes);
	return result;
}

struct workload_result workload_expected(const char *load, const uint32_t seed[4], size_t size,
	uint64_t steps)
{
	if (strcmp(load, "churn") == 0)
		return churn_expected(seed, size, steps);
	if (strcmp(load, "hash") == 0)
		return hash_expected(seed, size, steps);
	return (struct workload_result){ .digest = DIGEST_START };
}
