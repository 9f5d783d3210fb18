#include "report/explain_json.h"

#include <stdlib.h>

#include "base/json.h"
#include "report/json_stream.h"

enum { EXPLAIN_SCHEMA = 1 };

static void set_cause(struct json *object, int cause, bool mixed)
{
	json_set_text(object, "cause", cause == TRACE_NO_CAUSE ? NULL : trace_cause_name(cause));
	json_set_bool(object, "mixed", mixed);
}

/* A number where it is one: launches are numbered. */
static struct json *launch_json(const struct explanation_launch *launch)
{
	char *end;
	if (!launch->launch || !launch->launch[0])
		return json_new_null();
	double number = strtod(launch->launch, &end);
	return *end ? json_new_text(launch->launch) : json_new_number(number);
}

static double number_of(const struct explanation_launch *launch, size_t sample)
{
	return (double)trace_sample_number(launch->samples, sample);
}

/* ---- spikes and episodes ---- */

static struct json *spike_json(const struct explanation_launch *launch, const struct explain_spike *spike)
{
	struct json *object = json_new_object(), *parts = json_new_array();
	json_set(object, "launch", launch_json(launch));
	json_set_number(object, "sample", number_of(launch, spike->sample));
	json_set_number(object, "due_us", spike->due_us);
	json_set_number(object, "returned_us", spike->returned_us);
	json_set_number(object, "response_ms", spike->response_ms);
	set_cause(object, spike->cause, spike->mixed);
	for (size_t i = 0; i < spike->part_count; i++) {
		struct json *part = json_new_object();
		json_set_text(part, "cause", trace_cause_name(spike->parts[i].cause));
		json_set_number(part, "ms", spike->parts[i].ms);
		json_append(parts, part);
	}
	json_set(object, "parts", parts);
	json_set_number(object, "episode", (double)spike->episode);
	if (spike->refusal)
		json_set_text(object, "refused", explain_refusal_text(spike->refusal));
	return object;
}

static struct json *episode_json(const struct explanation_launch *launch, const struct explain_episode *episode)
{
	const struct explain_spike *spikes = launch->result->spikes.items;
	struct json *object = json_new_object();
	json_set(object, "launch", launch_json(launch));
	json_set_text(object, "arm", launch->arm);
	json_set_number(object, "first_sample", number_of(launch, spikes[episode->first].sample));
	json_set_number(object, "last_sample", number_of(launch, spikes[episode->first + episode->count - 1].sample));
	json_set_number(object, "spikes", (double)episode->count);
	json_set_number(object, "due_us", episode->due_us);
	json_set_number(object, "end_us", episode->end_us);
	json_set_number(object, "stalled_ms", episode->stalled_ms);
	json_set_number(object, "worst_ms", episode->worst_ms);
	json_set_number(object, "worst_sample", number_of(launch, spikes[episode->worst].sample));
	set_cause(object, episode->cause, episode->mixed);
	if (episode->mixed)
		json_set_text(object, "second", trace_cause_name(episode->second));
	return object;
}

static void put_spikes(FILE *out, const struct explanation *explanation)
{
	struct json_stream_list list = json_stream_list_begin(out, "spikes");
	for (size_t l = 0; l < explanation->launch_count; l++) {
		const struct explanation_launch *launch = &explanation->launches[l];
		for (size_t i = 0; i < launch->result->spikes.count; i++)
			json_stream_put(&list, spike_json(launch, &launch->result->spikes.items[i]));
	}
	json_stream_list_end(&list);
}

static void put_episodes(FILE *out, const struct explanation *explanation)
{
	struct json_stream_list list = json_stream_list_begin(out, "episodes");
	for (size_t l = 0; l < explanation->launch_count; l++) {
		const struct explanation_launch *launch = &explanation->launches[l];
		for (size_t i = 0; i < launch->result->spikes.episode_count; i++)
			json_stream_put(&list, episode_json(launch, &launch->result->spikes.episodes[i]));
	}
	json_stream_list_end(&list);
}

/* ---- summary ---- */

static void put_summary(FILE *out, const struct explanation *explanation)
{
	size_t count;
	struct explanation_arm *arms = explanation_arms(explanation, &count);
	struct json_stream_list list = json_stream_list_begin(out, "summary");
	for (size_t a = 0; a < count; a++) {
		for (size_t i = 0; i < arms[a].order_count; i++) {
			const struct explain_share *share = &arms[a].shares[arms[a].order[i]];
			struct json *row = json_new_object();
			json_set_text(row, "arm", arms[a].arm);
			json_set_text(row, "cause", trace_cause_name(arms[a].order[i]));
			json_set_number(row, "episodes", (double)share->episodes);
			json_set_number(row, "spikes", (double)share->spikes);
			json_set_number(row, "ms", share->ms);
			json_set_number(row, "share", share->share);
			json_set_number(row, "fast_share", share->fast_share);
			json_stream_put(&list, row);
		}
	}
	json_stream_list_end(&list);
	free(arms);
}

/* ---- clocks and inputs ---- */

