#include "report/launch_json.h"

#include <math.h>

#include "report/detail.h"

enum { LAUNCH_SCHEMA = 1 };

static void set_copy(struct json *object, const char *key, const struct json *value)
{
	json_set(object, key, value ? json_copy(value) : json_new_null());
}

static void set_head(struct json *object, const struct detail *detail)
{
	const struct store_launch *launch = detail->launch;
	json_set_number(object, "schema", LAUNCH_SCHEMA);
	json_set_text(object, "run", detail->run.id);
	json_set_number(object, "launch", launch->number);
	json_set_text(object, "arm", launch->arm);
	json_set_number(object, "block", launch->block);
	json_set_number(object, "attempt", launch->attempt);
	json_set_bool(object, "traced", launch->traced);
	json_set_text(object, "outcome", launch->outcome);
	json_set_text(object, "reason", launch->reason);
	json_set_text(object, "death", launch->death);
	json_set_text(object, "build", launch->build);
	json_set_text(object, "folder", launch->folder);
	json_set_text(object, "started", launch->started);
	json_set_text(object, "finished", launch->finished);
}

static struct json *metrics_json(const struct detail *detail)
{
	struct json *metrics = json_new_object();
	for (size_t i = 0; i < detail->metric_count; i++) {
		struct json *metric = json_new_object();
		json_set_number(metric, "value", detail->metrics[i].value);
		json_set_text(metric, "unit", detail->metrics[i].unit);
		json_set(metrics, detail->metrics[i].name, metric);
	}
	return metrics;
}

static struct json *episodes_json(const struct detail *detail)
{
	struct json *episodes = json_new_array();
	for (size_t i = 0; i < detail->episode_count; i++) {
		struct json *episode = json_new_object();
		json_set_number(episode, "episode", (double)detail->episodes[i].index);
		json_set_number(episode, "first_sample", (double)detail->episodes[i].first_sample);
		json_set_number(episode, "late_samples", (double)detail->episodes[i].spikes);
		json_set_number(episode, "due_ms", detail->episodes[i].start_ms);
		json_set_number(episode, "worst_ms", detail->episodes[i].worst_ms);
		json_append(episodes, episode);
	}
	return episodes;
}

static struct json *artefacts_json(const struct detail *detail)
{
	struct json *artefacts = json_new_array();
	for (size_t i = 0; i < detail->artefact_count; i++) {
		const struct store_artefact_row *row = &detail->artefacts[i];
		if (row->launch_row != detail->launch->row)
			continue;
		struct json *artefact = json_new_object();
		json_set_text(artefact, "kind", row->kind);
		json_set_text(artefact, "path", row->path);
		json_set_number(artefact, "bytes", (double)row->bytes);
		json_set_text(artefact, "sha256", row->sha256);
		json_set_bool(artefact, "lossy", row->lossy);
		json_append(artefacts, artefact);
	}
	return artefacts;
}

static struct json *launch_json(const struct detail *detail)
{
	struct json *object = json_new_object();
	const struct store_samples *samples = &detail->samples;
	set_head(object, detail);
	json_set_number(object, "samples", (double)samples->count);
	json_set_number(object, "cold", (double)samples->cold);
	json_set(object, "metrics", metrics_json(detail));
	json_set(object, "episodes", episodes_json(detail));
	json_set(object, "artefacts", artefacts_json(detail));
	set_copy(object, "transitions", detail->launch->transitions);
	set_copy(object, "report", detail->launch->report);
	set_copy(object, "environment", detail->launch->environment);
	return object;
}

static struct json *sample_json(const struct detail *detail, size_t index)
{
	struct json *object = json_new_object();
	struct detail_sample s = detail_sample(detail, index);
	set_head(object, detail);
	json_set_number(object, "sample", (double)index);
	json_set_bool(object, "cold", s.cold);
	json_set_bool(object, "answered", s.answered);
	json_set_number(object, "due_ms", s.due);
	json_set_number(object, "sent_ms", s.sent);
	json_set_number(object, "received_ms", s.received);
	json_set_number(object, "replied_ms", s.replied);
	json_set_number(object, "returned_ms", s.returned);
	json_set_number(object, "lateness_ms", s.lateness);
	json_set_number(object, "there_ms", s.there);
	json_set_number(object, "target_ms", s.target);
	json_set_number(object, "back_ms", s.back);
	json_set_number(object, "service_ms", s.service);
	json_set_number(object, "response_ms", s.response);
	return object;
}

struct json *report_launch_json(struct store *store, const struct store_address *address,
	struct err *err)
{
	struct detail detail;
	struct json *object = NULL;
	if (detail_load(store, address, &detail, err))
		return NULL;
	if (address->sample < 0)
		object = launch_json(&detail);
	else if ((size_t)address->sample < detail.samples.count)
		object = sample_json(&detail, (size_t)address->sample);
	else
		err_set(err, ERR_NOT_FOUND, "launch %d of run %s has no sample %ld", address->launch,
			address->run, address->sample);
	detail_release(&detail);
	return object;
}
