#include "report/json.h"

#include <math.h>
#include <stdio.h>

#include "probe/claim.h"

enum { REPORT_SCHEMA = 1 };

/* Seeds beyond 2^53 have no exact JSON number: those are given as text. */
static struct json *seed_json(uint64_t seed)
{
	enum { DIGITS = 24 };
	char text[DIGITS];
	if (seed <= UINT64_C(1) << 53)
		return json_new_number((double)seed);
	snprintf(text, sizeof text, "%llu", (unsigned long long)seed);
	return json_new_text(text);
}

static void set_interval(struct json *object, struct interval interval)
{
	json_set_number(object, "value", interval.value);
	json_set_number(object, "low", interval.low);
	json_set_number(object, "high", interval.high);
	json_set_number(object, "n", (double)interval.n);
}

/* ---- arms ---- */

static struct json *metrics_json(const struct summary_arm *arm)
{
	struct json *metrics = json_new_object();
	for (size_t i = 0; i < arm->metric_count; i++) {
		struct json *metric = json_new_object();
		set_interval(metric, arm->metrics[i].interval);
		json_set_text(metric, "unit", arm->metrics[i].unit);
		json_set(metrics, arm->metrics[i].name, metric);
	}
	return metrics;
}

static void set_named_interval(struct json *object, const char *key, struct interval interval)
{
	struct json *value = json_new_object();
	set_interval(value, interval);
	json_set(object, key, value);
}

static struct json *causes_json(const struct summary_traced *traced)
{
	struct json *array = json_new_array();
	for (size_t i = 0; i < traced->cause_count; i++) {
		const struct summary_cause *cause = &traced->causes[i];
		struct json *object = json_new_object();
		json_set_text(object, "cause", cause->name);
		json_set_number(object, "episodes", (double)cause->episodes);
		json_set_number(object, "ms", cause->ms);
		json_set_number(object, "share", cause->share);
		json_append(array, object);
	}
	return array;
}

static struct json *delay_json(const struct summary_delay *delay)
{
	struct json *object = json_new_object();
	json_set_number(object, "n", (double)delay->count);
	json_set_number(object, "median", delay->median_ms);
	json_set_number(object, "longest", delay->longest_ms);
	return object;
}

static struct json *traced_json(const struct summary_traced *traced)
{
	struct json *object = json_new_object();
	json_set_number(object, "launches", (double)traced->launches);
	json_set_number(object, "not_valid", (double)traced->not_valid);
	json_set_number(object, "untraceable", (double)traced->untraceable);
	json_set_number(object, "lossy", (double)traced->lossy);
	json_set_text(object, "lost", traced->first_lost);
	json_set_number(object, "episodes", (double)traced->episodes);
	json_set_number(object, "explained", (double)traced->explained);
	json_set_number(object, "refused", (double)traced->refused);
	json_set_text(object, "refusal", traced->first_refusal);
	json_set(object, "causes", causes_json(traced));
	json_set_number(object, "untraced_episodes", (double)traced->untraced_episodes);
	set_named_interval(object, "response_p95", traced->response_p95);
	set_named_interval(object, "p95_ratio", traced->p95_ratio);
	if (traced->companions > 0) {
		set_named_interval(object, "p50_ratio", traced->p50_ratio);
		json_set_number(object, "companions", (double)traced->companions);
		json_set_number(object, "without_episode", (double)traced->without_episode);
	}
	if (traced->stop_asked.count > 0) {
		json_set(object, "stop_asked_after_ms", delay_json(&traced->stop_asked));
		json_set(object, "last_event_after_ms", delay_json(&traced->last_event));
	}
	set_named_interval(object, "rate_ratio", traced->rate_ratio);
	if (traced->compared)
		json_set_bool(object, "representative", traced->representative);
	else
		json_set(object, "representative", json_new_null());
	return object;
}

static struct json *arm_json(const struct summary_arm *arm)
{
	struct json *object = json_new_object();
	json_set_text(object, "arm", arm->name);
	json_set_number(object, "launches", (double)arm->launches);
	json_set_number(object, "void", (double)arm->void_count);
	json_set_number(object, "failed", (double)arm->failed);
	json_set_number(object, "saturated", (double)arm->saturated);
	json_set_number(object, "abandoned", (double)arm->abandoned);
	json_set_number(object, "superseded", (double)arm->superseded);
	json_set_number(object, "unsteady", (double)arm->unsteady);
	json_set_number(object, "samples", (double)arm->samples);
	json_set_number(object, "over_threshold", (double)arm->over_threshold);
	json_set_number(object, "worst_ms", arm->worst_ms);
	json_set_bool(object, "on_cliff", arm->on_cliff);
	json_set_text(object, "first_failure", arm->first_failure);
	json_set_text(object, "first_void", arm->first_void);
	json_set_text(object, "first_saturated", arm->first_saturated);
	json_set(object, "metrics", metrics_json(arm));
	json_set(object, "traced", traced_json(&arm->traced));
	return object;
}

/* ---- ratios ---- */

static struct json *with_void_json(const struct summary_ratio *ratio)
{
	if (ratio->with_void.n == 0)
		return json_new_null();
	struct json *object = json_new_object();
	set_interval(object, ratio->with_void);
	json_set_number(object, "p_adjusted", ratio->with_void_p_adjusted);
	json_set_text(object, "verdict", verdict_comparison_name(ratio->with_void_verdict));
	return object;
}

