#include "report/score_json.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

enum { SCORE_SCHEMA = 1 };

static struct json *tally_json(struct score_tally tally)
{
	struct interval interval = score_interval(tally);
	struct json *object = json_new_object();
	json_set_number(object, "k", (double)tally.k);
	json_set_number(object, "n", (double)tally.n);
	json_set_number(object, "share", interval.value);
	json_set_number(object, "low", interval.low);
	json_set_number(object, "high", interval.high);
	return object;
}

/* {CAUSE: count} of those that have any. */
static struct json *counts_json(const size_t counts[TRACE_CAUSES])
{
	struct json *object = json_new_object();
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (counts[cause] > 0)
			json_set_number(object, trace_cause_name(cause), (double)counts[cause]);
	}
	return object;
}

static void set_cause(struct json *object, const char *key, int cause)
{
	json_set_text(object, key, cause == TRACE_NO_CAUSE ? NULL : trace_cause_name(cause));
}

/* One text of a plant, two of a pair. */
static struct json *names_json(const struct score_owner *owner, bool causes)
{
	struct json *names = json_new_array();
	for (size_t i = 0; i < owner->plant_count; i++)
		json_append(names, json_new_text(causes ? trace_cause_name(owner->plants[i]->cause) : owner->plants[i]->kind));
	return names;
}

/* ---- kinds ---- */

static struct json *kind_json(const struct score_kind *kind)
{
	struct json *object = json_new_object(), *verdicts = json_new_object();
	json_set(object, "kinds", names_json(kind->like, false));
	json_set(object, "causes", names_json(kind->like, true));
	json_set_bool(object, "pure", score_kind_is_pure(kind));
	json_set_bool(object, "pair", score_kind_is_pair(kind));
	json_set_number(object, "plants", (double)kind->plants);
	for (size_t i = 0; i < SCORE_VERDICTS; i++)
		json_set_number(verdicts, score_verdict_name((enum score_verdict)i), (double)kind->verdicts[i]);
	json_set(object, "verdicts", verdicts);
	json_set_number(object, "episodes", (double)kind->episodes);
	json_set_number(object, "shared", (double)kind->shared);
	json_set(object, "right", tally_json(kind->right));
	json_set(object, "by_name", tally_json(kind->by_name));
	if (score_kind_is_pair(kind))
		json_set(object, "both", tally_json(kind->both));
	json_set(object, "named", counts_json(kind->named));
	return object;
}

static struct json *totals_json(const struct score_totals *totals)
{
	const struct { const char *key; struct score_tally tally; } rows[] = {
		{ "pure", totals->pure }, { "mixtures", totals->mixtures }, { "pairs", totals->pairs }, { "all", totals->all },
		{ "pure_by_name", totals->pure_by_name }, { "mixtures_by_name", totals->mixtures_by_name },
		{ "pairs_by_name", totals->pairs_by_name }, { "all_by_name", totals->all_by_name }, { "both", totals->both },
		{ "clear", totals->clear }, { "samples", totals->samples }, { "samples_clear", totals->samples_clear },
	};
	struct json *object = json_new_object();
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		json_set(object, rows[i].key, tally_json(rows[i].tally));
	return object;
}

/* ---- causes ---- */

static struct json *causes_json(const struct score *score)
{
	struct json *list = json_new_array();
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (!(score->slow_ms[cause] > 0) && !(score->fast_ms[cause] > 0))
			continue;
		struct json *object = json_new_object();
		json_set_text(object, "cause", trace_cause_name(cause));
		json_set_number(object, "ms", score->slow_ms[cause]);
		json_set_number(object, "share", score_share(score->slow_ms, cause));
		json_set_number(object, "fast_share", score_share(score->fast_ms, cause));
		json_set_number(object, "unplanted", (double)score->stray_causes[cause]);
		json_append(list, object);
	}
	return list;
}

static struct json *unplanted_json(const struct score *score)
{
	struct json *object = json_new_object();
	json_set_number(object, "spikes", (double)score->strays);
	json_set_number(object, "episodes", (double)score->stray_episodes);
	json_set(object, "causes", counts_json(score->stray_causes));
	return object;
}

/* ---- targets and controls ---- */

static struct json *state_json(enum score_target_state state)
{
	return state == SCORE_NOT_JUDGED ? json_new_null() : json_new_bool(state == SCORE_MET);
}

static struct json *targets_json(const struct score *score)
{
	struct score_target targets[SCORE_TARGETS];
	struct json *list = json_new_array();
	score_targets(score, targets);
	for (size_t i = 0; i < SCORE_TARGETS; i++) {
		struct json *object = json_new_object();
		json_set_text(object, "name", targets[i].name);
		json_set_text(object, "says", targets[i].text);
		json_set_number(object, "value", targets[i].interval.value);
		json_set_number(object, "low", targets[i].interval.low);
		json_set_number(object, "high", targets[i].interval.high);
		json_set_number(object, "k", targets[i].tally.n ? (double)targets[i].tally.k : NAN);
		json_set_number(object, "n", targets[i].tally.n ? (double)targets[i].tally.n : NAN);
		json_set_number(object, "goal", targets[i].goal);
		json_set_bool(object, "at_most", targets[i].at_most);
		json_set(object, "met", state_json(targets[i].state));
		json_append(list, object);
	}
	return list;
}

