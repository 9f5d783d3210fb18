#include "stats/latency_samples.h"

#include <math.h>

bool latency_is_answered(const struct latency_samples *samples, size_t index)
{
	return !isnan(samples->returned[index]);
}

static double until(const struct latency_samples *samples, double moment)
{
	return isnan(moment) ? samples->drain_end_ms : moment;
}

double latency_response(const struct latency_samples *samples, size_t index)
{
	return until(samples, samples->returned[index]) - samples->due[index];
}

double latency_lateness(const struct latency_samples *samples, size_t index)
{
	return until(samples, samples->sent[index]) - samples->due[index];
}

double latency_service(const struct latency_samples *samples, size_t index)
{
	return until(samples, samples->returned[index]) - samples->sent[index];
}

/* Both known, and the later one earlier by more than the grain. */
static bool contradicts(double earlier, double later)
{
	return later < earlier - LATENCY_GRAIN_MS;
}

static bool any_infinite(const struct latency_samples *samples, size_t i)
{
	return isinf(samples->sent[i]) || isinf(samples->received[i]) || isinf(samples->replied[i])
		|| isinf(samples->returned[i]);
}

static const char *problem_of(const struct latency_samples *samples, size_t i)
{
	if (!isfinite(samples->due[i]))
		return "a due time is missing";
	if (i > 0 && !(samples->due[i] > samples->due[i - 1]))
		return "due times do not increase";
	if (any_infinite(samples, i))
		return "a time is infinite";
	if (contradicts(samples->due[i], samples->sent[i]))
		return "a sample was sent before it was due";
	if (latency_is_answered(samples, i) && isnan(samples->sent[i]))
		return "a reply returned for a sample that was never sent";
	if (contradicts(samples->sent[i], samples->returned[i]))
		return "a reply returned before its sample was sent";
	if (contradicts(samples->received[i], samples->replied[i]))
		return "a sample was replied to before it was received";
	bool waited = isnan(samples->sent[i]) || !latency_is_answered(samples, i);
	if (waited && !(samples->drain_end_ms >= samples->due[i] && isfinite(samples->drain_end_ms)))
		return "a reply is missing, but the drain ended before its sample was due";
	return NULL;
}

int latency_check(const struct latency_samples *samples, const char **what)
{
	*what = samples->cold >= samples->count ? "no sample was measured" : NULL;
	for (size_t i = 0; i < samples->count && !*what; i++)
		*what = problem_of(samples, i);
	return *what ? -1 : 0;
}
