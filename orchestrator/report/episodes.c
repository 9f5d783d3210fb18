#include "report/episodes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/recorder.h"
#include "stats/latency_episode.h"

static struct latency_samples samples_of(const struct store_samples *stored, const struct json *report)
{
	return (struct latency_samples){ .count = stored->count - recorder_after(report, stored->count, stored->cold), .cold = stored->cold, .due = stored->due,
		.sent = stored->sent, .received = stored->received, .replied = stored->replied,
		.returned = stored->returned, .drain_end_ms = stored->drain_end_ms };
}

/* The parts whose samples lie in the episode, added up by cause; `sums` has room for all. */
static const char *largest_cause(const struct episode *episode, const struct store_part *parts, size_t count,
	struct store_part *sums)
{
	size_t found = 0, largest = 0;
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		if (parts[i].sample < episode->first || parts[i].sample > episode->last)
			continue;
		while (at < found && strcmp(sums[at].cause, parts[i].cause) != 0)
			at++;
		if (at == found)
			sums[found++] = (struct store_part){ .cause = parts[i].cause };
		sums[at].ms += parts[i].ms;
	}
	for (size_t at = 1; at < found; at++)
		largest = sums[at].ms > sums[largest].ms ? at : largest;
	return found > 0 ? sums[largest].cause : NULL;
}

static void name_causes(struct episode_list *list, const struct store_part *parts, size_t count)
{
	struct store_part *sums = mem_alloc_zero(count + 1, sizeof *sums);
	for (size_t i = 0; i < list->count; i++)
		list->items[i].cause = mem_strdup(largest_cause(&list->items[i], parts, count, sums));
	free(sums);
}

static void take(const struct latency_samples *samples, double threshold_ms, struct episode_list *list)
{
	struct latency_episode *found = latency_episodes(samples, threshold_ms, &list->count);
	list->items = mem_alloc_zero(list->count + 1, sizeof *list->items);
	for (size_t i = 0; i < list->count; i++) {
		struct episode *item = &list->items[i];
		*item = (struct episode){ .first = found[i].first, .last = found[i].last, .worst = found[i].first,
			.length_ms = found[i].length_ms, .worst_ms = found[i].worst_ms };
		while (latency_response(samples, item->worst) < item->worst_ms)
			item->worst++;
	}
	free(found);
}

static int tell_causes(struct store *store, int64_t row, struct episode_list *list, struct err *err)
{
	struct store_explanation explanation;
	struct store_part *parts;
	size_t count;
	bool found;
	if (store_explanation_find(store, row, &explanation, &found, err))
		return -1;
	if (!found) {
		list->refusal = mem_strdup("it was not traced");
		return 0;
	}
	list->refusal = mem_strdup(explanation.refusal);
	list->told = !list->refusal;
	store_explanation_release(&explanation);
	if (!list->told)
		return 0;
	if (store_explanation_parts(store, row, &parts, &count, err))
		return -1;
	name_causes(list, parts, count);
	store_explanation_parts_free(parts, count);
	return 0;
}

int episodes_load(struct store *store, const struct store_launch *launch, double threshold_ms, struct episode_list *list,
	struct err *err)
{
	struct store_samples stored;
	*list = (struct episode_list){ .count = 0 };
	if (store_samples_load(store, launch->row, &stored, err))
		return -1;
	struct latency_samples samples = samples_of(&stored, launch->report);
	take(&samples, threshold_ms, list);
	store_samples_release(&stored);
	int result = tell_causes(store, launch->row, list, err);
	if (result)
		episodes_release(list);
	return result;
}

void episodes_release(struct episode_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].cause);
	free(list->items);
	free(list->refusal);
	*list = (struct episode_list){ .count = 0 };
}

const struct episode *episodes_with(const struct episode_list *list, size_t sample)
{
	for (size_t i = 0; i < list->count; i++) {
		if (sample >= list->items[i].first && sample <= list->items[i].last)
			return &list->items[i];
	}
	return NULL;
}

const struct episode *episodes_worst(const struct episode_list *list)
{
	const struct episode *worst = NULL;
	for (size_t i = 0; i < list->count; i++) {
		if (!worst || list->items[i].worst_ms > worst->worst_ms)
			worst = &list->items[i];
	}
	return worst;
}