static struct json *ratio_json(const struct summary_ratio *ratio)
{
	struct json *object = json_new_object();
	json_set_text(object, "metric", ratio->metric);
	json_set_text(object, "a", ratio->a);
	json_set_text(object, "b", ratio->b);
	set_interval(object, ratio->interval);
	json_set_number(object, "p", ratio->p);
	json_set_number(object, "p_adjusted", ratio->p_adjusted);
	json_set_number(object, "detectable", ratio->detectable);
	json_set_text(object, "verdict",
		ratio->primary ? verdict_comparison_name(ratio->verdict) : NULL);
	json_set_bool(object, "at_floor", ratio->at_floor);
	json_set_bool(object, "primary", ratio->primary);
	json_set(object, "with_void", with_void_json(ratio));
	return object;
}

/* ---- claims ---- */

static struct json *claim_json(const struct summary_claim *claim)
{
	const struct probe_claim *said = claim->claim;
	bool observed = said->observation != NULL;
	struct json *object = json_new_object(), *measured = json_new_object();
	set_interval(measured, claim->measured);
	json_set_text(object, "id", said->id);
	json_set_text(object, "section", said->section);
	json_set_text(object, "says", said->says);
	json_set_text(object, "reading", said->reading);
	json_set_text(object, "rule", claim_rule_name(said->rule));
	json_set_text(object, "metric", said->metric);
	json_set_text(object, "observation", said->observation);
	json_set_text(object, "arm", said->arm);
	json_set_text(object, "against", said->against);
	json_set_number(object, "claimed",
		observed || said->rule == PROBE_CLAIM_UNSTATED ? NAN : said->value);
	if (said->to > said->value)
		json_set_number(object, "claimed_to", said->to);
	json_set_number(object, "per", said->per);
	json_set_text(object, "unit", said->unit);
	json_set(object, "measured", measured);
	json_set_number(object, "observed", observed ? (double)claim->observed : NAN);
	json_set_number(object, "replicates", observed ? (double)claim->replicates : NAN);
	json_set_text(object, "verdict", verdict_claim_name(claim->verdict));
	json_set_text(object, "why", claim->why);
	json_set_text(object, "because", said->because[claim->verdict]);
	json_set_text(object, "source", said->source);
	return object;
}

/* ---- the run ---- */

static struct json *artefact_json(const struct store_artefact_row *row)
{
	struct json *object = json_new_object();
	json_set_text(object, "kind", row->kind);
	json_set_text(object, "path", row->path);
	json_set_text(object, "arm", row->arm);
	json_set_number(object, "launch", row->launch);
	json_set_number(object, "bytes", (double)row->bytes);
	json_set_text(object, "sha256", row->sha256);
	json_set_bool(object, "lossy", row->lossy);
	return object;
}

static void set_run(struct json *object, const struct summary *summary)
{
	const struct store_run *run = &summary->run;
	json_set_number(object, "schema", REPORT_SCHEMA);
	json_set_text(object, "run", run->id);
	json_set_text(object, "probe", run->probe);
	json_set_text(object, "title", json_text(run->spec, "title", NULL));
	json_set_text(object, "plan", run->plan);
	json_set_text(object, "state", run->state);
	json_set_text(object, "started", run->started);
	json_set_text(object, "finished", run->finished);
	json_set(object, "seed", seed_json(run->seed));
	json_set_number(object, "blocks", run->blocks);
	json_set_number(object, "blocks_void", (double)summary->blocks_void);
	json_set_number(object, "threshold_ms", run->threshold_ms);
	json_set_text(object, "cpus_by", summary->cpus_by);
	json_set_number(object, "floor_p95_ms", summary->floor_p95_ms);
	json_set_number(object, "episodes", (double)summary->episodes);
	json_set_number(object, "traced_launches", (double)summary->traced_launches);
	json_set_number(object, "traced_episodes", (double)summary->traced_episodes);
	json_set_number(object, "explained_episodes", (double)summary->explained_episodes);
}

struct json *report_json(const struct summary *summary)
{
	struct json *object = json_new_object();
	struct json *arms = json_new_array(), *ratios = json_new_array(), *claims = json_new_array();
	struct json *artefacts = json_new_array(), *warnings = json_new_array();
	const struct json *environment = summary->run.environment;
	for (size_t i = 0; i < summary->arm_count; i++)
		json_append(arms, arm_json(&summary->arms[i]));
	for (size_t i = 0; i < summary->ratio_count; i++)
		json_append(ratios, ratio_json(&summary->ratios[i]));
	for (size_t i = 0; i < summary->claim_count; i++)
		json_append(claims, claim_json(&summary->claims[i]));
	for (size_t i = 0; i < summary->artefact_count; i++)
		json_append(artefacts, artefact_json(&summary->artefacts[i]));
	for (size_t i = 0; i < summary->warning_count; i++)
		json_append(warnings, json_new_text(summary->warnings[i]));
	set_run(object, summary);
	json_set(object, "arms", arms);
	json_set(object, "ratios", ratios);
	json_set(object, "claims", claims);
	json_set(object, "artefacts", artefacts);
	json_set(object, "warnings", warnings);
	json_set(object, "environment", environment ? json_copy(environment) : json_new_object());
	return object;
}

struct json *report_plan_json(const char *plan, const struct summary *summaries, size_t count)
{
	struct json *object = json_new_object(), *runs = json_new_array();
	for (size_t i = 0; i < count; i++)
		json_append(runs, report_json(&summaries[i]));
	json_set_number(object, "schema", REPORT_SCHEMA);
	json_set_text(object, "plan", plan);
	json_set(object, "runs", runs);
	return object;
}
