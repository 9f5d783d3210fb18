#include "report/detail.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/arm.h"

static int worst_first(const void *a, const void *b)
{
	const struct detail_episode *x = a, *y = b;
	if (x->worst_ms != y->worst_ms)
		return x->worst_ms > y->worst_ms ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int load_episodes(struct store *store, struct detail *detail, struct err *err)
{
	struct store_spike *spikes;
	size_t count;
	if (store_spikes(store, detail->launch->row, &spikes, &count, err))
		return -1;
	detail->episodes = mem_alloc_zero(count, sizeof *detail->episodes);
	for (size_t i = 0; i < count; i++) {
		if (i == 0 || spikes[i].episode != spikes[i - 1].episode)
			detail->episodes[detail->episode_count++] = (struct detail_episode){
				.index = spikes[i].episode, .first_sample = spikes[i].sample,
				.start_ms = spikes[i].due_ms };
		struct detail_episode *episode = &detail->episodes[detail->episode_count - 1];
		episode->spikes++;
		episode->worst_ms = fmax(episode->worst_ms, spikes[i].response_ms);
	}
	free(spikes);
	qsort(detail->episodes, detail->episode_count, sizeof *detail->episodes, worst_first);
	return 0;
}

static int load_samples(struct store *store, struct detail *detail, struct err *err)
{
	struct err why = { .code = ERR_NONE };
	if (store_samples_load(store, detail->launch->row, &detail->samples, &why) == 0)
		detail->has_samples = true;
	else if (why.code != ERR_NOT_FOUND)
		return err_set(err, why.code, "%s", why.text);
	return 0;
}

static int find_launch(struct detail *detail, const struct store_address *address, struct err *err)
{
	for (size_t i = 0; i < detail->launch_count; i++) {
		if (detail->launches[i].number == address->launch)
			detail->launch = &detail->launches[i];
	}
	if (detail->launch)
		return 0;
	return err_set(err, ERR_NOT_FOUND, "run %s has no launch %d", address->run, address->launch);
}

int detail_load(struct store *store, const struct store_address *address, struct detail *detail,
	struct err *err)
{
	*detail = (struct detail){ .launch = NULL };
	if (store_run_get(store, address->run, &detail->run, err))
		return -1;
	if (store_launches(store, address->run, &detail->launches, &detail->launch_count, err)
		|| find_launch(detail, address, err)
		|| store_metrics(store, detail->launch->row, &detail->metrics, &detail->metric_count, err)
		|| store_artefacts(store, address->run, &detail->artefacts, &detail->artefact_count, err)
		|| load_episodes(store, detail, err) || load_samples(store, detail, err)
		|| store_explanation_find(store, detail->launch->row, &detail->explanation, &detail->is_told, err)) {
		detail_release(detail);
		return -1;
	}
	return 0;
}

void detail_release(struct detail *detail)
{
	store_run_release(&detail->run);
	store_launches_free(detail->launches, detail->launch_count);
	store_metrics_free(detail->metrics, detail->metric_count);
	store_artefacts_free(detail->artefacts, detail->artefact_count);
	free(detail->episodes);
	store_samples_release(&detail->samples);
	store_explanation_release(&detail->explanation);
	*detail = (struct detail){ .launch = NULL };
}

double detail_metric(const struct detail *detail, const char *name)
{
	for (size_t i = 0; i < detail->metric_count; i++) {
		if (strcmp(detail->metrics[i].name, name) == 0)
			return detail->metrics[i].value;
	}
	return NAN;
}

bool detail_target_is_page(const struct detail *detail)
{
	return arm_is_on_main(detail->launch->arm);
}

bool detail_has_marks(const struct detail *detail)
{
	return detail->is_told && !isnan(detail->explanation.main_us) && !isnan(detail->explanation.worker_us);
}

/* What makes the target's ms the sender's. */
static double shift_ms(const struct detail *detail)
{
	double worker_later_ms = (detail->explanation.worker_us - detail->explanation.main_us) / 1000;
	if (!detail_has_marks(detail))
		return detail->samples.target_origin_ms - detail->samples.sender_origin_ms;
	return detail_target_is_page(detail) ? -worker_later_ms : worker_later_ms;
}

struct detail_sample detail_sample(const struct detail *detail, size_t index)
{
	const struct store_samples *samples = &detail->samples;
	double shift = shift_ms(detail);
	struct detail_sample sample = { .due = samples->due[index], .sent = samples->sent[index],
		.received = samples->received[index], .replied = samples->replied[index],
		.returned = samples->returned[index], .cold = index < samples->cold };
	sample.answered = !isnan(sample.returned);
	sample.lateness = sample.sent - sample.due;
	sample.there = sample.received + shift - sample.sent;
	sample.target = sample.replied - sample.received;
	sample.back = sample.returned - (sample.replied + shift);
	sample.service = sample.returned - sample.sent;
	sample.response = (sample.answered ? sample.returned : samples->drain_end_ms) - sample.due;
	return sample;
}
