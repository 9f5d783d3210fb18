#include "report/reproduction.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "probe/recorder.h"
#include "stats/interval_binomial.h"

static const double confidence = 0.95;

/* What is read of the run. */
struct load {
	struct store *store;
	struct reproduction *made;
	struct store_launch *launches; size_t launch_count;
	struct store_artefact_row *artefacts; size_t artefact_count;
};

/* ---- one launch ---- */

static int role_of(const struct reproduction *made, const char *arm)
{
	for (int role = 0; role < REPRODUCTION_ROLES; role++) {
		if (made->arms[role].name && strcmp(made->arms[role].name, arm) == 0)
			return role;
	}
	return -1;
}

static const char *trace_of(const struct load *load, const struct store_launch *launch)
{
	for (size_t i = 0; i < load->artefact_count; i++) {
		const struct store_artefact_row *row = &load->artefacts[i];
		if (row->launch_row == launch->row && strcmp(row->kind, "trace") == 0)
			return row->path;
	}
	return NULL;
}

static void not_counted(struct reproduction_arm *arm, size_t *which, int launch, const char *why)
{
	++*which;
	if (!arm->first_not_counted)
		arm->first_not_counted = mem_format("launch %d: %.*s", launch, (int)strcspn(why, "\n"), why);
}

static void take_episodes(struct load *load, const struct store_launch *launch, enum reproduction_role role,
	struct episode_list *list)
{
	struct reproduction *made = load->made;
	struct reproduction_arm *arm = &made->arms[role];
	const char *trace = trace_of(load, launch);
	bool came_back = false;
	made->episodes = mem_resize(made->episodes, made->episode_count + list->count + 1, sizeof *made->episodes);
	for (size_t i = 0; i < list->count; i++) {
		struct episode *episode = &list->items[i];
		bool recurs = recurrence_is(&made->target, episode->length_ms, episode->cause);
		made->episodes[made->episode_count++] = (struct reproduction_episode){ .role = role,
			.launch = launch->number, .recurs = recurs, .episode = *episode, .trace = mem_strdup(trace) };
		episode->cause = NULL; /* is the new one's */
		came_back |= recurs;
	}
	arm->launches++;
	arm->reproduced += came_back;
	arm->cut += !came_back && !isnan(recorder_over_ms(launch->report));
}

static struct reproduction_launch *add_launch(struct reproduction *made, const struct store_launch *launch,
	enum reproduction_role role)
{
	made->launches = mem_resize(made->launches, made->launch_count + 1, sizeof *made->launches);
	struct reproduction_launch *added = &made->launches[made->launch_count++];
	*added = (struct reproduction_launch){ .number = launch->number, .role = role, .block = launch->block };
	return added;
}

static size_t count_long(const struct reproduction *made, const struct episode_list *list)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		count += list->items[i].length_ms >= recurrence_least_ms(&made->target);
	return count;
}

/* A flight recorder keeps no trace of a launch in which nothing reached its trigger; when nothing was long enough either, none is needed. */
static bool is_without_trace(const struct reproduction *made, const struct store_launch *launch)
{
	const struct json *ring = json_get(json_get(launch->environment, "trace"), "ring");
	return made->is_recorded && !json_bool(ring, "episode", true);
}

static int take_valid(struct load *load, const struct store_launch *launch, enum reproduction_role role,
	struct err *err)
{
	struct reproduction *made = load->made;
	struct episode_list list;
	if (episodes_load(load->store, launch, made->run.threshold_ms, &list, err))
		return -1;
	size_t long_episodes = count_long(made, &list);
	bool counts = list.told || !recurrence_needs_causes(&made->target)
		|| (is_without_trace(made, launch) && long_episodes == 0);
	struct reproduction_launch *added = add_launch(made, launch, role);
	added->counts = counts;
	added->is_valid = true;
	added->long_episodes = long_episodes;
	if (!counts)
		not_counted(&made->arms[role], &made->arms[role].untold, launch->number, is_without_trace(made, launch)
			? "no trace was kept of what was long enough, and did not reach the trigger" : list.refusal);
	else
		take_episodes(load, launch, role, &list);
	episodes_release(&list);
	return 0;
}

