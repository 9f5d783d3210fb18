/* The explanation of a trace, whatever it holds, for samples and ticks that are always the same: the parts of every spike are
 * positive, each cause once, and sum to its response; the same however the bytes are cut. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "trace/explain.h"

/* Samples are due every 10 ms from 0 of a page whose 0 lies at 1,000 s of the trace. */
enum { SAMPLES = 20, PIECE = 61, FEW_SLICES = 40 };

static double columns_ms[TRACE_MOMENTS][SAMPLES];

static struct trace_samples make_samples(enum trace_role sender)
{
	struct trace_samples samples = { .count = SAMPLES, .cold = 1, .sender = sender };
	for (int moment = 0; moment < TRACE_MOMENTS; moment++) {
		samples.times_ms[moment] = columns_ms[moment];
		for (int i = 0; i < SAMPLES; i++)
			columns_ms[moment][i] = 10.0 * i + moment * (1 + i % 4);
	}
	columns_ms[TRACE_RECEIVED][7] = columns_ms[TRACE_SENT][8] = columns_ms[TRACE_RETURNED][9] = NAN;
	return samples;
}

static struct trace_host *make_host(void)
{
	struct trace_host *host = trace_host_new();
	struct trace_tick tick = { .late_us = 10 };
	struct err err = { 0 };
	for (int i = 0; i < 220; i++) {
		tick.mono_us = 1e9 + 1000 * i;
		tick.late_us = i % 50 == 0 ? 3000 : 10;
		for (int thread = 0; thread < TRACE_TICK_THREADS; thread++) {
			tick.threads[thread].state = "RSTD"[(i / 7 + thread) % 4];
			tick.threads[thread].delay_ns += i % 3 ? 0 : 9e5;
			tick.threads[thread].run_ns += i % 5 ? 0 : 9e5;
			tick.threads[thread].minor_faults += i % 11;
		}
		tick.all_cpu_us += 1500;
		tick.browser_cpu_us += 10.0 * (i % 100);
		trace_host_add(host, &tick, &err);
	}
	return host;
}

static void look_at(const struct explain_result *result)
{
	for (size_t i = 0; i < result->spikes.count; i++) {
		const struct explain_spike *spike = &result->spikes.items[i];
		unsigned long long seen = 0;
		double sum_ms = 0;
		for (size_t p = 0; p < spike->part_count; p++) {
			FUZZ_PROMISE(spike->parts[p].ms > 0 && !(seen >> spike->parts[p].cause & 1));
			seen |= 1ULL << spike->parts[p].cause;
			sum_ms += spike->parts[p].ms;
		}
		FUZZ_PROMISE(spike->refusal ? spike->part_count == 0 : fabs(sum_ms - spike->response_ms) < 0.02);
		FUZZ_PROMISE(spike->episode < result->spikes.episode_count);
	}
}

static int explain(const uint8_t *bytes, size_t length, size_t step, const struct trace_samples *samples,
	const struct trace_host *host, size_t slices_max, struct explain_result *result)
{
	const struct explain_options options = { .threshold_ms = 5, .tells_story = true, .story = 3, .slices_max = slices_max };
	struct explainer *explainer = explainer_new(samples, host, &options);
	struct err err = { 0 };
	int failed = 0;
	for (size_t at = 0; at < length && !failed; at += step)
		failed = explainer_feed(explainer, (const char *)bytes + at, step < length - at ? step : length - at, &err);
	*result = (struct explain_result){ 0 };
	if (!failed)
		failed = explainer_end(explainer, result, &err);
	explainer_free(explainer);
	if (failed)
		FUZZ_PROMISE_ERROR(err);
	else
		look_at(result);
	return failed;
}

static void explain_all(const uint8_t *bytes, size_t length, const struct trace_samples *samples,
	const struct trace_host *host)
{
	struct explain_result whole, pieces, few;
	int failed = explain(bytes, length, length ? length : 1, samples, host, 0, &whole);
	FUZZ_PROMISE(explain(bytes, length, PIECE, samples, host, 0, &pieces) == failed);
	FUZZ_PROMISE(whole.spikes.count == pieces.spikes.count && whole.spikes.explained == pieces.spikes.explained);
	FUZZ_PROMISE(strcmp(whole.refusal, pieces.refusal) == 0);
	explain(bytes, length, length ? length : 1, samples, host, FEW_SLICES, &few);
	explain_result_release(&whole);
	explain_result_release(&pieces);
	explain_result_release(&few);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	const struct trace_samples samples = make_samples(length % 2 ? TRACE_WORKER : TRACE_MAIN);
	struct trace_host *host = make_host();
	explain_all(bytes, length, &samples, NULL);
	explain_all(bytes, length, &samples, host);
	trace_host_free(host);
	return 0;
}
