#include "run/causes.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "probe/recorder.h"
#include "run/ticks_keep.h"
#include "trace/explain_files.h"

static struct trace_samples samples_of(const struct causes_input *input)
{
	const struct upload *upload = input->upload;
	return (struct trace_samples){ .count = upload->samples - recorder_after(upload->report, upload->samples, upload->cold),
		.cold = upload->cold,
		.sender = input->target_is_main ? TRACE_WORKER : TRACE_MAIN,
		.times_ms = { upload->due, upload->sent, upload->received, upload->replied, upload->returned } };
}

static void take_shares(const struct explain_spikes *spikes, struct store_explanation *explanation)
{
	explanation->causes = mem_alloc_zero(TRACE_CAUSES, sizeof *explanation->causes);
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		const struct explain_share *share = &spikes->shares[cause];
		if (share->ms > 0 || share->spikes > 0 || share->episodes > 0)
			explanation->causes[explanation->cause_count++] = (struct store_cause){
				.name = trace_cause_name(cause), .spikes = share->spikes, .episodes = share->episodes,
				.ms = share->ms };
	}
}

static void take_parts(const struct explain_spikes *spikes, struct store_explanation *explanation)
{
	size_t total = 0;
	for (size_t i = 0; i < spikes->count; i++)
		total += spikes->items[i].part_count;
	explanation->parts = mem_alloc_zero(total + 1, sizeof *explanation->parts);
	for (size_t i = 0; i < spikes->count; i++) {
		const struct explain_spike *spike = &spikes->items[i];
		for (size_t k = 0; k < spike->part_count; k++)
			explanation->parts[explanation->part_count++] = (struct store_part){ .sample = spike->sample,
				.cause = trace_cause_name(spike->parts[k].cause), .ms = spike->parts[k].ms };
	}
}

static void take(const struct explain_result *result, struct store_explanation *explanation)
{
	const struct explain_spikes *spikes = &result->spikes;
	if (result->refusal[0])
		explanation->refusal = mem_strdup(result->refusal);
	explanation->episodes = spikes->episode_count;
	explanation->stalled_ms = spikes->stalled_ms;
	explanation->refused_ms = spikes->refused_ms;
	explanation->main_us = result->clocks[TRACE_MAIN].offset_us;
	explanation->worker_us = result->clocks[TRACE_WORKER].offset_us;
	explanation->spread_us = result->spread_us;
	for (size_t i = 0; i < spikes->episode_count; i++)
		explanation->explained += spikes->episodes[i].cause != TRACE_NO_CAUSE;
	take_shares(spikes, explanation);
	take_parts(spikes, explanation);
}

static void explain(const struct causes_input *input, const struct trace_samples *samples,
	struct store_explanation *explanation)
{
	const struct recording *recording = input->recording;
	const struct explain_options options = { .threshold_ms = input->threshold_ms,
		.lost = recording->lossy ? json_text(recording->facts, "lost", "its own account says so") : NULL };
	struct err why = { .code = ERR_NONE };
	struct explain_result result;
	char *trace = fs_join(input->folder, recording_name(input->format)), *ticks = fs_join(input->folder, TICKS_NAME);
	if (explain_files(trace, access(ticks, R_OK) == 0 ? ticks : NULL, samples, &options, &result, &why))
		explanation->refusal = mem_strdup(why.text);
	else
		take(&result, explanation);
	explain_result_release(&result);
	free(trace);
	free(ticks);
}

void causes_tell(const struct causes_input *input, struct store_explanation *explanation)
{
	struct trace_samples samples = samples_of(input);
	const char *problem = trace_samples_problem(&samples);
	*explanation = (struct store_explanation){ .main_us = NAN, .worker_us = NAN, .spread_us = NAN };
	if (problem)
		explanation->refusal = mem_strdup(problem);
	else
		explain(input, &samples, explanation);
}

void causes_release(struct store_explanation *explanation)
{
	free((char *)explanation->refusal);
	free(explanation->causes);
	free(explanation->parts);
	*explanation = (struct store_explanation){ .refusal = NULL };
}