static int take_launch(struct load *load, const struct store_launch *launch, struct err *err)
{
	int role = role_of(load->made, launch->arm);
	if (role < 0 || (load->made->is_recorded && !launch->traced))
		return 0;
	struct reproduction_arm *arm = &load->made->arms[role];
	if (strcmp(launch->outcome, "valid") == 0)
		return take_valid(load, launch, (enum reproduction_role)role, err);
	add_launch(load->made, launch, (enum reproduction_role)role);
	if (strcmp(launch->outcome, "void") == 0)
		not_counted(arm, &arm->void_count, launch->number, launch->reason);
	else if (strcmp(launch->outcome, "failed") == 0)
		not_counted(arm, &arm->failed, launch->number, launch->reason);
	else if (strcmp(launch->outcome, "saturated") == 0)
		not_counted(arm, &arm->saturated, launch->number, launch->reason);
	return 0;
}

/* ---- the whole ---- */

static int read_original(struct reproduction *made, struct err *err)
{
	made->original = json_get(made->run.spec, "reproduces");
	if (!made->original)
		return err_set(err, ERR_USAGE, "run %s reproduces nothing", made->run.id);
	made->target = (struct recurrence_target){ .cause = json_text(made->original, "cause", NULL),
		.length_ms = json_number(made->original, "length_ms", NAN) };
	made->is_recorded = strcmp(json_text(made->run.spec, "trace", "all"), "ring") == 0;
	made->times = (size_t)json_number(made->original, "times", 0);
	made->arms[REPRODUCTION_SAME].name = json_text(made->original, "arm", NULL);
	made->arms[REPRODUCTION_CHANCE].name = json_text(made->original, "chance_arm", NULL);
	made->without = json_get(made->original, "without");
	made->arms[REPRODUCTION_WITHOUT].name = json_text(made->without, "arm", NULL);
	return 0;
}

bool reproduction_is_enough(const struct reproduction *reproduction)
{
	return reproduction->times > 0 && reproduction->arms[REPRODUCTION_SAME].reproduced >= reproduction->times;
}

/* Only the spike's own arm decides when to stop: for the other the number of launches is given. */
static void estimate(struct reproduction *made)
{
	for (int role = 0; role < REPRODUCTION_ROLES; role++) {
		struct reproduction_arm *arm = &made->arms[role];
		arm->stopped_at_success = role == REPRODUCTION_SAME && reproduction_is_enough(made);
		arm->rate = arm->stopped_at_success ? interval_inverse_binomial(arm->reproduced, arm->launches, confidence)
			: interval_binomial(arm->reproduced, arm->launches, confidence);
	}
}

/* The valid launch of a role in a block; of a rerun block the later one. */
static const struct reproduction_launch *launch_in(const struct reproduction *made, enum reproduction_role role, int block)
{
	const struct reproduction_launch *found = NULL;
	for (size_t i = 0; i < made->launch_count; i++) {
		const struct reproduction_launch *at = &made->launches[i];
		if (at->role == role && at->block == block && at->is_valid)
			found = at;
	}
	return found;
}

static void judge_support(struct reproduction *made)
{
	size_t blocks = 0, room = (size_t)made->run.blocks + 1;
	double *with = mem_alloc_zero(room, sizeof *with), *without = mem_alloc_zero(room, sizeof *without);
	for (int block = 1; block <= made->run.blocks; block++) {
		const struct reproduction_launch *a = launch_in(made, REPRODUCTION_SAME, block);
		const struct reproduction_launch *b = launch_in(made, REPRODUCTION_WITHOUT, block);
		if (!a || !b)
			continue;
		with[blocks] = (double)a->long_episodes;
		without[blocks++] = (double)b->long_episodes;
	}
	made->support = support_judge(with, without, blocks, made->run.seed);
	free(with);
	free(without);
}

