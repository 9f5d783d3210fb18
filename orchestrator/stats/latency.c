#include "stats/latency.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/latency_tail.h"
#include "stats/latency_trend.h"
#include "stats/quantile.h"

#define LATENCY_CLIFF_LOW 0.03
#define LATENCY_CLIFF_HIGH 0.07

typedef double latency_column_fn(const struct latency_samples *samples, size_t index);

/* What `column` gives for samples first … end−1, without NaN; the caller frees. */
static double *column_of(const struct latency_samples *samples, latency_column_fn *column,
	size_t first, size_t end, size_t *count)
{
	double *values = mem_alloc_zero(end - first, sizeof(*values));
	*count = 0;
	for (size_t i = first; i < end; i++) {
		double value = column(samples, i);
		if (!isnan(value))
			values[(*count)++] = value;
	}
	return values;
}

static double percentile(const double *sorted, size_t count, double p)
{
	return count ? quantile_sorted(sorted, count, p) : NAN;
}

static void summarise_responses(const struct latency_samples *samples,
	struct latency_summary *summary)
{
	size_t n;
	double *values = column_of(samples, latency_response, samples->cold, samples->count, &n);
	summary->effective_n = latency_effective_n(values, n, 0.95);
	summary->effective_n_p99 = latency_effective_n(values, n, 0.99);
	summary->unsteady = latency_is_unsteady(values, n);
	quantile_sort(values, n); /* from here on their order is lost */
	summary->response_p50 = percentile(values, n, 0.5);
	summary->response_p95 = percentile(values, n, 0.95);
	summary->response_p99 = percentile(values, n, 0.99);
	summary->response_worst = percentile(values, n, 1);
	free(values);
	summary->p95_supported =
		summary->effective_n >= (double)quantile_least_count(0.95, 0.95);
	summary->p99_supported =
		summary->effective_n_p99 >= (double)quantile_least_count(0.99, 0.95);
}

static void summarise_column(const struct latency_samples *samples, latency_column_fn *column,
	double *p50, double *p95)
{
	size_t n;
	double *values = column_of(samples, column, samples->cold, samples->count, &n);
	quantile_sort(values, n);
	*p50 = percentile(values, n, 0.5);
	*p95 = percentile(values, n, 0.95);
	free(values);
}

static double cold_p95(const struct latency_samples *samples)
{
	size_t n;
	double *values = column_of(samples, latency_response, 0, samples->cold, &n);
	double p95 = quantile(values, n, 0.95);
	free(values);
	return p95;
}

static void count_samples(const struct latency_samples *samples, double threshold_ms,
	struct latency_summary *summary)
{
	for (size_t i = samples->cold; i < samples->count; i++) {
		double response = latency_response(samples, i);
		summary->unanswered += !latency_is_answered(samples, i);
		summary->over_threshold += response > threshold_ms;
		summary->over_5ms += response > 5;
		summary->over_50ms += response > 50;
		summary->over_100ms += response > 100;
	}
	double share = (double)summary->over_threshold / (double)summary->measured;
	summary->on_cliff = share >= LATENCY_CLIFF_LOW && share <= LATENCY_CLIFF_HIGH;
}

static double window_of(const struct latency_samples *samples)
{
	size_t measured = samples->count - samples->cold;
	if (measured < 2)
		return NAN;
	double span = samples->due[samples->count - 1] - samples->due[samples->cold];
	return span + span / (double)(measured - 1);
}

static void summarise_episodes(const struct latency_samples *samples, double threshold_ms,
	struct latency_summary *summary)
{
	struct latency_episode *episodes = latency_episodes(samples, threshold_ms, &summary->episodes);
	for (size_t i = 0; i < summary->episodes; i++)
		summary->longest_episode_ms = fmax(summary->longest_episode_ms, episodes[i].length_ms);
	free(episodes);
	double window_ms = summary->window_ms;
	double end_ms = samples->due[samples->cold] + window_ms;
	summary->episodes_per_minute = (double)summary->episodes * 60000 / window_ms;
	summary->stalled_ms_per_second =
		latency_stalled_ms(samples, threshold_ms, end_ms) * 1000 / window_ms;
}

int latency_summarise(const struct latency_samples *samples, double threshold_ms,
	struct latency_summary *summary, const char **what)
{
	*summary = (struct latency_summary){ 0 };
	if (!(threshold_ms > 0))
		abort();
	if (latency_check(samples, what))
		return -1;
	summary->measured = samples->count - samples->cold;
	summary->window_ms = window_of(samples);
	summarise_responses(samples, summary);
	summarise_column(samples, latency_service, &summary->service_p50, &summary->service_p95);
	summarise_column(samples, latency_lateness, &summary->lateness_p50, &summary->lateness_p95);
	summary->cold_response_p95 = cold_p95(samples);
	count_samples(samples, threshold_ms, summary);
	summarise_episodes(samples, threshold_ms, summary);
	summary->saturated = latency_is_saturated(samples);
	return 0;
}