static struct json *control_json(const struct score_control *control)
{
	struct json *object = json_new_object();
	json_set_number(object, "launches", (double)control->launches);
	json_set_number(object, "refused", (double)control->refused);
	json_set_number(object, "spikes", (double)control->spikes);
	json_set_number(object, "told", (double)control->told);
	json_set(object, "met", state_json(score_control_state(control)));
	return object;
}

static struct json *controls_json(const struct score_controls *controls)
{
	struct json *object = json_new_object(), *bare = json_new_object();
	json_set(object, "samples_of_another_launch", control_json(&controls->another));
	json_set(object, "samples_shifted", control_json(&controls->shifted));
	json_set_number(bare, "launches", (double)controls->bare);
	json_set_number(bare, "guest_spikes_with", (double)controls->guest_spikes);
	json_set_number(bare, "guest_spikes_without", (double)controls->bare_guest_spikes);
	json_set(bare, "js", tally_json(controls->bare_js));
	json_set(bare, "met", state_json(score_controls_bare_state(controls)));
	json_set(object, "measures_removed", bare);
	return object;
}

/* ---- episodes ---- */

static struct json *parts_json(const double sums_ms[TRACE_CAUSES])
{
	struct json *parts = json_new_object();
	for (int cause = 0; cause < TRACE_CAUSES; cause++) {
		if (sums_ms[cause] > 0)
			json_set_number(parts, trace_cause_name(cause), sums_ms[cause]);
	}
	return parts;
}

static struct json *episode_json(const struct score_episode *episode)
{
	struct json *object = json_new_object(), *ids = json_new_array();
	for (size_t i = 0; i < episode->owner.plant_count; i++)
		json_append(ids, json_new_number((double)episode->owner.plants[i]->id));
	json_set_text(object, "launch", episode->launch);
	json_set(object, "plants", ids);
	json_set(object, "kinds", names_json(&episode->owner, false));
	json_set_text(object, "verdict", score_verdict_name(episode->verdict));
	json_set_number(object, "begin_us", fmin(episode->owner.begins_us[0], episode->owner.begins_us[1]));
	json_set_number(object, "end_us", fmax(episode->owner.ends_us[0], episode->owner.ends_us[1]));
	json_set_number(object, "spikes", (double)episode->owner.spikes);
	set_cause(object, "largest", episode->largest);
	set_cause(object, "second", episode->second);
	json_set_number(object, "share", episode->share);
	if (episode->owner.plant_count > 1)
		json_set_bool(object, "both", episode->both);
	if (episode->verdict == SCORE_NOT_HAPPENED)
		json_set_text(object, "failed", score_owner_failure(&episode->owner));
	json_set(object, "ms", parts_json(episode->owner.sums_ms));
	return object;
}

/* ---- the document ---- */

static struct json *runs_json(const struct score_set *set)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < set->run_count; i++) {
		const struct score_run *run = &set->runs[i];
		struct json *object = json_new_object();
		json_set_text(object, "run", run->id);
		json_set_text(object, "only", run->only);
		json_set_text(object, "outcome", run->outcome);
		json_set_number(object, "seed", (double)run->seed);
		json_set_number(object, "threshold_ms", run->threshold_ms);
		json_set_number(object, "launches", (double)run->launches);
		json_set_number(object, "left_out", (double)run->left_out);
		json_set_number(object, "incomplete", (double)run->incomplete);
		json_append(list, object);
	}
	return list;
}

static struct json *refusals_json(const struct score_set *set)
{
	struct json *list = json_new_array();
	for (size_t i = 0; i < set->refusal_count; i++) {
		struct json *object = json_new_object();
		json_set_text(object, "launch", set->refusals[i].launch);
		json_set_text(object, "why", set->refusals[i].why);
		json_append(list, object);
	}
	return list;
}

static struct json *set_json(const struct score_set *set)
{
	const struct score *score = &set->score;
	struct json *object = json_new_object(), *kinds = json_new_array(), *episodes = json_new_array();
	json_set_text(object, "set", score_set_name(set));
	json_set(object, "runs", runs_json(set));
	json_set(object, "refused", refusals_json(set));
	json_set_number(object, "launches", (double)score->launches);
	json_set_number(object, "samples", (double)score->samples);
	json_set_number(object, "spikes", (double)score->spikes);
	json_set_number(object, "told", (double)score->told);
	json_set_number(object, "stalled_ms", score->stalled_ms);
	for (size_t i = 0; i < score->kind_count; i++)
		json_append(kinds, kind_json(&score->kinds[i]));
	json_set(object, "kinds", kinds);
	json_set(object, "totals", totals_json(&score->totals));
	json_set(object, "sums", tally_json(score->sums));
	json_set(object, "unplanted", unplanted_json(score));
	json_set(object, "causes", causes_json(score));
	json_set(object, "targets", targets_json(score));
	json_set(object, "controls", controls_json(&set->controls));
	for (size_t i = 0; i < score->episode_count; i++)
		json_append(episodes, episode_json(&score->episodes[i]));
	json_set(object, "episodes", episodes);
	return object;
}

struct json *score_json(const struct score_set *const *sets, size_t count)
{
	struct json *document = json_new_object(), *list = json_new_array();
	json_set_number(document, "schema", SCORE_SCHEMA);
	for (size_t i = 0; i < count; i++)
		json_append(list, set_json(sets[i]));
	json_set(document, "sets", list);
	return document;
}