/* Of the launch with the number; without one (below 0), of the arm's first that has told of its browser: other arms may have
 * flags of their own. */
static const struct json *environment_of(const struct store_launch *launches, size_t count, int number, const char *arm)
{
	for (size_t i = 0; i < count; i++) {
		if (launches[i].number == number || (number < 0 && strcmp(launches[i].arm, arm) == 0
			&& json_get(launches[i].environment, "browser")))
			return launches[i].environment;
	}
	return NULL;
}

static int compare(struct load *load, struct err *err)
{
	struct reproduction *made = load->made;
	struct store_run then;
	struct store_launch *launches;
	size_t count;
	struct err why = { .code = ERR_NONE };
	const char *run = json_text(made->original, "run", "");
	made->original_is_gone = store_run_get(load->store, run, &then, &why) != 0;
	if (made->original_is_gone)
		return why.code == ERR_NOT_FOUND ? 0 : err_set(err, why.code, "%s", why.text);
	int result = store_launches(load->store, run, &launches, &count, err);
	if (!result) {
		const struct difference_facts before = { then.spec, then.environment,
			environment_of(launches, count, (int)json_number(made->original, "launch", 0), NULL) };
		const struct difference_facts after = { made->run.spec, made->run.environment,
			environment_of(load->launches, load->launch_count, -1,
				json_text(made->original, "arm", "")) };
		made->differences = differences_find(&before, &after, &made->difference_count);
		made->conditions = conditions_find(&before, &after, &made->condition_count);
		store_launches_free(launches, count);
	}
	store_run_release(&then);
	return result;
}

static int load_all(struct load *load, const char *run, struct err *err)
{
	struct reproduction *made = load->made;
	if (store_run_get(load->store, run, &made->run, err) || read_original(made, err)
	    || store_launches(load->store, run, &load->launches, &load->launch_count, err)
	    || store_artefacts(load->store, run, &load->artefacts, &load->artefact_count, err))
		return -1;
	for (size_t i = 0; i < load->launch_count; i++) {
		if (take_launch(load, &load->launches[i], err))
			return -1;
	}
	estimate(made);
	if (made->without)
		judge_support(made);
	return compare(load, err);
}

int reproduction_load(struct store *store, const char *run, struct reproduction *reproduction, struct err *err)
{
	struct load load = { .store = store, .made = reproduction };
	*reproduction = (struct reproduction){ .episode_count = 0 };
	int result = load_all(&load, run, err);
	store_launches_free(load.launches, load.launch_count);
	store_artefacts_free(load.artefacts, load.artefact_count);
	if (result)
		reproduction_release(reproduction);
	return result;
}

void reproduction_release(struct reproduction *reproduction)
{
	for (size_t i = 0; i < reproduction->episode_count; i++) {
		free(reproduction->episodes[i].episode.cause);
		free(reproduction->episodes[i].trace);
	}
	free(reproduction->episodes);
	free(reproduction->launches);
	for (int role = 0; role < REPRODUCTION_ROLES; role++)
		free(reproduction->arms[role].first_not_counted);
	differences_free(reproduction->differences, reproduction->difference_count);
	differences_free(reproduction->conditions, reproduction->condition_count);
	store_run_release(&reproduction->run);
	*reproduction = (struct reproduction){ .episode_count = 0 };
}

const struct reproduction_episode *reproduction_first(const struct reproduction *reproduction)
{
	for (size_t i = 0; i < reproduction->episode_count; i++) {
		if (reproduction->episodes[i].recurs && reproduction->episodes[i].role == REPRODUCTION_SAME)
			return &reproduction->episodes[i];
	}
	return NULL;
}
