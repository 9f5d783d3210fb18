#include "stats/latency_episode.h"

#include <math.h>

#include "base/mem.h"

static bool is_late(const struct latency_samples *samples, size_t index, double threshold_ms)
{
	return latency_response(samples, index) > threshold_ms;
}

static double end_of(const struct latency_samples *samples, size_t index)
{
	return samples->due[index] + latency_response(samples, index);
}

/* The episode that starts at `first`, which is late. */
static struct latency_episode episode_from(const struct latency_samples *samples, size_t first,
	double threshold_ms)
{
	struct latency_episode episode = { .first = first, .start_ms = samples->due[first] };
	for (size_t i = first; i < samples->count && is_late(samples, i, threshold_ms); i++) {
		episode.last = i;
		episode.length_ms = fmax(episode.length_ms, end_of(samples, i) - episode.start_ms);
		episode.worst_ms = fmax(episode.worst_ms, latency_response(samples, i));
	}
	return episode;
}

struct latency_episode *latency_episodes(const struct latency_samples *samples,
	double threshold_ms, size_t *count)
{
	size_t room = 0, found = 0;
	struct latency_episode *episodes = NULL;
	for (size_t i = samples->cold; i < samples->count; i++) {
		if (!is_late(samples, i, threshold_ms))
			continue;
		if (found == room)
			episodes = mem_resize(episodes, room = 2 * room + 16, sizeof(*episodes));
		episodes[found] = episode_from(samples, i, threshold_ms);
		i = episodes[found++].last;
	}
	*count = found;
	return episodes;
}

double latency_stalled_ms(const struct latency_samples *samples, double threshold_ms,
	double end_ms)
{
	double stalled = 0, covered_to = -INFINITY;
	for (size_t i = samples->cold; i < samples->count; i++) {
		if (!is_late(samples, i, threshold_ms))
			continue;
		double from = fmax(samples->due[i], covered_to);
		double to = fmin(end_of(samples, i), end_ms);
		if (to > from) {
			stalled += to - from;
			covered_to = to;
		}
	}
	return stalled;
}