static struct json *clock_json(const struct explain_result *result)
{
	struct json *object = json_new_object();
	json_set_number(object, "main_us", result->clocks[TRACE_MAIN].offset_us);
	json_set_number(object, "worker_us", result->clocks[TRACE_WORKER].offset_us);
	json_set_number(object, "spread_us", result->spread_us);
	return object;
}

static struct json *thread_json(const struct explain_result *result, enum trace_role role)
{
	struct json *object = json_new_object();
	json_set_number(object, "marks", (double)result->clocks[role].marks);
	json_set_number(object, "marks_p95_us", result->clocks[role].p95_us);
	json_set_number(object, "marks_spread_us", result->clocks[role].spread_us);
	json_set_number(object, "measures", (double)result->inputs.measures[role]);
	json_set_number(object, "handlers", (double)result->inputs.handlers[role]);
	return object;
}

static struct json *trace_json(const struct explain_inputs *inputs)
{
	struct json *object = json_new_object();
	json_set_number(object, "events", (double)inputs->events);
	json_set_number(object, "first_us", inputs->first_us);
	json_set_number(object, "last_us", inputs->last_us);
	json_set_bool(object, "has_account", inputs->has_account);
	return object;
}

static struct json *samples_json(const struct explain_result *result)
{
	struct json *object = json_new_object();
	json_set_number(object, "count", (double)result->samples);
	json_set_number(object, "cold", (double)result->cold);
	json_set_number(object, "unanswered", (double)result->unanswered);
	json_set_number(object, "threshold_ms", result->threshold_ms);
	json_set_number(object, "arrivals_checked", (double)result->inputs.checked);
	json_set_number(object, "arrivals_outside_handlers", (double)result->inputs.outside);
	return object;
}

static struct json *ticks_json(const struct explain_inputs *inputs)
{
	if (!inputs->has_ticks)
		return json_new_null();
	struct json *object = json_new_object();
	json_set_number(object, "rows", (double)inputs->tick_rows);
	json_set_number(object, "period_us", inputs->tick_period_us);
	return object;
}

static struct json *inputs_json(const struct explain_result *result)
{
	struct json *object = json_new_object(), *missing = json_new_array();
	json_set(object, "trace", trace_json(&result->inputs));
	json_set(object, "samples", samples_json(result));
	json_set(object, "main", thread_json(result, TRACE_MAIN));
	json_set(object, "worker", thread_json(result, TRACE_WORKER));
	json_set(object, "ticks", ticks_json(&result->inputs));
	for (size_t i = 0; i < result->inputs.note_count; i++)
		json_append(missing, json_new_text(result->inputs.notes[i]));
	json_set(object, "missing", missing);
	return object;
}

static struct json *refused_json(const struct explain_result *result)
{
	return result->refusal[0] ? json_new_text(result->refusal) : json_new_null();
}

static void put_launches(FILE *out, const struct explanation *explanation)
{
	struct json_stream_list list = json_stream_list_begin(out, "launches");
	for (size_t i = 0; i < explanation->launch_count; i++) {
		const struct explanation_launch *launch = &explanation->launches[i];
		struct json *object = json_new_object();
		json_set(object, "launch", launch_json(launch));
		json_set_text(object, "arm", launch->arm);
		json_set(object, "refused", refused_json(launch->result));
		json_set_bool(object, "representative", !launch->unrepresentative);
		json_set(object, "clock", clock_json(launch->result));
		json_set(object, "inputs", inputs_json(launch->result));
		json_stream_put(&list, object);
	}
	json_stream_list_end(&list);
}

static void put_untraced(FILE *out, const struct explanation *explanation)
{
	struct json_stream_list list = json_stream_list_begin(out, "untraced");
	for (size_t i = 0; i < explanation->untraced_count; i++) {
		const struct explanation_untraced *untraced = &explanation->untraced[i];
		struct json *object = json_new_object();
		json_set_number(object, "launch", untraced->launch);
		json_set_text(object, "arm", untraced->arm);
		json_set_number(object, "spikes", (double)untraced->spikes);
		json_set_number(object, "episodes", (double)untraced->episodes);
		json_set_number(object, "worst_sample", (double)untraced->worst);
		json_set_number(object, "worst_ms", untraced->worst_ms);
		json_stream_put(&list, object);
	}
	json_stream_list_end(&list);
}

void explain_json(FILE *out, const struct explanation *explanation)
{
	const struct explain_result *first = explanation->launch_count ? explanation->launches[0].result : NULL;
	json_stream_begin(out, EXPLAIN_SCHEMA);
	put_spikes(out, explanation);
	put_episodes(out, explanation);
	put_summary(out, explanation);
	json_stream_member(out, "clock", first ? clock_json(first) : json_new_null());
	json_stream_member(out, "inputs", first ? inputs_json(first) : json_new_null());
	json_stream_member(out, "refused", first ? refused_json(first) : json_new_null());
	put_launches(out, explanation);
	put_untraced(out, explanation);
	json_stream_end(out);
}
