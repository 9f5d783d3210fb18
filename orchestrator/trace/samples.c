#include "trace/samples.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"
#include "stats/quantile.h"

#define LEAST_THRESHOLD_MS 5.0
#define MEDIANS 3.0

const char *trace_samples_problem(const struct trace_samples *samples)
{
	const double *due_ms = samples->times_ms[TRACE_DUE];
	if (samples->count == 0)
		return "there is no sample";
	if (samples->cold >= samples->count)
		return "all samples are cold ones: none was measured";
	for (size_t i = 0; i < samples->count; i++) {
		if (!isfinite(due_ms[i]))
			return "a due time is missing";
		if (i > 0 && due_ms[i] < due_ms[i - 1])
			return "the due times do not ascend";
	}
	return NULL;
}

double trace_samples_threshold_ms(const struct trace_samples *samples)
{
	size_t count = samples->count - samples->cold;
	double *responses = mem_alloc_zero(count, sizeof *responses);
	for (size_t i = 0; i < count; i++) {
		size_t index = samples->cold + i;
		double response_ms = samples->times_ms[TRACE_RETURNED][index] - samples->times_ms[TRACE_DUE][index];
		responses[i] = isnan(response_ms) ? INFINITY : response_ms;
	}
	double p50_ms = quantile(responses, count, 0.5);
	free(responses);
	return isinf(p50_ms) ? NAN : fmax(LEAST_THRESHOLD_MS, MEDIANS * p50_ms);
}
