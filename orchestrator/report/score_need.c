#include "report/score_need.h"

#include <stdint.h>

/* Blocks until `has` is `wanted`. */
static size_t blocks_until(size_t has, size_t wanted, size_t blocks)
{
	if (has >= wanted)
		return 0;
	return has == 0 ? SIZE_MAX : ((wanted - has) * blocks + has - 1) / has;
}

static size_t blocks_for(const struct score_kind *kind, size_t episodes, size_t blocks)
{
	size_t by_episodes = blocks_until(kind->episodes, episodes, blocks);
	size_t by_plants = blocks_until(kind->plants, SCORE_PLANTS_PER_EPISODE * episodes, blocks);
	return by_episodes < by_plants ? by_episodes : by_plants;
}

size_t score_blocks_needed(const struct score *score, size_t episodes, size_t blocks)
{
	size_t most = 0;
	for (size_t i = 0; i < score->kind_count; i++) {
		size_t own = score_kind_is_pair(&score->kinds[i]) ? 0 : blocks_for(&score->kinds[i], episodes, blocks);
		most = own > most ? own : most;
	}
	return most;
}
